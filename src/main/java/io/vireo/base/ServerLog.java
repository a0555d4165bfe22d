package io.vireo.base;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * A node's log, in the line shape of Redis: {@code pid:role date time level text}.
 *
 * <p>Each line is written and flushed at once, and the file is opened for each line as Redis does, so that it may be
 * moved away while the server runs. The role letter is {@code C} for the start and for lines of a snapshot,
 * {@code M} for a primary, {@code S} for a replica.
 */
@RunsOn(Loop.ANY)
public final class ServerLog {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("dd MMM yyyy HH:mm:ss.SSS", Locale.ROOT);

    private final long pid = ProcessHandle.current().pid();
    private volatile Path file;
    private volatile LogLevel least;
    private volatile char role = 'C';
    private volatile BiConsumer<LogLevel, String> also = (level, text) -> {};

    /** @param file where lines go, or null for standard output */
    public ServerLog(Path file, LogLevel least) {
        this.file = file;
        this.least = least;
    }

    /** A log that drops everything, for tests and simulations. */
    public static ServerLog silent() {
        return new ServerLog(null, null);
    }

    public void role(char letter) {
        this.role = letter;
    }

    public void level(LogLevel newLeast) {
        this.least = newLeast;
    }

    public void file(Path newFile) {
        this.file = newFile;
    }

    /** Gives each line to somebody else as well, without what stands before its text; on the thread that logs. */
    public void also(BiConsumer<LogLevel, String> listener) {
        this.also = listener;
    }

    public void debug(String text) {
        write(LogLevel.DEBUG, role, text);
    }

    public void verbose(String text) {
        write(LogLevel.VERBOSE, role, text);
    }

    public void notice(String text) {
        write(LogLevel.NOTICE, role, text);
    }

    public void warning(String text) {
        write(LogLevel.WARNING, role, text);
    }

    public void log(LogLevel level, String text) {
        write(level, role, text);
    }

    /** A line of the snapshot writer, which Redis's forked child would have written. */
    public void child(LogLevel level, String text) {
        write(level, 'C', text);
    }

    /** Text of several lines without the line shape, as the logo; shown at notice level. */
    public void raw(String text) {
        if (shows(LogLevel.NOTICE)) {
            put(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    public boolean shows(LogLevel level) {
        return least != null && level.compareTo(least) >= 0;
    }

    private void write(LogLevel level, char letter, String text) {
        if (!shows(level)) {
            return;
        }
        String line = pid + ":" + letter + " " + STAMP.format(LocalDateTime.now(ZoneId.systemDefault())) + " "
                + level.sign() + " " + text + "\n";
        put(line.getBytes(StandardCharsets.UTF_8));
        also.accept(level, text);
    }

    private void put(byte[] bytes) {
        Path to = file;
        synchronized (this) {
            if (to == null) {
                System.out.write(bytes, 0, bytes.length);
                System.out.flush();
                return;
            }
            try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(bytes);
            } catch (IOException e) {
                // As Redis: a log that cannot be written must not end the server.
            }
        }
    }
}
