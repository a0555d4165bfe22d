package io.vireo.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands and what redis-server 7.0.15 answers to them, one a line, from an empty server on: the command, a tab, and the
 * reply's bytes, with {@code \r}, {@code \n} and {@code \xHH} for what is not printed.
 */
public final class Transcript {
    /** A command, its words parted by single blanks, and the reply as it is written down. */
    public record Line(String command, String reply) {}

    private Transcript() {}

    /** The transcript of a name. */
    public static List<Line> of(String name) {
        String file = "/io/vireo/command/transcripts/" + name + ".tsv";
        try (InputStream in = Transcript.class.getResourceAsStream(file)) {
            List<Line> lines = new ArrayList<>();
            new String(in.readAllBytes(), UTF_8).lines().forEach(line -> {
                int tab = line.indexOf('\t');
                lines.add(new Line(line.substring(0, tab), line.substring(tab + 1)));
            });
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A reply, a byte a character, as it would be written down. */
    public static String escaped(String reply) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < reply.length(); i++) {
            char c = reply.charAt(i);
            switch (c) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\\' -> text.append("\\\\");
                default -> text.append(c >= ' ' && c <= '~' ? String.valueOf(c) : String.format("\\x%02x", (int) c));
            }
        }
        return text.toString();
    }
}
