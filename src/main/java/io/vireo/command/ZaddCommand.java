package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;

/** ZADD and ZINCRBY, whose rows are in {@link SortedSetCommands}. */
final class ZaddCommand {
    private static final ErrorReply XX_AND_NX =
            ErrorReply.of("ERR XX and NX options at the same time are not compatible");
    private static final ErrorReply GT_LT_NX =
            ErrorReply.of("ERR GT, LT, and/or NX options at the same time are not compatible");
    private static final ErrorReply ONE_INCREMENT =
            ErrorReply.of("ERR INCR option supports a single increment-element pair");
    private static final ErrorReply NOT_A_NUMBER = ErrorReply.of("ERR resulting score is not a number (NaN)");

    private static final int NX = 1;
    private static final int XX = 1 << 1;
    private static final int GT = 1 << 2;
    private static final int LT = 1 << 3;
    private static final int CH = 1 << 4;
    private static final int INCR = 1 << 5;

    private ZaddCommand() {}

    /**
     * ZADD key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]. Replies with how many were new, with CH
     * also those that changed, with INCR with the score, or null where it was left alone.
     */
    static void zadd(CommandContext ctx, Args args, ReplyWriter out) {
        int first = 2;
        int options = 0;
        for (int option; first < args.count() && (option = option(args.get(first))) != 0; first++) {
            options |= option;
        }
        add(ctx, args, first, options, out);
    }

    /** ZINCRBY key increment member. Replies with the score. */
    static void zincrby(CommandContext ctx, Args args, ReplyWriter out) {
        add(ctx, args, 2, INCR, out);
    }

    private static int option(Bytes word) {
        if (word.length() == 2) {
            return word.isWord("nx")
                    ? NX
                    : word.isWord("xx")
                            ? XX
                            : word.isWord("gt") ? GT : word.isWord("lt") ? LT : word.isWord("ch") ? CH : 0;
        }
        return word.isWord("incr") ? INCR : 0;
    }

    private static void add(CommandContext ctx, Args args, int first, int options, ReplyWriter out) {
        check(args, first, options);
        if (args.count() == first + 2) {
            addOne(ctx, args, first, options, out);
            return;
        }
        for (int i = first; i < args.count(); i += 2) {
            Scores.score(args.get(i));
        }
        Bytes key = args.get(1);
        SortedSetValue set = toChange(ctx, key, options);
        int added = 0;
        int updated = 0;
        for (int i = first; set != null && i < args.count(); i += 2) {
            double score = Scores.score(args.get(i));
            Bytes member = args.get(i + 1);
            if (!set.find(member)) {
                if ((options & XX) == 0) {
                    set.put(member, score);
                    added++;
                }
            } else if (set.foundScore() != score && mayChange(options, set.foundScore(), score)) {
                set.put(member, score);
                updated++;
            }
        }
        if (added + updated > 0) {
            ctx.changed(key, "zadd", added + updated);
        }
        out.integer((options & CH) != 0 ? added + updated : added);
    }

    private static void check(Args args, int first, int options) {
        int words = args.count() - first;
        if (words <= 0 || words % 2 != 0) {
            throw ErrorReply.SYNTAX.raise();
        }
        if ((options & NX) != 0 && (options & XX) != 0) {
            throw XX_AND_NX.raise();
        }
        if ((options & GT) != 0 && (options & (LT | NX)) != 0 || (options & LT) != 0 && (options & NX) != 0) {
            throw GT_LT_NX.raise();
        }
        if ((options & INCR) != 0 && words > 2) {
            throw ONE_INCREMENT.raise();
        }
    }

    /** The set to be changed; null where there is none and none may be made. */
    private static SortedSetValue toChange(CommandContext ctx, Bytes key, int options) {
        return (options & XX) != 0
                ? ctx.db().change(key, SortedSetValue.TYPE)
                : ctx.db().write(key, SortedSetValue.TYPE);
    }

    private static boolean mayChange(int options, double old, double score) {
        return (options & NX) == 0 && ((options & GT) == 0 || score > old) && ((options & LT) == 0 || score < old);
    }

    private static void addOne(CommandContext ctx, Args args, int first, int options, ReplyWriter out) {
        double given = Scores.score(args.get(first));
        Bytes key = args.get(1);
        Bytes member = args.get(first + 1);
        boolean increments = (options & INCR) != 0;
        SortedSetValue set = increments ? ctx.db().peek(key, SortedSetValue.TYPE) : toChange(ctx, key, options);
        boolean isThere = set != null && set.find(member);
        double score = increments && isThere ? set.foundScore() + given : given;
        if (Double.isNaN(score)) {
            throw NOT_A_NUMBER.raise();
        }

        boolean puts = isThere ? mayChange(options, set.foundScore(), score) : (options & XX) == 0;
        boolean changes = puts && (!isThere || set.foundScore() != score);
        if (changes) {
            (increments ? ctx.db().write(key, SortedSetValue.TYPE) : set).put(member, score);
            ctx.changed(key, increments ? "zincr" : "zadd");
        }

        if (!increments) {
            out.integer(changes && (!isThere || (options & CH) != 0) ? 1 : 0);
        } else if (puts) {
            SortedSetCommands.reply(score, out);
        } else {
            out.nullBulk();
        }
    }
}
