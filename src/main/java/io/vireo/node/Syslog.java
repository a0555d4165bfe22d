package io.vireo.node;

import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ProcessOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * {@code syslog-enabled}: each log line goes to {@code /dev/log} as well, as {@code syslog(3)} would write it.
 *
 * <p>Where nobody listens there, lines are lost, as with {@code syslog(3)}.
 */
final class Syslog {
    private static final String SOCKET = "/dev/log";
    private static final int LOCAL0 = 16;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

    private final String ident;
    private final int facility;

    /** @param facility {@code user}, or {@code local0} to {@code local7} */
    Syslog(String ident, String facility) {
        this.ident = ident;
        this.facility = facility.equals("user") ? 1 : LOCAL0 + facility.charAt(facility.length() - 1) - '0';
    }

    static void follow(Config config, ServerLog log) {
        if (config.get(ProcessOptions.SYSLOG_ENABLED)) {
            Syslog syslog =
                    new Syslog(config.get(ProcessOptions.SYSLOG_IDENT), config.get(ProcessOptions.SYSLOG_FACILITY));
            log.also((level, text) -> syslog.send(syslog.line(level, text, LocalDateTime.now(ZoneId.systemDefault()))));
        }
    }

    String line(LogLevel level, String text, LocalDateTime now) {
        int severity = switch (level) {
            case DEBUG -> 7;
            case VERBOSE -> 6;
            case NOTICE -> 5;
            case WARNING -> 4;
        };
        long pid = ProcessHandle.current().pid();
        return "<" + (facility << 3 | severity) + ">" + STAMP.format(now) + " " + ident + "[" + pid + "]: " + text;
    }

    private void send(String line) {
        try {
            UnixDatagram.send(SOCKET, line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The log cannot say that it cannot be written.
        }
    }
}
