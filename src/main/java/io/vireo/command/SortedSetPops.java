package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;

/** Commands that take members from an end of a sorted set; their rows are in {@link SortedSetCommands}. */
final class SortedSetPops {
    private static final byte[] ZPOPMIN = StringCommands.ascii("ZPOPMIN");
    private static final byte[] ZPOPMAX = StringCommands.ascii("ZPOPMAX");

    private SortedSetPops() {}

    /** ZPOPMIN key [count]. */
    static void zpopmin(CommandContext ctx, Args args, ReplyWriter out) {
        pop(ctx, args, true, out);
    }

    /** ZPOPMAX key [count]. */
    static void zpopmax(CommandContext ctx, Args args, ReplyWriter out) {
        pop(ctx, args, false, out);
    }

    private static void pop(CommandContext ctx, Args args, boolean min, ReplyWriter out) {
        if (args.count() > 3) {
            throw ErrorReply.SYNTAX.raise();
        }
        boolean counted = args.count() == 3;
        long count = counted ? Numbers.atLeast(0, args.get(2), ErrorReply.MUST_BE_POSITIVE) : 1;
        Bytes key = args.get(1);
        SortedSetValue set = ctx.db().change(key, SortedSetValue.TYPE);
        long taken = set == null ? 0 : Math.min(count, set.size());
        boolean nested = counted && out.protocol() >= 3;
        out.array(Math.toIntExact(nested ? taken : 2 * taken));
        if (taken > 0) {
            take(ctx, key, set, min, taken, nested, out);
        }
    }

    /** ZMPOP numkeys key [key ...] MIN|MAX [COUNT count]. */
    static void zmpop(CommandContext ctx, Args args, ReplyWriter out) {
        MultiPop pop = MultiPop.parse(args, 1, "min", "max");
        if (!tryMultiPop(ctx, args, pop, out)) {
            out.nullArray();
        }
    }

    /**
     * Takes members from the first set there is among the keys, and replies with its key and what was taken. Replicas
     * receive ZPOPMIN or ZPOPMAX with the count.
     *
     * @return false, with nothing done, if there is none
     */
    static boolean tryMultiPop(CommandContext ctx, Args args, MultiPop pop, ReplyWriter out) {
        for (int i = pop.firstKey(); i < pop.firstKey() + pop.keys(); i++) {
            if (tryMultiPop(ctx, args.get(i), pop, out)) {
                return true;
            }
        }
        return false;
    }

    /** The same at one key. */
    static boolean tryMultiPop(CommandContext ctx, Bytes key, MultiPop pop, ReplyWriter out) {
        SortedSetValue set = ctx.db().change(key, SortedSetValue.TYPE);
        if (set == null) {
            return false;
        }
        long count = Math.min(pop.count(), set.size());
        out.array(2);
        out.bulk(key);
        out.array(Math.toIntExact(count));
        take(ctx, key, set, pop.first(), count, true, out);
        ctx.propagate(3).word(effect(pop.first())).word(key).word(ctx.text(count));
        return true;
    }

    /** The name of the command that replicas receive. */
    static byte[] effect(boolean min) {
        return min ? ZPOPMIN : ZPOPMAX;
    }

    /** Replies with so many members from an end, of those that are there, and removes them. */
    static void take(
            CommandContext ctx,
            Bytes key,
            SortedSetValue set,
            boolean min,
            long count,
            boolean nested,
            ReplyWriter out) {
        long size = set.size();
        long[] left = {count - 1};
        set.walk(min ? 0 : size - 1, min, (member, score) -> {
            if (nested) {
                out.array(2);
            }
            StringCommands.reply(member, out);
            SortedSetCommands.reply(score, out);
            return left[0]-- > 0;
        });
        set.removeRange(min ? 0 : size - count, count);
        ctx.changed(key, min ? "zpopmin" : "zpopmax", count);
        SortedSetCommands.removeIfEmpty(ctx, key);
    }
}
