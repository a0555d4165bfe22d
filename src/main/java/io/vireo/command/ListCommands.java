package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.BLOCKING;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.MOVABLEKEYS;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.DELETE;
import static io.vireo.command.KeySpec.Flag.INSERT;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.counted;
import static io.vireo.command.KeySpec.key;
import static io.vireo.command.KeySpec.keys;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.ListValue;
import java.util.List;

/**
 * List commands that look at one list or change it; those that take elements away are in {@link ListPops},
 * and those that wait for some in {@link BlockingListPops}.
 */
public final class ListCommands {
    public static final CommandFamily FAMILY = family(
            "list",
            AclCategory.LIST,
            write("lpush", -3, key(1, RW, INSERT), ListCommands::lpush, DENYOOM, FAST),
            write("rpush", -3, key(1, RW, INSERT), ListCommands::rpush, DENYOOM, FAST),
            write("lpushx", -3, key(1, RW, INSERT), ListCommands::lpushx, DENYOOM, FAST),
            write("rpushx", -3, key(1, RW, INSERT), ListCommands::rpushx, DENYOOM, FAST),
            write("linsert", 5, key(1, RW, INSERT), ListCommands::linsert, DENYOOM),
            read("llen", 2, key(1, RO), ListCommands::llen, FAST),
            read("lindex", 3, key(1, RO, ACCESS), ListCommands::lindex),
            write("lset", 4, key(1, RW, UPDATE), ListCommands::lset, DENYOOM),
            read("lrange", 4, key(1, RO, ACCESS), ListCommands::lrange),
            write("ltrim", 4, key(1, RW, DELETE), ListCommands::ltrim),
            read("lpos", -3, key(1, RO, ACCESS), LposCommand::lpos),
            write("lrem", 4, key(1, RW, DELETE), ListCommands::lrem),
            write("lpop", -2, key(1, RW, ACCESS, DELETE), ListPops::lpop, FAST),
            write("rpop", -2, key(1, RW, ACCESS, DELETE), ListPops::rpop, FAST),
            write("lmpop", -4, counted(1, RW, ACCESS, DELETE), ListPops::lmpop, MOVABLEKEYS),
            write("lmove", 5, moved(), ListPops::lmove, DENYOOM),
            write("rpoplpush", 3, moved(), ListPops::rpoplpush, DENYOOM),
            write("blpop", -3, waitedFor(), BlockingListPops::blpop, NOSCRIPT, BLOCKING),
            write("brpop", -3, waitedFor(), BlockingListPops::brpop, NOSCRIPT, BLOCKING),
            write("blmpop", -5, counted(2, RW, ACCESS, DELETE), BlockingListPops::blmpop, BLOCKING, MOVABLEKEYS),
            write("blmove", 6, moved(), BlockingListPops::blmove, DENYOOM, NOSCRIPT, BLOCKING),
            write("brpoplpush", 4, moved(), BlockingListPops::brpoplpush, DENYOOM, NOSCRIPT, BLOCKING));

    private ListCommands() {}

    /** The keys of a command whose last word is a time. */
    private static KeySpec waitedFor() {
        return keys(1, -2, 1, RW, ACCESS, DELETE);
    }

    /** The keys of a command that moves an element: where from, where to. */
    private static List<KeySpec> moved() {
        return List.of(key(1, RW, ACCESS, DELETE), key(2, RW, INSERT));
    }

    /** LPUSH key element [element ...]. Replies with the length. */
    private static void lpush(CommandContext ctx, Args args, ReplyWriter out) {
        push(ctx, args, true, out);
    }

    /** RPUSH key element [element ...]. Replies with the length. */
    private static void rpush(CommandContext ctx, Args args, ReplyWriter out) {
        push(ctx, args, false, out);
    }

    private static void push(CommandContext ctx, Args args, boolean first, ReplyWriter out) {
        ListValue list = ctx.db().write(args.get(1), ListValue.TYPE);
        pushAll(ctx, list, args, first, out);
    }

    /** LPUSHX key element [element ...]. Replies with the length, 0 where there is no such list. */
    private static void lpushx(CommandContext ctx, Args args, ReplyWriter out) {
        pushIfThere(ctx, args, true, out);
    }

    /** RPUSHX key element [element ...]. Replies with the length, 0 where there is no such list. */
    private static void rpushx(CommandContext ctx, Args args, ReplyWriter out) {
        pushIfThere(ctx, args, false, out);
    }

    private static void pushIfThere(CommandContext ctx, Args args, boolean first, ReplyWriter out) {
        ListValue list = ctx.db().change(args.get(1), ListValue.TYPE);
        if (list == null) {
            out.integer(0);
        } else {
            pushAll(ctx, list, args, first, out);
        }
    }

