package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.ListValue;
import io.vireo.value.ValueType;

/** Commands that take elements from an end of a list; their rows are in {@link ListCommands}. */
final class ListPops {
    private static final byte[] LPOP = StringCommands.ascii("LPOP");
    private static final byte[] RPOP = StringCommands.ascii("RPOP");

    private ListPops() {}

    /** LPOP key [count]. */
    static void lpop(CommandContext ctx, Args args, ReplyWriter out) {
        pop(ctx, args, true, out);
    }

    /** RPOP key [count]. */
    static void rpop(CommandContext ctx, Args args, ReplyWriter out) {
        pop(ctx, args, false, out);
    }

    private static void pop(CommandContext ctx, Args args, boolean first, ReplyWriter out) {
        if (args.count() > 3) {
            throw ErrorReply.wrongArity(ctx.command().fullName()).raise();
        }
        boolean counted = args.count() == 3;
        long count = counted ? Numbers.atLeast(0, args.get(2), ErrorReply.MUST_BE_POSITIVE) : 1;
        Bytes key = args.get(1);
        ListValue list = ctx.db().change(key, ListValue.TYPE);
        if (list == null) {
            if (counted) {
                out.nullArray();
            } else {
                out.nullBulk();
            }
        } else if (!counted) {
            StringCommands.reply(list.end(first), out);
            taken(ctx, key, list, first, 1);
        } else if (count == 0) {
            out.array(0);
        } else {
            take(ctx, key, list, first, count, out);
        }
    }

    /** LMPOP numkeys key [key ...] LEFT|RIGHT [COUNT count]. */
    static void lmpop(CommandContext ctx, Args args, ReplyWriter out) {
        MultiPop pop = MultiPop.parse(args, 1, "left", "right");
        if (!tryMultiPop(ctx, args, pop, out)) {
            out.nullArray();
        }
    }

    /**
     * Takes elements from the first list there is among the keys, and replies with its key and what was taken. Replicas
     * receive LPOP or RPOP with the count.
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
        ListValue list = ctx.db().change(key, ListValue.TYPE);
        if (list == null) {
            return false;
        }
        long count = Math.min(pop.count(), list.size());
        out.array(2);
        out.bulk(key);
        take(ctx, key, list, pop.first(), count, out);
        ctx.propagate(3).word(effect(pop.first())).word(key).word(ctx.text(count));
        return true;
    }

    /** The name of the command that replicas receive. */
    static byte[] effect(boolean first) {
        return first ? LPOP : RPOP;
    }

    /** Replies with so many elements from an end, or with all there are, and removes them. */
    private static void take(
            CommandContext ctx, Bytes key, ListValue list, boolean first, long count, ReplyWriter out) {
        long size = list.size();
        long taken = Math.min(count, size);
        out.array(Math.toIntExact(taken));
        long[] left = {taken - 1};
        list.walk(first ? 0 : size - 1, first, element -> {
            StringCommands.reply(element, out);
            return left[0]-- > 0;
        });
        taken(ctx, key, list, first, taken);
    }

    /** Removes elements that were replied with. */
    static void taken(CommandContext ctx, Bytes key, ListValue list, boolean first, long count) {
        list.removeRange(first ? 0 : list.size() - count, count);
        ctx.changed(key, first ? "lpop" : "rpop", count);
        removeIfEmpty(ctx, key);
    }

    /** Removes a list without elements, which may have changed. */
    static void removeIfEmpty(CommandContext ctx, Bytes key) {
        if (ctx.db().removeIfEmpty(key, ListValue.TYPE)) {
            ctx.alsoChanged(ctx.session().db(), key, "del");
        }
    }

    /** LMOVE source destination LEFT|RIGHT LEFT|RIGHT. Replies with the element, or null. */
    static void lmove(CommandContext ctx, Args args, ReplyWriter out) {
        boolean fromFirst = isFirst(args.get(3), "left", "right");
        boolean toFirst = isFirst(args.get(4), "left", "right");
        if (!tryMove(ctx, args.get(1), args.get(2), fromFirst, toFirst, out)) {
            out.nullBulk();
        }
    }

    /** RPOPLPUSH source destination. Replies with the element, or null. */
    static void rpoplpush(CommandContext ctx, Args args, ReplyWriter out) {
        if (!tryMove(ctx, args.get(1), args.get(2), false, true, out)) {
            out.nullBulk();
        }
    }

    static boolean isFirst(Bytes word, String first, String last) {
        if (word.isWord(first)) {
            return true;
        }
        if (!word.isWord(last)) {
            throw ErrorReply.SYNTAX.raise();
        }
        return false;
    }

    /**
     * Moves an element from an end of one list to an end of another, or of the same.
     *
     * @return false, with nothing done, if there is no such list
     */
    static boolean tryMove(
            CommandContext ctx, Bytes from, Bytes to, boolean fromFirst, boolean toFirst, ReplyWriter out) {
        ListValue source = ctx.db().change(from, ListValue.TYPE);
        if (source == null) {
            return false;
        }
        ctx.db().checkType(to, ValueType.LIST);

        // The element is copied: a push may move what it lies in.
        Bytes element =
                ctx.copy(ctx.db().change(from, ListValue.TYPE).end(fromFirst).bytes());
        out.bulk(element);
        ctx.db().write(to, ListValue.TYPE).push(toFirst, element);
        ctx.changed(to, toFirst ? "lpush" : "rpush");
        ListValue rest = ctx.db().change(from, ListValue.TYPE);
        boolean rotated = from.contentEquals(to);
        long shift = rotated && fromFirst == toFirst ? 1 : 0;
        rest.removeRange(fromFirst ? shift : rest.size() - 1 - shift, 1);
        ctx.alsoChanged(ctx.session().db(), from, fromFirst ? "lpop" : "rpop");
        removeIfEmpty(ctx, from);
        return true;
    }
}
