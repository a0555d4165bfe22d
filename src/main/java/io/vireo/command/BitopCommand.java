package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;
import java.lang.foreign.Arena;

/** BITOP, whose row is in {@link BitmapCommands}. */
final class BitopCommand {
    private static final ErrorReply NOT_OF_ONE =
            ErrorReply.of("ERR BITOP NOT must be called with a single source key.");

    private enum Operation {
        AND,
        OR,
        XOR,
        NOT;

        static Operation of(Bytes word) {
            for (Operation each : values()) {
                if (word.isWord(each.name().toLowerCase(java.util.Locale.ROOT))) {
                    return each;
                }
            }
            throw ErrorReply.SYNTAX.raise();
        }

        long of(long a, long b) {
            return switch (this) {
                case AND -> a & b;
                case OR -> a | b;
                case XOR -> a ^ b;
                case NOT -> ~a;
            };
        }
    }

    private BitopCommand() {}

    /** BITOP AND|OR|XOR|NOT destkey key [key ...]. Replies with the length of the result, which is that of the longest. */
    static void bitop(CommandContext ctx, Args args, ReplyWriter out) {
        Operation operation = Operation.of(args.get(1));
        if (operation == Operation.NOT && args.count() != 4) {
            throw NOT_OF_ONE.raise();
        }
        Bytes[] sources = new Bytes[args.count() - 3];
        int length = 0;
        for (int i = 0; i < sources.length; i++) {
            StringValue value = ctx.db().readString(args.get(3 + i), new StringValue());
            sources[i] = value == null ? new Bytes() : value.bytes();
            length = Math.max(length, sources[i].length());
        }

        Bytes target = args.get(2);
        if (length == 0) {
            if (ctx.db().delete(target)) {
                ctx.changed(target, "del");
            }
        } else {
            try (Arena memory = Arena.ofConfined()) {
                Bytes result = new Bytes().set(memory.allocate(length).address(), length);
                combine(operation, sources, result);
                ctx.db().setString(target, result);
            }
            ctx.changed(target, "set");
        }
        out.integer(length);
    }

    private static void combine(Operation operation, Bytes[] sources, Bytes result) {
        int words = result.length() & -Long.BYTES;
        for (int at = 0; at < words; at += Long.BYTES) {
            long sum = wordAt(sources[0], at);
            if (operation == Operation.NOT) {
                sum = ~sum;
            }
            for (int i = 1; i < sources.length; i++) {
                sum = operation.of(sum, wordAt(sources[i], at));
            }
            RawMemory.putLong(result.address() + at, sum);
        }
        for (int at = words; at < result.length(); at++) {
            long sum = byteAt(sources[0], at);
            if (operation == Operation.NOT) {
                sum = ~sum;
            }
            for (int i = 1; i < sources.length; i++) {
                sum = operation.of(sum, byteAt(sources[i], at));
            }
            RawMemory.putByte(result.address() + at, (byte) sum);
        }
    }

    /** Eight bytes of a source, those behind its end being 0. */
    private static long wordAt(Bytes source, int at) {
        if (at + Long.BYTES <= source.length()) {
            return RawMemory.getLong(source.address() + at);
        }
        long word = 0;
        for (int i = at; i < source.length(); i++) {
            word |= (source.at(i) & 0xffL) << Byte.SIZE * (i - at);
        }
        return word;
    }

    private static int byteAt(Bytes source, int at) {
        return at < source.length() ? source.at(at) : 0;
    }
}
