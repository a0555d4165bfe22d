package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Workbench;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;

/** Ranges of sorted sets by rank, score or word; the rows are in {@link SortedSetCommands}. */
final class SortedSetRanges {
    private SortedSetRanges() {}

    // Counting.

    /** ZCOUNT key min max. */
    static void zcount(CommandContext ctx, Args args, ReplyWriter out) {
        count(ctx, args, MemberRange.By.SCORE, out);
    }

    /** ZLEXCOUNT key min max. */
    static void zlexcount(CommandContext ctx, Args args, ReplyWriter out) {
        count(ctx, args, MemberRange.By.WORD, out);
    }

    private static void count(CommandContext ctx, Args args, MemberRange.By by, ReplyWriter out) {
        MemberRange range = MemberRange.of(by, args.get(2), args.get(3));
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        out.integer(set == null ? 0 : Math.max(0, range.end(set) - range.start(set)));
    }

    // Reading.

    /** ZRANGE key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]. */
    static void zrange(CommandContext ctx, Args args, ReplyWriter out) {
        read(ctx, args, RangeRequest.parse(args, 2, null, null, true), out);
    }

    /** ZREVRANGE key start stop [WITHSCORES]. */
    static void zrevrange(CommandContext ctx, Args args, ReplyWriter out) {
        read(ctx, args, RangeRequest.parse(args, 2, MemberRange.By.RANK, true, true), out);
    }

    /** ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]. */
    static void zrangebyscore(CommandContext ctx, Args args, ReplyWriter out) {
        read(ctx, args, RangeRequest.parse(args, 2, MemberRange.By.SCORE, false, true), out);
    }

    /** ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]. */
    static void zrevrangebyscore(CommandContext ctx, Args args, ReplyWriter out) {
        read(ctx, args, RangeRequest.parse(args, 2, MemberRange.By.SCORE, true, true), out);
    }

    /** ZRANGEBYLEX key min max [LIMIT offset count]. */
    static void zrangebylex(CommandContext ctx, Args args, ReplyWriter out) {
        read(ctx, args, RangeRequest.parse(args, 2, MemberRange.By.WORD, false, true), out);
    }

    /** ZREVRANGEBYLEX key max min [LIMIT offset count]. */
    static void zrevrangebylex(CommandContext ctx, Args args, ReplyWriter out) {
        read(ctx, args, RangeRequest.parse(args, 2, MemberRange.By.WORD, true, true), out);
    }

    private static void read(CommandContext ctx, Args args, RangeRequest request, ReplyWriter out) {
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        long count = set == null ? 0 : request.count(set);
        boolean nested = request.withScores() && out.protocol() >= 3;
        out.array(Math.toIntExact(request.withScores() && !nested ? 2 * count : count));
        if (count == 0) {
            return;
        }
        long[] left = {count - 1};
        set.walk(request.first(set), !request.reversed(), (member, score) -> {
            if (nested) {
                out.array(2);
            }
            StringCommands.reply(member, out);
            if (request.withScores()) {
                SortedSetCommands.reply(score, out);
            }
            return left[0]-- > 0;
        });
    }

    /** ZRANGESTORE dst src min max [BYSCORE | BYLEX] [REV] [LIMIT offset count]. Replies with how many were stored. */
    static void zrangestore(CommandContext ctx, Args args, ReplyWriter out) {
        RangeRequest request = RangeRequest.parse(args, 3, null, null, false);
        SortedSetValue set = ctx.db().read(args.get(2), SortedSetValue.TYPE, 1);
        long count = set == null ? 0 : request.count(set);

        SortedSetValue result = ctx.keyspace().workbench().begin(SortedSetValue.TYPE, 0);
        if (count > 0) {
            long[] left = {count - 1};
            set.walk(request.first(set), !request.reversed(), (member, score) -> {
                result.put(member.bytes(), score);
                return left[0]-- > 0;
            });
        }
        store(ctx, args.get(1), result, "zrangestore", out);
    }

    /** Puts the result in the place of what is at a key; an empty one deletes that. Replies with its size. */
    static void store(CommandContext ctx, Bytes key, SortedSetValue result, String event, ReplyWriter out) {
        Workbench workbench = ctx.keyspace().workbench();
        long size = result.size();
        if (size == 0) {
            workbench.drop();
            if (ctx.db().delete(key)) {
                ctx.changed(key, "del");
            }
        } else {
            workbench.place(ctx.db(), key);
            ctx.changed(key, event);
        }
        out.integer(size);
    }

    // Removing.

