package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Glob;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/**
 * What SCAN and its sisters for collections are asked for.
 *
 * @param count about how many elements, at least 1
 * @param pattern or null for any
 * @param type or null for any
 */
record ScanOptions(int count, Bytes pattern, Bytes type) {
    private static final int DEFAULT_COUNT = 10;

    /** Reads {@code [MATCH pattern] [COUNT count] [TYPE type]} from a word on, the last only where keys are walked. */
    static ScanOptions parse(Args args, int from, boolean keys) {
        long count = DEFAULT_COUNT;
        Bytes pattern = null;
        Bytes type = null;
        for (int i = from; i < args.count(); i += 2) {
            Bytes option = args.get(i);
            if (i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            } else if (option.isWord("count")) {
                count = args.integer(i + 1);
                if (count < 1) {
                    throw ErrorReply.SYNTAX.raise();
                }
            } else if (option.isWord("match")) {
                pattern = pattern(args.get(i + 1));
            } else if (keys && option.isWord("type")) {
                type = args.get(i + 1);
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        return new ScanOptions((int) Math.min(count, Integer.MAX_VALUE), pattern, type);
    }

    /** A pattern, or null where anything matches it. */
    static Bytes pattern(Bytes word) {
        return word.length() == 1 && word.at(0) == '*' ? null : word;
    }

    boolean matches(Bytes word) {
        return pattern == null || Glob.matches(pattern, word, false);
    }

    /** A cursor is an unsigned number of 64 bits; a minus sign turns it around, as {@code strtoul} has it. */
    static long cursor(Bytes word) {
        String text = word.toString();
        if (!text.matches("[+-]?[0-9]+")) {
            throw ErrorReply.INVALID_CURSOR.raise();
        }
        try {
            long magnitude = Long.parseUnsignedLong(text.replaceFirst("^[+-]", ""));
            return text.startsWith("-") ? -magnitude : magnitude;
        } catch (NumberFormatException e) {
            throw ErrorReply.INVALID_CURSOR.raise();
        }
    }
}
