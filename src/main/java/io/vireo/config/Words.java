package io.vireo.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Words: directive arguments as strings of bytes. Splitting and quoting follow redis.conf. */
public final class Words {
    private static final String HEX = "0123456789abcdef";

    private Words() {}

    /** The word of a text: its UTF-8 bytes. */
    public static String of(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The text of a word; bytes that are not UTF-8 become replacement characters. */
    public static String text(String word) {
        return new String(bytes(word), StandardCharsets.UTF_8);
    }

    /** The word of these bytes. */
    public static String ofBytes(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Splits a line into words. Blanks separate; {@code "..."} knows the escapes {@code \n \r \t \b \a \xHH} and takes
     * any other escaped character for itself; {@code '...'} knows only {@code \'}. A closing quote ends its word.
     *
     * @return the words, none for a blank line; null if quotes are unbalanced or a word goes on after its quote
     */
    public static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < line.length() && isBlank(line.charAt(at))) {
                at++;
            }
            if (at == line.length() || line.charAt(at) == 0) {
                return words;
            }
            StringBuilder word = new StringBuilder();
            at = readWord(line, at, word);
            if (at < 0) {
                return null;
            }
            words.add(word.toString());
        }
    }

    /** Reads one word and returns the index after it, or -1 where its quotes are wrong. */
    private static int readWord(String line, int from, StringBuilder word) {
        int at = from;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (isBlank(c) || c == 0) {
                return at;
            }
            if (c == '"' || c == '\'') {
                int end = c == '"' ? readDouble(line, at + 1, word) : readSingle(line, at + 1, word);
                boolean closed = end >= 0 && (end == line.length() || isBlank(line.charAt(end)));
                return closed ? end : -1;
            }
            word.append(c);
            at++;
        }
        return at;
    }

    private static int readDouble(String line, int from, StringBuilder word) {
        for (int at = from; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '"') {
                return at + 1;
            }
            if (c != '\\' || at + 1 == line.length()) {
                word.append(c);
                continue;
            }
            char escaped = line.charAt(++at);
            int high = at + 2 < line.length() ? Character.digit(line.charAt(at + 1), 16) : -1;
            int low = at + 2 < line.length() ? Character.digit(line.charAt(at + 2), 16) : -1;
            if (escaped == 'x' && high >= 0 && low >= 0) {
                word.append((char) (high << 4 | low));
                at += 2;
            } else {
                word.append(unescape(escaped));
            }
        }
        return -1;
    }

    private static int readSingle(String line, int from, StringBuilder word) {
        for (int at = from; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '\'') {
                return at + 1;
            }
            if (c == '\\' && at + 1 < line.length() && line.charAt(at + 1) == '\'') {
                word.append('\'');
                at++;
            } else {
                word.append(c);
            }
        }
        return -1;
    }

    private static char unescape(char escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> escaped;
        };
    }

    /** The word in double quotes, with every byte that is not printable ASCII escaped: {@link #split} reads it back. */
    public static String quote(String word) {
        StringBuilder out = new StringBuilder(word.length() + 2).append('"');
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            switch (c) {
                case '\\', '"' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 7 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c >= ' ' && c <= '~') {
                        out.append(c);
                    } else {
                        out.append("\\x").append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** Splits at each single blank, as the several values inside one CONFIG SET argument are. */
    static List<String> splitAtBlanks(String value) {
        return List.of(value.split(" ", -1));
    }

    static boolean isBlank(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }
}
