package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** BITFIELD and BITFIELD_RO, whose rows are in {@link BitmapCommands}: a string as numbers of any width. */
final class BitfieldCommand {
    private static final ErrorReply BAD_TYPE = ErrorReply.of(
            "ERR Invalid bitfield type. Use something like i16 u8." + " Note that u64 is not supported but i64 is.");
    private static final ErrorReply BAD_OVERFLOW = ErrorReply.of("ERR Invalid OVERFLOW type specified");
    private static final ErrorReply ONLY_GET = ErrorReply.of("ERR BITFIELD_RO only supports the GET subcommand");

    private static final Set<KeySpec.Flag> READING = Set.of(KeySpec.Flag.RO, KeySpec.Flag.ACCESS);
    private static final Set<KeySpec.Flag> CHANGING = Set.of(KeySpec.Flag.RW, KeySpec.Flag.ACCESS, KeySpec.Flag.UPDATE);

    private enum Verb {
        GET,
        SET,
        INCRBY
    }

    /** One step: what is done to the number at an offset. */
    private record Step(Verb verb, FieldType type, long offset, long operand, FieldType.Overflow overflow) {}

    private BitfieldCommand() {}

    /** What BITFIELD does with its key: where it only reads, it says so. */
    static Set<KeySpec.Flag> useOfKey(Args args) {
        for (int i = 2; i < args.count(); i++) {
            if (args.get(i).isWord("get")) {
                i += 2;
            } else {
                return CHANGING;
            }
        }
        return READING;
    }

    /**
     * BITFIELD key [GET type offset | [OVERFLOW WRAP|SAT|FAIL] SET type offset value | INCRBY type offset increment ...].
     * Replies with a number for each step, null where it failed by overflow.
     */
    static void bitfield(CommandContext ctx, Args args, ReplyWriter out) {
        run(ctx, args, parse(ctx, args, false), out);
    }

    /** BITFIELD_RO key [GET type offset ...]. */
    static void bitfieldReadOnly(CommandContext ctx, Args args, ReplyWriter out) {
        run(ctx, args, parse(ctx, args, true), out);
    }

    private static List<Step> parse(CommandContext ctx, Args args, boolean readOnly) {
        List<Step> steps = new ArrayList<>();
        FieldType.Overflow overflow = FieldType.Overflow.WRAP;
        boolean reads = true;
        for (int i = 2; i < args.count(); ) {
            Bytes word = args.get(i);
            int left = args.count() - i - 1;
            if (word.isWord("overflow") && left >= 1) {
                overflow = overflow(args.get(i + 1));
                i += 2;
                continue;
            }
            Verb verb = word.isWord("get") && left >= 2
                    ? Verb.GET
                    : word.isWord("set") && left >= 3
                            ? Verb.SET
                            : word.isWord("incrby") && left >= 3 ? Verb.INCRBY : null;
            if (verb == null) {
                throw ErrorReply.SYNTAX.raise();
            }
            FieldType type = FieldType.of(args.get(i + 1));
            if (type == null) {
                throw BAD_TYPE.raise();
            }
            long offset = offset(ctx, args.get(i + 2), type);
            long operand = 0;
            if (verb != Verb.GET) {
                reads = false;
                operand = args.integer(i + 3);
            }
            steps.add(new Step(verb, type, offset, operand, overflow));
            i += verb == Verb.GET ? 3 : 4;
        }
        if (readOnly && !reads) {
            throw ONLY_GET.raise();
        }
        return steps;
    }

    private static FieldType.Overflow overflow(Bytes word) {
        for (FieldType.Overflow each : FieldType.Overflow.values()) {
            if (word.isWord(each.name().toLowerCase(java.util.Locale.ROOT))) {
                return each;
            }
        }
        throw BAD_OVERFLOW.raise();
    }

    /** An offset in bits, or with {@code #} in numbers of this type. */
    private static long offset(CommandContext ctx, Bytes word, FieldType type) {
        boolean counted = word.length() > 0 && word.at(0) == '#';
        Bytes digits = counted ? new Bytes().set(word.address() + 1, word.length() - 1) : word;
        if (!Decimal.isLong(digits)) {
            throw BitmapCommands.badOffset().raise();
        }
        long number = Decimal.toLong(digits);
        if (counted && (number < 0 || number > Long.MAX_VALUE / type.bits())) {
            throw BitmapCommands.badOffset().raise();
        }
        return BitmapCommands.checkedOffset(ctx, counted ? number * type.bits() : number);
    }

    private static void run(CommandContext ctx, Args args, List<Step> steps, ReplyWriter out) {
        Bytes key = args.get(1);
        long lastWritten = -1;
        for (Step step : steps) {
            if (step.verb != Verb.GET) {
                lastWritten = Math.max(lastWritten, step.offset + step.type.bits() - 1);
            }
        }
        boolean grown = false;
        if (lastWritten < 0) {
            ctx.db().readString(key);
        } else {
            grown = grow(ctx, key, lastWritten >> 3);
        }
        int changes = 0;

        out.array(steps.size());
        for (Step step : steps) {
            StringValue value = ctx.db().peekString(key);
            Bytes bytes = value == null ? new Bytes() : value.bytes();
            long old = step.type.extended(BitString.number(bytes, step.offset, step.type.bits()));
            if (step.verb == Verb.GET) {
                out.integer(old);
                continue;
            }
            boolean sets = step.verb == Verb.SET;
            FieldType.Result result = step.type.add(sets ? step.operand : old, sets ? 0 : step.operand, step.overflow);
            if (result == null) {
                out.nullBulk();
                continue;
            }
            if (result.value() != old) {
                put(ctx, key, bytes, step, result.value());
            }
            changes += grown || result.value() != old ? 1 : 0;
            out.integer(sets ? old : result.value());
        }
        if (changes > 0 || grown) {
            ctx.changed(key, "setbit", Math.max(1, changes));
        }
    }

    /** Makes the string reach up to a byte. Returns whether it was shorter. */
    private static boolean grow(CommandContext ctx, Bytes key, long lastByte) {
        StringValue value = ctx.db().peekString(key);
        if (value != null && value.length() > lastByte) {
            return false;
        }
        ctx.db().setRange(key, lastByte, ctx.octet(0));
        return true;
    }

    private static void put(CommandContext ctx, Bytes key, Bytes bytes, Step step, long number) {
        int bits = step.type.bits();
        long firstByte = step.offset >> 3;
        int count = (int) ((step.offset + bits - 1 >> 3) - firstByte + 1);
        byte[] changed = new byte[count];
        for (int i = 0; i < count; i++) {
            changed[i] = bytes.at((int) firstByte + i);
        }
        for (int i = 0; i < bits; i++) {
            long at = step.offset + i - (firstByte << 3);
            int mask = 1 << 7 - (int) (at & 7);
            boolean set = (number >>> bits - 1 - i & 1) != 0;
            changed[(int) (at >> 3)] =
                    (byte) (set ? changed[(int) (at >> 3)] | mask : changed[(int) (at >> 3)] & ~mask);
        }
        ctx.db().setRange(key, firstByte, ctx.bytes(changed));
    }
}
