package io.vireo.node;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Options;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** Keeps {@code maxclients} within the files that this process may have open; the JVM has raised its limit all it can. */
final class DescriptorLimit {
    /** Files that are no client's: the JVM's own, listeners, logs, snapshots, replicas' links. */
    static final long RESERVED = 128;

    private final Config config;
    private final ServerLog log;
    private final long most;

    DescriptorLimit(Config config, ServerLog log) {
        this(config, log, systemLimit());
    }

    /** @param most files that may be open at once */
    DescriptorLimit(Config config, ServerLog log, long most) {
        this.config = config;
        this.log = log;
        this.most = most;
    }

    private static long systemLimit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    /**
     * Lowers the option where it is too much, and listens for CONFIG SET.
     *
     * @throws IOException with the log's last line, if not even one client fits
     */
    void begin() throws IOException {
        long wanted = config.get(Options.MAXCLIENTS);
        if (most <= RESERVED) {
            throw new IOException(
                    "Your current 'ulimit -n' of " + most + " is not enough for the server to start. Please"
                            + " increase your open file limit to at least " + (wanted + RESERVED) + ". Exiting.");
        }
        if (tooMany(wanted)) {
            config.put(Options.MAXCLIENTS, most - RESERVED);
        }
        config.onApply(this::check, Options.MAXCLIENTS);
    }

    private boolean tooMany(long wanted) {
        if (wanted <= most - RESERVED) {
            return false;
        }
        log.warning("You requested maxclients of " + wanted + " requiring at least " + (wanted + RESERVED)
                + " max file descriptors.");
        log.warning("Server can't set maximum open files to " + (wanted + RESERVED)
                + " because of OS error: Operation not permitted.");
        log.warning("Current maximum open files is " + most + ". maxclients has been reduced to " + (most - RESERVED)
                + " to compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'.");
        return true;
    }

    private void check() throws ConfigRefusal {
        if (tooMany(config.get(Options.MAXCLIENTS))) {
            log.warning("Failed applying new configuration. Possibly related to new maxclients setting. Restoring"
                    + " previous settings.");
            throw new ConfigRefusal("The operating system is not able to handle the specified number of clients, try"
                    + " with " + (most - RESERVED));
        }
    }
}