    /** ZREMRANGEBYRANK key start stop. Replies with how many were removed. */
    static void zremrangebyrank(CommandContext ctx, Args args, ReplyWriter out) {
        remove(ctx, args, MemberRange.By.RANK, "zremrangebyrank", out);
    }

    /** ZREMRANGEBYSCORE key min max. Replies with how many were removed. */
    static void zremrangebyscore(CommandContext ctx, Args args, ReplyWriter out) {
        remove(ctx, args, MemberRange.By.SCORE, "zremrangebyscore", out);
    }

    /** ZREMRANGEBYLEX key min max. Replies with how many were removed. */
    static void zremrangebylex(CommandContext ctx, Args args, ReplyWriter out) {
        remove(ctx, args, MemberRange.By.WORD, "zremrangebylex", out);
    }

    private static void remove(CommandContext ctx, Args args, MemberRange.By by, String event, ReplyWriter out) {
        MemberRange range = MemberRange.of(by, args.get(2), args.get(3));
        Bytes key = args.get(1);
        SortedSetValue set = ctx.db().change(key, SortedSetValue.TYPE);
        long start = set == null ? 0 : range.start(set);
        long count = set == null ? 0 : Math.max(0, range.end(set) - start);
        if (count > 0) {
            set.removeRange(start, count);
            ctx.changed(key, event, count);
            SortedSetCommands.removeIfEmpty(ctx, key);
        }

        out.integer(count);
    }

    /**
     * What is asked of ZRANGE and its relatives.
     *
     * @param reversed whether from the end down; skipped and taken are counted in that direction
     * @param skipped how many members of the range are passed over; less than 0 for all
     * @param taken how many at the most; less than 0 for all
     */
    private record RangeRequest(MemberRange range, boolean reversed, long skipped, long taken, boolean withScores) {
        private static final ErrorReply LIMIT_BY_RANK =
                ErrorReply.of("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
        private static final ErrorReply SCORES_BY_WORD =
                ErrorReply.of("ERR syntax error, WITHSCORES not supported in combination with BYLEX");

        /**
         * Reads a range from a word on, with the options behind it.
         *
         * @param fixedBy what the command's name says; null where options say it
         * @param fixedReversed likewise
         */
        static RangeRequest parse(Args args, int from, MemberRange.By fixedBy, Boolean fixedReversed, boolean replies) {
            MemberRange.By by = fixedBy;
            Boolean reversed = fixedReversed;
            boolean scores = false;
            long skipped = 0;
            long taken = -1;
            for (int i = from + 2; i < args.count(); i++) {
                Bytes option = args.get(i);
                if (replies && option.isWord("withscores")) {
                    scores = true;
                } else if (option.isWord("limit") && i + 2 < args.count()) {
                    skipped = args.integer(i + 1);
                    taken = args.integer(i + 2);
                    i += 2;
                } else if (reversed == null && option.isWord("rev")) {
                    reversed = true;
                } else if (by == null && option.isWord("bylex")) {
                    by = MemberRange.By.WORD;
                } else if (by == null && option.isWord("byscore")) {
                    by = MemberRange.By.SCORE;
                } else {
                    throw ErrorReply.SYNTAX.raise();
                }
            }
            by = by == null ? MemberRange.By.RANK : by;
            if (taken != -1 && by == MemberRange.By.RANK) {
                throw LIMIT_BY_RANK.raise();
            }
            if (scores && by == MemberRange.By.WORD) {
                throw SCORES_BY_WORD.raise();
            }
            boolean down = reversed != null && reversed;
            boolean turned = down && by != MemberRange.By.RANK;
            Bytes low = args.get(turned ? from + 1 : from);
            Bytes high = args.get(turned ? from : from + 1);
            return new RangeRequest(MemberRange.of(by, low, high), down, skipped, taken, scores);
        }

        private boolean isByRankFromEnd() {
            return reversed && range.by() == MemberRange.By.RANK;
        }

        private long start(SortedSetValue set) {
            return isByRankFromEnd() ? set.size() - range.end(set) : range.start(set);
        }

        private long end(SortedSetValue set) {
            return isByRankFromEnd() ? set.size() - range.start(set) : range.end(set);
        }

        /** How many members there are to show. */
        long count(SortedSetValue set) {
            long all = Math.max(0, end(set) - start(set));
            long left = skipped < 0 ? 0 : Math.max(0, all - skipped);
            return taken < 0 ? left : Math.min(left, taken);
        }

        /** The rank of the first member to show. */
        long first(SortedSetValue set) {
            return reversed ? end(set) - 1 - skipped : start(set) + skipped;
        }
    }
}
