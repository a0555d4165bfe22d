package io.vireo.resp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Splits a line into words as Redis does: blanks separate, quotes keep them, escapes work in double quotes. */
public final class InlineWords {
    private InlineWords() {}

    /** The words, or null where a quote is left open or a closing quote is followed by something else than a blank. */
    @SuppressWarnings("ReturnsNullCollection")
    public static byte[][] split(byte[] line) {
        List<byte[]> words = new ArrayList<>();
        int i = 0;
        while (true) {
            while (i < line.length && isBlank(line[i])) {
                i++;
            }
            if (i == line.length || line[i] == 0) {
                return words.toArray(byte[][]::new);
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            i = word(line, i, word);
            if (i < 0) {
                return null;
            }
            words.add(word.toByteArray());
        }
    }

    /** Reads one word from an index and answers the index behind it, or -1 if its quotes do not close. */
    private static int word(byte[] line, int from, ByteArrayOutputStream word) {
        int i = from;
        while (i < line.length && !isBlank(line[i]) && line[i] != 0) {
            byte c = line[i++];
            if (c == '"' || c == '\'') {
                i = c == '"' ? doubleQuoted(line, i, word) : singleQuoted(line, i, word);
                return i >= 0 && (i == line.length || isBlank(line[i])) ? i : -1;
            }
            word.write(c);
        }
        return i;
    }

    private static int doubleQuoted(byte[] line, int from, ByteArrayOutputStream word) {
        int i = from;
        while (i < line.length) {
            byte c = line[i++];
            if (c == '"') {
                return i;
            }
            if (c != '\\' || i == line.length) {
                word.write(c);
                continue;
            }
            byte escaped = line[i++];
            if (escaped == 'x' && i + 1 < line.length && isHex(line[i]) && isHex(line[i + 1])) {
                word.write(Character.digit(line[i], 16) << 4 | Character.digit(line[i + 1], 16));
                i += 2;
            } else {
                word.write(
                        switch (escaped) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            case 'b' -> '\b';
                            case 'a' -> 7;
                            default -> escaped;
                        });
            }
        }
        return -1;
    }

    private static int singleQuoted(byte[] line, int from, ByteArrayOutputStream word) {
        int i = from;
        while (i < line.length) {
            byte c = line[i++];
            if (c == '\'') {
                return i;
            }
            if (c == '\\' && i < line.length && line[i] == '\'') {
                c = line[i++];
            }
            word.write(c);
        }
        return -1;
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isHex(byte c) {
        return Character.digit(c, 16) >= 0;
    }
}
