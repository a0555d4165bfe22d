package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StreamId;
import io.vireo.value.StreamNode;
import java.nio.charset.StandardCharsets;

/** Ids of streams among a command's words, and in its replies. */
final class StreamIds {
    static final ErrorReply INVALID = ErrorReply.of("ERR Invalid stream ID specified as stream command argument");
    private static final ErrorReply BAD_START = ErrorReply.of("ERR invalid start ID for the interval");
    private static final ErrorReply BAD_END = ErrorReply.of("ERR invalid end ID for the interval");
    private static final int LONGEST = 127;

    private StreamIds() {}

    /** An id, whose second part may be left out; {@code -} and {@code +} are none. */
    static StreamId strict(Bytes word, long missingSeq) {
        StreamId id = parse(word, 0, missingSeq);
        if (id == null) {
            throw INVALID.raise();
        }
        return id;
    }

    /** An id, or {@code -} or {@code +} for the least and the largest. */
    static StreamId any(Bytes word, long missingSeq) {
        if (word.length() == 1 && word.at(0) == '-') {
            return StreamId.MIN;
        }
        return word.length() == 1 && word.at(0) == '+' ? StreamId.MAX : strict(word, missingSeq);
    }

    /** The beginning of a range; {@code (} leaves the id itself out. */
    static StreamId start(Bytes word) {
        if (!isOpen(word)) {
            return any(word, 0);
        }
        StreamId next = open(word, 0).next();
        if (next == null) {
            throw BAD_START.raise();
        }
        return next;
    }

    /** The end of a range; {@code (} leaves the id itself out. */
    static StreamId end(Bytes word) {
        if (!isOpen(word)) {
            return any(word, -1);
        }
        StreamId previous = open(word, -1).previous();
        if (previous == null) {
            throw BAD_END.raise();
        }
        return previous;
    }

    private static boolean isOpen(Bytes word) {
        return word.length() > 1 && word.at(0) == '(';
    }

    private static StreamId open(Bytes word, long missingSeq) {
        StreamId id = parse(word, 1, missingSeq);
        if (id == null) {
            throw INVALID.raise();
        }
        return id;
    }

    /** The id that begins at an index of a word, or null. */
    static StreamId parse(Bytes word, int from, long missingSeq) {
        if (word.length() > LONGEST) {
            return null;
        }
        String text = new String(word.toArray(), StandardCharsets.ISO_8859_1).substring(from);
        int dash = text.indexOf('-');
        try {
            if (dash < 0) {
                return new StreamId(number(text), missingSeq);
            }
            return new StreamId(number(text.substring(0, dash)), number(text.substring(dash + 1)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    static long number(String text) {
        if (text.isEmpty() || text.charAt(0) == '+') {
            throw new NumberFormatException(text);
        }
        return Long.parseUnsignedLong(text);
    }

    static void write(StreamId id, ReplyWriter out) {
        out.bulk(id.toString());
    }

    /** Writes an entry: its id, and its fields and values by turns. */
    static void write(StreamNode entry, ReplyWriter out) {
        out.array(2);
        write(entry.id(), out);
        out.array(2 * entry.fields());
        entry.forEach((field, value) -> {
            StringCommands.reply(field, out);
            StringCommands.reply(value, out);
        });
    }
}
