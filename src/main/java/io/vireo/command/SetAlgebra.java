package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Workbench;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SetValue;
import io.vireo.value.StringValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** What sets have in common, together, or apart; the rows are in {@link SetCommands}. */
final class SetAlgebra {
    private static final ErrorReply TOO_MANY_KEYS =
            ErrorReply.of("ERR Number of keys can't be greater than number of args");
    private static final ErrorReply BAD_LIMIT = ErrorReply.of("ERR LIMIT can't be negative");

    private SetAlgebra() {}

    /**
     * The sets of some keys, one after the other; what is not there is null. All types are checked, however early the
     * answer may be known.
     */
    private static List<SetValue> sets(CommandContext ctx, Args args, int from, int to) {
        List<SetValue> sets = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            sets.add(ctx.db().read(args.get(i), SetValue.TYPE, i));
        }
        return sets;
    }

    // Intersection.

    /** SINTER key [key ...]. */
    static void sinter(CommandContext ctx, Args args, ReplyWriter out) {
        WordList members = new WordList();
        inAll(sets(ctx, args, 1, args.count()), Long.MAX_VALUE, members::add);
        reply(members, out);
    }

    /** SINTERCARD numkeys key [key ...] [LIMIT limit]. */
    static void sintercard(CommandContext ctx, Args args, ReplyWriter out) {
        long keys = Numbers.keyCount(args.get(1));
        if (keys > args.count() - 2) {
            throw TOO_MANY_KEYS.raise();
        }
        int end = 2 + (int) keys;
        long limit = 0;
        for (int i = end; i < args.count(); i += 2) {
            if (!args.get(i).isWord("limit") || i + 1 == args.count()) {
                throw ErrorReply.SYNTAX.raise();
            }
            limit = Numbers.atLeast(0, args.get(i + 1), BAD_LIMIT);
        }

        long most = limit == 0 ? Long.MAX_VALUE : limit;
        out.integer(inAll(sets(ctx, args, 2, end), most, member -> {}));
    }

    /** SINTERSTORE destination key [key ...]. */
    static void sinterstore(CommandContext ctx, Args args, ReplyWriter out) {
        List<SetValue> sets = sets(ctx, args, 2, args.count());
        SetValue result = result(ctx);
        inAll(sets, Long.MAX_VALUE, member -> result.add(member.bytes()));
        store(ctx, args.get(1), result, "sinterstore", out);
    }

    /** Shows the members that all sets have, until there are enough. Returns how many were shown. */
    private static long inAll(List<SetValue> sets, long most, Consumer<StringValue> visitor) {
        if (sets.contains(null)) {
            return 0;
        }
        List<SetValue> bySize = new ArrayList<>(sets);
        bySize.sort(Comparator.comparingLong(SetValue::size));
        SetValue smallest = bySize.getFirst();
        long[] count = {0};
        smallest.forEach(member -> {
            if (count[0] < most && areAll(bySize, smallest, member)) {
                count[0]++;
                visitor.accept(member);
            }
        });
        return count[0];
    }

    private static boolean areAll(List<SetValue> sets, SetValue but, StringValue member) {
        for (int i = 0; i < sets.size(); i++) {
            if (sets.get(i) != but && !sets.get(i).contains(member)) {
                return false;
            }
        }
        return true;
    }

    // Union.

    /** SUNION key [key ...]. */
    static void sunion(CommandContext ctx, Args args, ReplyWriter out) {
        SetValue result = result(ctx);
        try {
            unite(sets(ctx, args, 1, args.count()), result);
            out.set(Math.toIntExact(result.size()));
            result.forEach(member -> StringCommands.reply(member, out));
        } finally {
            ctx.keyspace().workbench().drop();
        }
    }

    /** SUNIONSTORE destination key [key ...]. */
    static void sunionstore(CommandContext ctx, Args args, ReplyWriter out) {
        List<SetValue> sets = sets(ctx, args, 2, args.count());
        SetValue result = result(ctx);
        unite(sets, result);
        store(ctx, args.get(1), result, "sunionstore", out);
    }

    private static void unite(List<SetValue> sets, SetValue into) {
        for (SetValue set : sets) {
            if (set != null) {
                set.forEach(member -> into.add(member.bytes()));
            }
        }
    }

    // Difference.

    /** SDIFF key [key ...]. */
    static void sdiff(CommandContext ctx, Args args, ReplyWriter out) {
        WordList members = new WordList();
        onlyInFirst(sets(ctx, args, 1, args.count()), members::add);
        reply(members, out);
    }

    /** SDIFFSTORE destination key [key ...]. */
    static void sdiffstore(CommandContext ctx, Args args, ReplyWriter out) {
        List<SetValue> sets = sets(ctx, args, 2, args.count());
        SetValue result = result(ctx);
        onlyInFirst(sets, member -> result.add(member.bytes()));
        store(ctx, args.get(1), result, "sdiffstore", out);
    }

    private static void onlyInFirst(List<SetValue> sets, Consumer<StringValue> visitor) {
        SetValue first = sets.getFirst();
        if (first == null) {
            return;
        }
        List<SetValue> others = new ArrayList<>(sets.subList(1, sets.size()));
        others.removeIf(set -> set == null);
        others.sort(Comparator.comparingLong(SetValue::size).reversed()); // the largest most probably has it
        first.forEach(member -> {
            if (!isAny(others, member)) {
                visitor.accept(member);
            }
        });
    }

    private static boolean isAny(List<SetValue> sets, StringValue member) {
        for (int i = 0; i < sets.size(); i++) {
            if (sets.get(i).contains(member)) {
                return true;
            }
        }
        return false;
    }

    // Results.

    private static void reply(WordList members, ReplyWriter out) {
        out.set(members.count());
        for (int i = 0; i < members.count(); i++) {
            members.writeTo(i, out);
        }
    }

    private static SetValue result(CommandContext ctx) {
        return ctx.keyspace().workbench().begin(SetValue.TYPE, 0);
    }

    /** Puts the result in the place of what is at a key; an empty one deletes that. Replies with its size. */
    private static void store(CommandContext ctx, Bytes key, SetValue result, String event, ReplyWriter out) {
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
}
