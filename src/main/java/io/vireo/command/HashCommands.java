package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.DELETE;
import static io.vireo.command.KeySpec.Flag.INSERT;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.key;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.LongDouble;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.HashValue;
import io.vireo.value.StringValue;

/** Hash commands. Handlers run on the keyspace thread. */
public final class HashCommands {
    public static final CommandFamily FAMILY = family(
            "hash",
            AclCategory.HASH,
            write("hset", -4, key(1, RW, UPDATE), HashCommands::hset, DENYOOM, FAST),
            write("hsetnx", 4, key(1, RW, INSERT), HashCommands::hsetnx, DENYOOM, FAST),
            write("hmset", -4, key(1, RW, UPDATE), HashCommands::hmset, DENYOOM, FAST),
            read("hget", 3, key(1, RO, ACCESS), HashCommands::hget, FAST),
            read("hmget", -3, key(1, RO, ACCESS), HashCommands::hmget, FAST),
            read("hgetall", 2, key(1, RO, ACCESS), HashCommands::hgetall),
            read("hkeys", 2, key(1, RO, ACCESS), HashCommands::hkeys),
            read("hvals", 2, key(1, RO, ACCESS), HashCommands::hvals),
            read("hlen", 2, key(1, RO), HashCommands::hlen, FAST),
            read("hstrlen", 3, key(1, RO), HashCommands::hstrlen, FAST),
            read("hexists", 3, key(1, RO), HashCommands::hexists, FAST),
            write("hdel", -3, key(1, RW, DELETE), HashCommands::hdel, FAST),
            write("hincrby", 4, key(1, RW, ACCESS, UPDATE), HashCommands::hincrby, DENYOOM, FAST),
            write("hincrbyfloat", 4, key(1, RW, ACCESS, UPDATE), HashCommands::hincrbyfloat, DENYOOM, FAST),
            read("hrandfield", -2, key(1, RO, ACCESS), HashRandomCommand::hrandfield),
            read("hscan", -3, key(1, RO, ACCESS), HashCommands::hscan));

    private static final byte[] HSET = StringCommands.ascii("HSET");

    private HashCommands() {}

    /** HSET key field value [field value ...]. Replies with how many fields were new. */
    private static void hset(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(set(ctx, args));
    }

    /** HMSET key field value [field value ...]. */
    private static void hmset(CommandContext ctx, Args args, ReplyWriter out) {
        set(ctx, args);
        out.ok();
    }

    private static int set(CommandContext ctx, Args args) {
        if (args.count() % 2 != 0) {
            throw ErrorReply.wrongArity(ctx.command().fullName()).raise();
        }

        HashValue hash = ctx.db().write(args.get(1), HashValue.TYPE);
        int added = 0;
        for (int i = 2; i < args.count(); i += 2) {
            added += hash.put(args.get(i), args.get(i + 1)) ? 1 : 0;
        }
        ctx.changed(args.get(1), "hset", (args.count() - 2) / 2);
        return added;
    }

    /** HSETNX key field value. Replies whether the field was set. */
    private static void hsetnx(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().peek(args.get(1), HashValue.TYPE);
        if (hash != null && hash.contains(args.get(2))) {
            out.integer(0);
            return;
        }

        ctx.db().write(args.get(1), HashValue.TYPE).put(args.get(2), args.get(3));
        ctx.changed(args.get(1), "hset");

        out.integer(1);
    }

    /** HGET key field. */
    private static void hget(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        StringCommands.reply(hash == null ? null : hash.get(args.get(2)), out);
    }

