package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.ErrorReply;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Scores and other numbers of 64-bit floating point among a command's words, as C reads them. */
final class Scores {
    private static final int LONGEST = 512;

    private Scores() {}

    /** A score; any other word, and one that is not a number, is refused. */
    static double score(Bytes word) {
        return score(word, ErrorReply.NOT_A_FLOAT);
    }

    /** The same with an error of the command's own. */
    static double score(Bytes word, ErrorReply otherwise) {
        if (Decimal.isLong(word)) {
            return Decimal.toLong(word);
        }
        double value = word.length() == 0 || isBlank(word.at(0)) ? Double.NaN : parse(word, 0);
        if (Double.isNaN(value)) {
            throw otherwise.raise();
        }
        return value;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    /** The end of a range, from an index of the word on; what a score may not be, it may: empty, or too large. */
    static double bound(Bytes word, int from, ErrorReply otherwise) {
        if (from == word.length()) {
            return 0;
        }
        int at = from;
        while (at < word.length() - 1 && isBlank(word.at(at))) {
            at++;
        }
        double value = read(word, at, true);
        if (Double.isNaN(value)) {
            throw otherwise.raise();
        }
        return value;
    }

    /** Reads a whole word from an index on. Returns not a number for anything that is none, or is too large or small. */
    private static double parse(Bytes word, int from) {
        return read(word, from, false);
    }

    private static double read(Bytes word, int from, boolean saturates) {
        if (word.length() - from > LONGEST) {
            return Double.NaN;
        }
        byte[] bytes = word.toArray();
        String text =
                new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        boolean negative = text.startsWith("-");
        String magnitude = negative || text.startsWith("+") ? text.substring(1) : text;
        if (magnitude.equals("inf") || magnitude.equals("infinity")) {
            return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        boolean hexadecimal = magnitude.startsWith("0x");
        if (!isNumber(magnitude, hexadecimal)) {
            return Double.NaN;
        }
        double value;
        try {
            value = Double.parseDouble(hexadecimal && magnitude.indexOf('p') < 0 ? magnitude + "p0" : magnitude);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
        if (!saturates && (Double.isInfinite(value) || value == 0 && !isZero(magnitude, hexadecimal))) {
            return Double.NaN;
        }
        return negative ? -value : value;
    }

    private static boolean isNumber(String magnitude, boolean hexadecimal) {
        String letters = hexadecimal ? "0123456789abcdefx.p+-" : "0123456789.e+-";
        for (int i = 0; i < magnitude.length(); i++) {
            if (letters.indexOf(magnitude.charAt(i)) < 0) {
                return false;
            }
        }
        return !magnitude.startsWith("+") && !magnitude.startsWith("-");
    }

    private static boolean isZero(String magnitude, boolean hexadecimal) {
        for (int i = hexadecimal ? 2 : 0; i < magnitude.length(); i++) {
            char c = magnitude.charAt(i);
            if (c == (hexadecimal ? 'p' : 'e')) {
                return true;
            }
            if (c != '0' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
