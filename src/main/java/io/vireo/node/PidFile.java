package io.vireo.node;

import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that holds this process's id while the server runs, where {@code pidfile} names one. */
final class PidFile {
    /** Where a server in the background leaves its id if nobody says where. */
    static final String OF_A_DAEMON = "/var/run/redis.pid";

    private final Path path;
    private final ServerLog log;
    private boolean written;

    PidFile(Config config, ServerLog log) {
        String name = config.get(Options.PIDFILE);
        this.path = name.isEmpty() ? null : config.path(Options.PIDFILE);
        this.log = log;
    }

    /** Writes the file; a place that cannot be written is no reason not to start, as in Redis. */
    void write() {
        if (path == null) {
            return;
        }
        try {
            Files.writeString(path, ProcessHandle.current().pid() + "\n");
            written = true;
        } catch (IOException e) {
            log.debug("Failed to write PID file: " + e.getMessage());
        }
    }

    void remove() {
        if (!written) {
            return;
        }
        log.notice("Removing the pid file.");
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warning("Failed to remove PID file: " + e.getMessage());
        }
    }
}