    /** HMGET key field [field ...]. */
    private static void hmget(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        out.array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            StringCommands.reply(hash == null ? null : hash.get(args.get(i)), out);
        }
    }

    /** HGETALL key. */
    private static void hgetall(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        out.map(hash == null ? 0 : (int) hash.size());
        if (hash != null) {
            hash.forEach((field, value) -> {
                StringCommands.reply(field, out);
                StringCommands.reply(value, out);
            });
        }
    }

    /** HKEYS key. */
    private static void hkeys(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        out.array(hash == null ? 0 : (int) hash.size());
        if (hash != null) {
            hash.forEach((field, value) -> StringCommands.reply(field, out));
        }
    }

    /** HVALS key. */
    private static void hvals(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        out.array(hash == null ? 0 : (int) hash.size());
        if (hash != null) {
            hash.forEach((field, value) -> StringCommands.reply(value, out));
        }
    }

    /** HLEN key. */
    private static void hlen(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        out.integer(hash == null ? 0 : hash.size());
    }

    /** HSTRLEN key field. */
    private static void hstrlen(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        StringValue value = hash == null ? null : hash.get(args.get(2));
        out.integer(value == null ? 0 : value.length());
    }

    /** HEXISTS key field. */
    private static void hexists(CommandContext ctx, Args args, ReplyWriter out) {
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        out.integer(hash != null && hash.contains(args.get(2)) ? 1 : 0);
    }

    /** HDEL key field [field ...]. Replies with how many fields were there. */
    private static void hdel(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        HashValue hash = ctx.db().change(key, HashValue.TYPE);
        int removed = 0;
        for (int i = 2; hash != null && i < args.count(); i++) {
            removed += hash.remove(args.get(i)) ? 1 : 0;
        }
        if (removed > 0) {
            ctx.changed(key, "hdel", removed);
            if (ctx.db().removeIfEmpty(key, HashValue.TYPE)) {
                ctx.alsoChanged(ctx.session().db(), key, "del");
            }
        }

        out.integer(removed);
    }

    /** HINCRBY key field increment. */
    private static void hincrby(CommandContext ctx, Args args, ReplyWriter out) {
        long increment = args.integer(3);
        HashValue hash = ctx.db().peek(args.get(1), HashValue.TYPE);
        StringValue value = hash == null ? null : hash.get(args.get(2));
        long old = value == null ? 0 : integer(value);
        long sum = old + increment;
        if (((old ^ sum) & (increment ^ sum)) < 0) {
            throw ErrorReply.OVERFLOW.raise();
        }

        ctx.db().write(args.get(1), HashValue.TYPE).put(args.get(2), ctx.text(sum));
        ctx.changed(args.get(1), "hincrby");

        out.integer(sum);
    }

    private static long integer(StringValue value) {
        if (value.isInt()) {
            return value.longValue();
        }
        if (!Decimal.isLong(value.bytes())) {
            throw ErrorReply.HASH_NOT_AN_INTEGER.raise();
        }
        return Decimal.toLong(value.bytes());
    }

    /**
     * HINCRBYFLOAT key field increment, with the numbers and the rounding of C's 80-bit {@code long double}. Replicas
     * receive HSET with the sum, as their arithmetic may be another.
     */
    private static void hincrbyfloat(CommandContext ctx, Args args, ReplyWriter out) {
        LongDouble increment = LongDouble.parse(args.get(3));
        if (increment == null) {
            throw ErrorReply.NOT_A_FLOAT.raise();
        }
        if (!increment.isFinite()) {
            throw ErrorReply.NAN_ARGUMENT.raise();
        }
        HashValue hash = ctx.db().peek(args.get(1), HashValue.TYPE);
        StringValue value = hash == null ? null : hash.get(args.get(2));
        LongDouble old = value == null ? LongDouble.ZERO : LongDouble.parse(value.bytes());
        if (old == null) {
            throw ErrorReply.HASH_NOT_A_FLOAT.raise();
        }
        LongDouble sum = old.plus(increment);
        if (!sum.isFinite()) {
            throw ErrorReply.NAN_OR_INFINITY.raise();
        }

        Bytes text = ctx.text(sum.toString());
        ctx.db().write(args.get(1), HashValue.TYPE).put(args.get(2), text);
        ctx.changed(args.get(1), "hincrbyfloat");
        ctx.propagate(4).word(HSET).word(args.get(1)).word(args.get(2)).word(text);

        out.bulk(text);
    }

    /** HSCAN key cursor [MATCH pattern] [COUNT count]. Replies with the next cursor, and fields with their values. */
    private static void hscan(CommandContext ctx, Args args, ReplyWriter out) {
        long cursor = ScanOptions.cursor(args.get(2));
        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        ScanOptions options = hash == null ? null : ScanOptions.parse(args, 3, false);
        WordList found = new WordList();
        long next = hash == null
                ? 0
                : hash.scan(cursor, options.count(), (field, value) -> {
                    if (options.matches(field.bytes())) {
                        found.add(field);
                        found.add(value);
                    }
                });

        out.array(2);
        out.bulk(Long.toUnsignedString(next));
        found.writeTo(out);
    }
}