    private static void pushAll(CommandContext ctx, ListValue list, Args args, boolean first, ReplyWriter out) {
        for (int i = 2; i < args.count(); i++) {
            list.push(first, args.get(i));
        }
        ctx.changed(args.get(1), first ? "lpush" : "rpush", args.count() - 2);

        out.integer(list.size());
    }

    /** LINSERT key BEFORE|AFTER pivot element. Replies with the length, -1 without such a pivot, 0 without a list. */
    private static void linsert(CommandContext ctx, Args args, ReplyWriter out) {
        boolean before = args.get(2).isWord("before");
        if (!before && !args.get(2).isWord("after")) {
            throw ErrorReply.SYNTAX.raise();
        }

        ListValue list = ctx.db().change(args.get(1), ListValue.TYPE);
        if (list == null) {
            out.integer(0);
        } else if (list.insert(args.get(3), before, args.get(4))) {
            ctx.changed(args.get(1), "linsert");
            out.integer(list.size());
        } else {
            out.integer(-1);
        }
    }

    /** LLEN key. */
    private static void llen(CommandContext ctx, Args args, ReplyWriter out) {
        ListValue list = ctx.db().read(args.get(1), ListValue.TYPE);
        out.integer(list == null ? 0 : list.size());
    }

    /** LINDEX key index. */
    private static void lindex(CommandContext ctx, Args args, ReplyWriter out) {
        ListValue list = ctx.db().read(args.get(1), ListValue.TYPE);
        if (list == null) {
            out.nullBulk();
            return;
        }
        long index = fromStart(args.integer(2), list.size());
        StringCommands.reply(index < 0 || index >= list.size() ? null : list.get(index), out);
    }

    /** An index that may be counted from the end, from the start. */
    static long fromStart(long index, long size) {
        return index < 0 ? index + size : index;
    }

    /** LSET key index element. */
    private static void lset(CommandContext ctx, Args args, ReplyWriter out) {
        ListValue list = ctx.db().change(args.get(1), ListValue.TYPE);
        if (list == null) {
            throw ErrorReply.NO_SUCH_KEY.raise();
        }
        long index = fromStart(args.integer(2), list.size());
        if (index < 0 || index >= list.size()) {
            throw ErrorReply.OUT_OF_RANGE.raise();
        }

        list.set(index, args.get(3));
        ctx.changed(args.get(1), "lset");

        out.ok();
    }

    /** LRANGE key start stop. */
    private static void lrange(CommandContext ctx, Args args, ReplyWriter out) {
        long start = args.integer(2);
        long stop = args.integer(3);
        ListValue list = ctx.db().read(args.get(1), ListValue.TYPE);
        long size = list == null ? 0 : list.size();
        long from = Math.max(0, fromStart(start, size));
        long to = Math.min(size - 1, fromStart(stop, size));
        if (from > to) {
            out.array(0);
            return;
        }
        out.array(Math.toIntExact(to - from + 1));
        long[] left = {to - from};
        list.walk(from, true, element -> {
            StringCommands.reply(element, out);
            return left[0]-- > 0;
        });
    }

    /** LTRIM key start stop. */
    private static void ltrim(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        long start = args.integer(2);
        long stop = args.integer(3);
        ListValue list = ctx.db().change(key, ListValue.TYPE);
        if (list == null) {
            out.ok();
            return;
        }

        long size = list.size();
        long from = Math.max(0, fromStart(start, size));
        long to = Math.min(size - 1, fromStart(stop, size));
        long before = from > to ? size : from;
        long behind = from > to ? 0 : size - 1 - to;
        list.removeRange(size - behind, behind);
        list.removeRange(0, before);
        if (before + behind > 0) {
            ctx.changed(key, "ltrim", before + behind);
        } else {
            ctx.alsoChanged(ctx.session().db(), key, "ltrim"); // as in Redis, who watches it is told all the same
        }
        ListPops.removeIfEmpty(ctx, key);

        out.ok();
    }

    /** LREM key count element. Replies with how many were removed. */
    private static void lrem(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        long count = args.integer(2);
        ListValue list = ctx.db().change(key, ListValue.TYPE);
        if (list == null) {
            out.integer(0);
            return;
        }

        long removed = list.removeAll(args.get(3), Math.abs(count), count >= 0);
        if (removed > 0) {
            ctx.changed(key, "lrem", removed);
        }
        ListPops.removeIfEmpty(ctx, key);

        out.integer(removed);
    }
}
