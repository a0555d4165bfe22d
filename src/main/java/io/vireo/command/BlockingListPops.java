package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.ListValue;
import io.vireo.value.ValueType;

/** Commands that wait for an element of a list and take it; their rows are in {@link ListCommands}. */
final class BlockingListPops {
    private static final byte[] LMOVE = StringCommands.ascii("LMOVE");
    private static final byte[] RPOPLPUSH = StringCommands.ascii("RPOPLPUSH");

    private BlockingListPops() {}

    /** BLPOP key [key ...] timeout. Replies with a key and its first element. Replicas receive LPOP. */
    static void blpop(CommandContext ctx, Args args, ReplyWriter out) {
        pop(ctx, args, true, out);
    }

    /** BRPOP key [key ...] timeout. Replies with a key and its last element. Replicas receive RPOP. */
    static void brpop(CommandContext ctx, Args args, ReplyWriter out) {
        pop(ctx, args, false, out);
    }

    private static void pop(CommandContext ctx, Args args, boolean first, ReplyWriter out) {
        int end = args.count() - 1;
        long deadlineMs = ctx.deadlineIn(args.get(end));
        for (int i = 1; i < end; i++) {
            if (tryPop(ctx, args.get(i), first, out)) {
                return;
            }
        }
        ctx.block(
                new KeyWait(ValueType.LIST, deadlineMs, args, 1, end) {
                    @Override
                    protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                        return tryPop(ctx, key, first, out);
                    }
                },
                out);
    }

    private static boolean tryPop(CommandContext ctx, Bytes key, boolean first, ReplyWriter out) {
        ListValue list = ctx.db().change(key, ListValue.TYPE);
        if (list == null) {
            return false;
        }
        out.array(2);
        out.bulk(key);
        StringCommands.reply(list.end(first), out);
        ListPops.taken(ctx, key, list, first, 1);
        ctx.propagate(2).word(ListPops.effect(first)).word(key);
        return true;
    }

    /** BLMPOP timeout numkeys key [key ...] LEFT|RIGHT [COUNT count]. */
    static void blmpop(CommandContext ctx, Args args, ReplyWriter out) {
        long deadlineMs = ctx.deadlineIn(args.get(1));
        MultiPop pop = MultiPop.parse(args, 2, "left", "right");
        if (ListPops.tryMultiPop(ctx, args, pop, out)) {
            return;
        }
        int end = pop.firstKey() + pop.keys();
        ctx.block(
                new KeyWait(ValueType.LIST, deadlineMs, args, pop.firstKey(), end) {
                    @Override
                    protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                        return ListPops.tryMultiPop(ctx, key, pop, out);
                    }
                },
                out);
    }

    /** BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout. Replies with the element. Replicas receive LMOVE. */
    static void blmove(CommandContext ctx, Args args, ReplyWriter out) {
        boolean fromFirst = ListPops.isFirst(args.get(3), "left", "right");
        boolean toFirst = ListPops.isFirst(args.get(4), "left", "right");
        long deadlineMs = ctx.deadlineIn(args.get(5));
        move(ctx, args, new Move(fromFirst, toFirst, LMOVE), deadlineMs, out);
    }

    /** BRPOPLPUSH source destination timeout. Replies with the element. Replicas receive RPOPLPUSH. */
    static void brpoplpush(CommandContext ctx, Args args, ReplyWriter out) {
        long deadlineMs = ctx.deadlineIn(args.get(3));
        move(ctx, args, new Move(false, true, RPOPLPUSH), deadlineMs, out);
    }

    private static void move(CommandContext ctx, Args args, Move move, long deadlineMs, ReplyWriter out) {
        if (move.tryIt(ctx, args.get(1), args.get(2), out)) {
            return;
        }
        if (!ctx.mayBlock()) {
            out.nullBulk(); // and not the null array of one who has waited
            return;
        }
        Bytes to = args.get(2).copy();
        ctx.block(
                new KeyWait(ValueType.LIST, deadlineMs, args, 1, 2) {
                    @Override
                    protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                        return move.tryIt(ctx, key, to, out);
                    }
                },
                out);
    }

    /**
     * A move of one element.
     *
     * @param effect the command that replicas receive
     */
    private record Move(boolean fromFirst, boolean toFirst, byte[] effect) {
        boolean tryIt(CommandContext ctx, Bytes from, Bytes to, ReplyWriter out) {
            if (!ListPops.tryMove(ctx, from, to, fromFirst, toFirst, out)) {
                return false;
            }
            if (effect == RPOPLPUSH) {
                ctx.propagate(3).word(effect).word(from).word(to);
            } else {
                ctx.propagate(5)
                        .word(effect)
                        .word(from)
                        .word(to)
                        .word(ctx.text(fromFirst ? "left" : "right"))
                        .word(ctx.text(toFirst ? "left" : "right"));
            }
            return true;
        }
    }
}
