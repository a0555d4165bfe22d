package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.BLOCKING;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Database;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.ListValue;
import io.vireo.value.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands that wait, no more of them than the tests of waiting need, on lists that are used as queues. */
final class QueueCommands {
    static final CommandFamily FAMILY = family(
            "queues",
            AclCategory.LIST,
            write("put", -3, KeySpec.key(1, KeySpec.Flag.RW), QueueCommands::put),
            write("take", -3, KeySpec.keys(1, -2, 1, KeySpec.Flag.RW), QueueCommands::take, BLOCKING),
            write("pass", 4, KeySpec.keys(1, 2, 1, KeySpec.Flag.RW), QueueCommands::pass, BLOCKING),
            write("mind", 3, KeySpec.keys(1, 1, 1, KeySpec.Flag.RW), QueueCommands::mind, BLOCKING));

    private QueueCommands() {}

    private static void put(CommandContext ctx, Args args, ReplyWriter out) {
        ListValue list = ctx.db().write(args.get(1), ListValue.TYPE);
        for (int i = 2; i < args.count(); i++) {
            list.push(false, args.get(i));
        }
        ctx.changed(args.get(1), "put");
        out.integer(list.size());
    }

    /** TAKE key [key ...] seconds. */
    private static void take(CommandContext ctx, Args args, ReplyWriter out) {
        int last = args.count() - 1;
        long deadlineMs = ctx.deadlineIn(args.get(last));
        for (int i = 1; i < last; i++) {
            if (taken(ctx, args.get(i), out)) {
                return;
            }
        }
        ctx.block(
                new KeyWait(ValueType.LIST, deadlineMs, args, 1, last) {
                    @Override
                    protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                        return taken(ctx, key, out);
                    }
                },
                out);
    }

    private static boolean taken(CommandContext ctx, Bytes key, ReplyWriter out) {
        String element = removed(ctx.db(), key);
        if (element == null) {
            return false;
        }
        ctx.changed(key, "take");
        ctx.propagate(2).word(ascii("TAKEN")).word(key);
        out.array(2);
        out.bulk(key);
        out.bulk(element);
        return true;
    }

    private static String removed(Database db, Bytes key) {
        ListValue list = db.change(key, ListValue.TYPE);
        if (list == null) {
            return null;
        }
        String element = list.get(0).bytes().toString();
        list.removeEnd(true);
        db.removeIfEmpty(key, ListValue.TYPE);
        return element;
    }

    /** PASS from to seconds. */
    private static void pass(CommandContext ctx, Args args, ReplyWriter out) {
        long deadlineMs = ctx.deadlineIn(args.get(3));
        Bytes to = args.get(2).copy();
        if (!passed(ctx, args.get(1), to, out)) {
            ctx.block(
                    new KeyWait(ValueType.LIST, deadlineMs, args, 1, 2) {
                        @Override
                        protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                            return passed(ctx, key, to, out);
                        }
                    },
                    out);
        }
    }

    private static boolean passed(CommandContext ctx, Bytes from, Bytes to, ReplyWriter out) {
        if (ctx.db().peek(from, ListValue.TYPE) == null) {
            return false;
        }
        ctx.db().checkType(to, ValueType.LIST);
        String element = removed(ctx.db(), from);
        ctx.db().write(to, ListValue.TYPE).push(false, Bytes.copyOf(element));
        ctx.alsoChanged(ctx.session().db(), from, "take");
        ctx.changed(to, "put");
        ctx.propagate(3).word(ascii("PASSED")).word(from).word(to);
        out.bulk(element);
        return true;
    }

    /** MIND key seconds: answers what has become of the key once it is no list. */
    private static void mind(CommandContext ctx, Args args, ReplyWriter out) {
        long deadlineMs = ctx.deadlineInMillis(args.get(2));
        ctx.block(
                new KeyWait(ValueType.LIST, deadlineMs, args, 1, 2) {
                    @Override
                    protected boolean serve(CommandContext ctx, Bytes key, ReplyWriter out) {
                        ValueType type = ctx.db().typeOf(key);
                        if (type != ValueType.LIST) {
                            out.simple(type == null ? "none" : type.word());
                        }
                        return type != ValueType.LIST;
                    }

                    @Override
                    protected void timeOut(ReplyWriter out) {
                        out.simple("late");
                    }

                    @Override
                    public boolean mindsLoss() {
                        return true;
                    }
                },
                out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static List<CommandFamily> families() {
        return List.of(FAMILY);
    }
}
