package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.ErrorReply;

/** Numbers among a command's words, with the error that the command has for all others. */
final class Numbers {
    private static final ErrorReply BAD_KEY_COUNT = ErrorReply.of("ERR numkeys should be greater than 0");
    private static final ErrorReply BAD_COUNT = ErrorReply.of("ERR count should be greater than 0");

    private Numbers() {}

    /** A number of at least this; any other word is refused. */
    static long atLeast(long least, Bytes word, ErrorReply otherwise) {
        if (!Decimal.isLong(word) || Decimal.toLong(word) < least) {
            throw otherwise.raise();
        }
        return Decimal.toLong(word);
    }

    /** How many keys follow: at least one. */
    static long keyCount(Bytes word) {
        return atLeast(1, word, BAD_KEY_COUNT);
    }

    /** How many elements are wanted: at least one. */
    static long count(Bytes word) {
        return atLeast(1, word, BAD_COUNT);
    }
}
