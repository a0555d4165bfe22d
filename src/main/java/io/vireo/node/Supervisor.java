package io.vireo.node;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ProcessOptions;
import io.vireo.config.Supervision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Tells systemd how the start goes, where {@code supervised} asks for it.
 *
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html">sd_notify</a>
 */
final class Supervisor {
    private final Supervision kind;
    private final String socket;

    /** @param socket the value of {@code NOTIFY_SOCKET}, or null */
    Supervisor(Supervision wanted, String socket) {
        boolean isAuto = wanted == Supervision.AUTO;
        this.kind = isAuto ? socket == null ? Supervision.NO : Supervision.SYSTEMD : wanted;
        this.socket = socket;
    }

    static Supervisor of(Config config) {
        return new Supervisor(config.get(ProcessOptions.SUPERVISED), System.getenv("NOTIFY_SOCKET"));
    }

    boolean isNone() {
        return kind == Supervision.NO;
    }

    /** For INFO. */
    String word() {
        return kind.word();
    }

    /** The process has begun. */
    void loading(ServerLog log) {
        if (kind == Supervision.SYSTEMD) {
            log.warning("Supervised by systemd. Please make sure you set appropriate values for TimeoutStartSec and"
                    + " TimeoutStopSec in your service unit.");
        }
        tell("STATUS=Redis is loading...\n", log);
    }

    /** Clients are served. */
    void ready(boolean isReplica, ServerLog log) {
        tell(
                isReplica
                        ? "STATUS=Ready to accept connections in read-only mode. Waiting for MASTER <-> REPLICA sync\n"
                        : "STATUS=Ready to accept connections\n",
                log);
        tell("READY=1\n", log);
    }

    void stopping(ServerLog log) {
        tell("STOPPING=1\n", log);
    }

    private void tell(String text, ServerLog log) {
        if (kind != Supervision.SYSTEMD) {
            return;
        }
        if (socket == null) {
            log.warning("systemd supervision error: NOTIFY_SOCKET not found!");
            return;
        }
        try {
            UnixDatagram.send(socket, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.warning("systemd supervision error: " + e.getMessage());
        }
    }
}
