package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;
import io.vireo.value.ValueType;

/** Commands that wait for a member of a sorted set and take it; their rows are in {@link SortedSetCommands}. */
final class BlockingSortedSetPops {
    private BlockingSortedSetPops() {}

    /** BZPOPMIN key [key ...] timeout. Replies with a key, a member and its score. Replicas receive ZPOPMIN. */
    static void bzpopmin(CommandContext ctx, Args args, ReplyWriter out) {
        pop(ctx, args, true, out);
    }

    /** BZPOPMAX key [key ...] timeout. Replies with a key, a member and its score. Replicas receive ZPOPMAX. */
    static void bzpopmax(CommandContext ctx, Args args, ReplyWriter out) {
        pop(ctx, args, false, out);
    }

    private static void pop(CommandContext ctx, Args args, boolean min, ReplyWriter out) {
        int end = args.count() - 1;
        long deadlineMs = ctx.deadlineIn(args.get(end));
        for (int i = 1; i < end; i++) {
            if (tryPop(ctx, args.get(i), min, out)) {
                return;
            }
        }
        ctx.block(
                new KeyWait(ValueType.ZSET, deadlineMs, args, 1, end) {
                    @Override
                    protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                        return tryPop(ctx, key, min, out);
                    }
                },
                out);
    }

    private static boolean tryPop(CommandContext ctx, Bytes key, boolean min, ReplyWriter out) {
        SortedSetValue set = ctx.db().change(key, SortedSetValue.TYPE);
        if (set == null) {
            return false;
        }
        out.array(3);
        out.bulk(key);
        SortedSetPops.take(ctx, key, set, min, 1, false, out);
        ctx.propagate(2).word(SortedSetPops.effect(min)).word(key);
        return true;
    }

    /** BZMPOP timeout numkeys key [key ...] MIN|MAX [COUNT count]. */
    static void bzmpop(CommandContext ctx, Args args, ReplyWriter out) {
        long deadlineMs = ctx.deadlineIn(args.get(1));
        MultiPop pop = MultiPop.parse(args, 2, "min", "max");
        if (SortedSetPops.tryMultiPop(ctx, args, pop, out)) {
            return;
        }
        int end = pop.firstKey() + pop.keys();
        ctx.block(
                new KeyWait(ValueType.ZSET, deadlineMs, args, pop.firstKey(), end) {
                    @Override
                    protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                        return SortedSetPops.tryMultiPop(ctx, key, pop, out);
                    }
                },
                out);
    }
}
