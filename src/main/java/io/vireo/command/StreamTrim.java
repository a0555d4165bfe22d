package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.value.StreamId;
import io.vireo.value.StreamValue;

/**
 * What XADD and XTRIM are asked to remove: {@code MAXLEN|MINID [=|~] threshold [LIMIT count]}.
 *
 * @param most how many entries may be left; -1 where {@code from} counts
 * @param from the first id that may be left
 * @param limit about how many entries may be removed at once; 0 for all
 * @param thresholdAt the word that is the threshold, or -1 where nothing is to be removed
 * @param markAt the word that is {@code ~} or {@code =}, or -1
 */
record StreamTrim(
        long most, StreamId from, boolean approximate, long limit, int thresholdAt, int markAt, boolean noMakeStream) {
    private static final ErrorReply BOTH =
            ErrorReply.of("ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
    private static final ErrorReply BAD_MAXLEN = ErrorReply.of("ERR The MAXLEN argument must be >= 0.");
    private static final ErrorReply BAD_LIMIT = ErrorReply.of("ERR The LIMIT argument must be >= 0.");
    private static final ErrorReply LIMIT_ALONE =
            ErrorReply.of("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
    private static final ErrorReply NO_STRATEGY =
            ErrorReply.of("ERR syntax error, XTRIM must be called with a trimming strategy");
    private static final ErrorReply LIMIT_EXACT =
            ErrorReply.of("ERR syntax error, LIMIT cannot be used without the special ~ option");
    private static final long DEFAULT_NODES = 100;
    private static final long DEFAULT_ENTRIES = 10_000;
    private static final long MOST_ENTRIES = 1_000_000;

    /** Reads the options from the third word on; of XADD up to the id, which {@code endAt[0]} then names. */
    static StreamTrim parse(CommandContext ctx, Args args, boolean adds, int[] endAt) {
        long most = -1;
        StreamId from = null;
        boolean approximate = false;
        boolean noMakeStream = false;
        long limit = -1;
        int thresholdAt = -1;
        int markAt = -1;
        int i = 2;
        for (; i < args.count(); i++) {
            Bytes option = args.get(i);
            boolean more = i + 1 < args.count();
            boolean isMaxlen = option.isWord("maxlen");
            if (adds && option.length() == 1 && option.at(0) == '*') {
                break;
            } else if ((isMaxlen || option.isWord("minid")) && more) {
                if (thresholdAt >= 0) {
                    throw BOTH.raise();
                }
                Bytes next = args.get(i + 1);
                boolean marked = i + 2 < args.count() && next.length() == 1 && (next.at(0) == '~' || next.at(0) == '=');
                approximate = marked && next.at(0) == '~';
                markAt = marked ? i + 1 : -1;
                i += marked ? 2 : 1;
                thresholdAt = i;
                if (isMaxlen) {
                    most = args.integer(i);
                    if (most < 0) {
                        throw BAD_MAXLEN.raise();
                    }
                } else {
                    from = StreamIds.strict(args.get(i), 0);
                }
            } else if (option.isWord("limit") && more) {
                limit = args.integer(++i);
                if (limit < 0) {
                    throw BAD_LIMIT.raise();
                }
            } else if (adds && option.isWord("nomkstream")) {
                noMakeStream = true;
            } else if (adds) {
                break;
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        endAt[0] = i;
        long used = limit(ctx, adds, thresholdAt >= 0, approximate, limit);
        return new StreamTrim(most, from, approximate, used, thresholdAt, markAt, noMakeStream);
    }

    private static long limit(CommandContext ctx, boolean adds, boolean trims, boolean approximate, long given) {
        if (given >= 0 && !trims) {
            throw LIMIT_ALONE.raise();
        }
        if (!adds && !trims) {
            throw NO_STRATEGY.raise();
        }
        if (ctx.session().kind() == Session.Kind.PRIMARY) {
            return 0; // what the primary has removed is in the threshold that it sends
        }
        if (given >= 0) {
            if (!approximate) {
                throw LIMIT_EXACT.raise();
            }
            return given;
        }
        if (!approximate) {
            return 0;
        }
        long entries = DEFAULT_NODES * ctx.keyspace().valueLimits().streamNodeMaxEntries;
        return entries <= 0 ? DEFAULT_ENTRIES : Math.min(entries, MOST_ENTRIES);
    }

    boolean isWanted() {
        return thresholdAt >= 0;
    }

    /** Removes what is too much. Returns how many entries. */
    long apply(StreamValue stream) {
        return stream.trim(most, from, approximate, limit);
    }

    /** The threshold that comes to the same exactly. */
    String exactThreshold(StreamValue stream) {
        if (most >= 0) {
            return Long.toString(stream.size());
        }
        return (stream.size() > 0 ? stream.firstId() : StreamId.MAX).toString();
    }
}
