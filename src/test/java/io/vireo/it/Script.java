package io.vireo.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A text of commands, one a line, to be said to two servers.
 *
 * <pre>
 * # remark
 * SET a "quoted \x00"      on the first connection; words and quotes as in inline commands
 * 2> GET a                 on the second connection
 * ~ TTL a                  numbers in the reply may differ
 * in any order: KEYS *     what the reply lists may come in any order
 * raw "PING\r\n"           the very bytes, on a connection of its own
 * </pre>
 */
record Script(List<Line> lines) {
    /**
     * One line.
     *
     * @param text as it stands in the file, for failures
     * @param connection 1 or 2, or 0 for raw bytes
     * @param words the command's words; for raw bytes, one word
     */
    record Line(String text, int connection, Comparison comparison, List<String> words) {}

    /** How much replies must be alike. */
    enum Comparison {
        EXACT,
        NUMBERS_MAY_DIFFER,
        ANY_ORDER
    }

    private static final String ANY_ORDER = "in any order: ";

    static Script of(String name) {
        try (InputStream in = Script.class.getResourceAsStream("scripts/" + name + ".txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Script(text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Script::line)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Line line(String text) {
        if (text.startsWith("~ raw ")) {
            return new Line(text, 0, Comparison.NUMBERS_MAY_DIFFER, words(text.substring(6)));
        }
        if (text.startsWith("raw ")) {
            return new Line(text, 0, Comparison.EXACT, words(text.substring(4)));
        }
        if (text.startsWith("2> ")) {
            return new Line(text, 2, Comparison.EXACT, words(text.substring(3)));
        }
        if (text.startsWith("~ ")) {
            return new Line(text, 1, Comparison.NUMBERS_MAY_DIFFER, words(text.substring(2)));
        }
        if (text.startsWith(ANY_ORDER)) {
            return new Line(text, 1, Comparison.ANY_ORDER, words(text.substring(ANY_ORDER.length())));
        }
        return new Line(text, 1, Comparison.EXACT, words(text));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == ' ') {
                at++;
            } else if (text.charAt(at) == '"') {
                int end = endOfQuote(text, at + 1);
                words.add(unescaped(text.substring(at + 1, end)));
                at = end + 1;
            } else {
                int end = text.indexOf(' ', at);
                end = end < 0 ? text.length() : end;
                words.add(text.substring(at, end));
                at = end;
            }
        }
        return List.copyOf(words);
    }

    private static int endOfQuote(String text, int from) {
        int at = from;
        while (text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }

    private static String unescaped(String quoted) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < quoted.length()) {
            char c = quoted.charAt(at++);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = quoted.charAt(at++);
            switch (escaped) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 'x' -> {
                    out.append((char) Integer.parseInt(quoted.substring(at, at + 2), 16));
                    at += 2;
                }
                default -> out.append(escaped);
            }
        }
        return out.toString();
    }
}
