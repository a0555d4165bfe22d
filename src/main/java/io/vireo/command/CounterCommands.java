package io.vireo.command;

import static io.vireo.command.StringCommands.KEEPTTL;
import static io.vireo.command.StringCommands.SET;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.LongDouble;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;

/** The string commands that count. Their rows are those of {@link StringCommands}. Run on the keyspace thread. */
final class CounterCommands {
    private CounterCommands() {}

    /** INCR key. */
    static void incr(CommandContext ctx, Args args, ReplyWriter out) {
        add(ctx, args.get(1), 1, out);
    }

    /** DECR key. */
    static void decr(CommandContext ctx, Args args, ReplyWriter out) {
        add(ctx, args.get(1), -1, out);
    }

    /** INCRBY key increment. */
    static void incrby(CommandContext ctx, Args args, ReplyWriter out) {
        add(ctx, args.get(1), args.integer(2), out);
    }

    /** DECRBY key decrement. */
    static void decrby(CommandContext ctx, Args args, ReplyWriter out) {
        long decrement = args.integer(2);
        if (decrement == Long.MIN_VALUE) {
            throw ErrorReply.DECREMENT_OVERFLOW.raise();
        }
        add(ctx, args.get(1), -decrement, out);
    }

    private static void add(CommandContext ctx, Bytes key, long increment, ReplyWriter out) {
        StringValue value = ctx.db().peekString(key);
        long old = value == null ? 0 : integer(value);
        long sum = old + increment;
        if (((old ^ sum) & (increment ^ sum)) < 0) {
            throw ErrorReply.OVERFLOW.raise();
        }

        ctx.db().setLong(key, sum);
        ctx.changed(key, "incrby");

        out.integer(sum);
    }

    private static long integer(StringValue value) {
        if (value.isInt()) {
            return value.longValue();
        }
        Bytes text = value.bytes();
        if (!Decimal.isLong(text)) {
            throw ErrorReply.NOT_AN_INTEGER.raise();
        }
        return Decimal.toLong(text);
    }

    /**
     * INCRBYFLOAT key increment, with the numbers and the rounding of C's 80-bit {@code long double}. Replicas receive
     * SET with the sum and KEEPTTL, as their arithmetic may be another.
     */
    static void incrbyfloat(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        StringValue value = ctx.db().peekString(key);
        LongDouble old = value == null ? LongDouble.ZERO : number(value.bytes());
        LongDouble sum = old.plus(number(args.get(2)));
        if (!sum.isFinite()) {
            throw ErrorReply.NAN_OR_INFINITY.raise();
        }

        Bytes text = ctx.text(sum.toString());
        ctx.db().setStringKeepTtl(key, text);
        ctx.changed(key, "incrbyfloat");
        ctx.propagate(4).word(SET).word(key).word(text).word(KEEPTTL);

        out.bulk(text);
    }

    private static LongDouble number(Bytes text) {
        LongDouble number = LongDouble.parse(text);
        if (number == null) {
            throw ErrorReply.NOT_A_FLOAT.raise();
        }
        return number;
    }
}
