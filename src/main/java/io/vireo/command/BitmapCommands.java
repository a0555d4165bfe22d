package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.OW;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.key;
import static io.vireo.command.KeySpec.keys;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;
import java.util.List;

/** Commands that see a string as bits, the highest of each byte first. Handlers run on the keyspace thread. */
public final class BitmapCommands {
    public static final CommandFamily FAMILY = family(
            "bitmap",
            AclCategory.BITMAP,
            write("setbit", 4, key(1, RW, ACCESS, UPDATE), BitmapCommands::setbit, DENYOOM),
            read("getbit", 3, key(1, RO, ACCESS), BitmapCommands::getbit, FAST),
            read("bitcount", -2, key(1, RO, ACCESS), BitmapCommands::bitcount),
            read("bitpos", -3, key(1, RO, ACCESS), BitmapCommands::bitpos),
            write("bitop", -4, List.of(key(2, OW, UPDATE), keys(3, -1, 1, RO, ACCESS)), BitopCommand::bitop, DENYOOM),
            write(
                    "bitfield",
                    -2,
                    key(1, RW, ACCESS, UPDATE).varying(BitfieldCommand::useOfKey),
                    BitfieldCommand::bitfield,
                    DENYOOM),
            read("bitfield_ro", -2, key(1, RO, ACCESS), BitfieldCommand::bitfieldReadOnly, FAST));

    private static final ErrorReply BAD_OFFSET = ErrorReply.of("ERR bit offset is not an integer or out of range");
    private static final ErrorReply BAD_BIT = ErrorReply.of("ERR bit is not an integer or out of range");
    private static final ErrorReply BIT_NOT_0_OR_1 = ErrorReply.of("ERR The bit argument must be 1 or 0.");

    private BitmapCommands() {}

    /** A bit's offset; one beyond the longest string is refused. */
    static long offset(CommandContext ctx, Bytes word) {
        if (!Decimal.isLong(word)) {
            throw BAD_OFFSET.raise();
        }
        return checkedOffset(ctx, Decimal.toLong(word));
    }

    static long checkedOffset(CommandContext ctx, long offset) {
        boolean trusted = ctx.session().kind() == Session.Kind.PRIMARY;
        if (offset < 0 || !trusted && offset >> 3 >= ctx.session().maxBulkLength()) {
            throw BAD_OFFSET.raise();
        }
        return offset;
    }

    static ErrorReply badOffset() {
        return BAD_OFFSET;
    }

    /** SETBIT key offset value. Replies with the bit as it was. */
    private static void setbit(CommandContext ctx, Args args, ReplyWriter out) {
        long offset = offset(ctx, args.get(2));
        Bytes word = args.get(3);
        if (!Decimal.isLong(word) || (Decimal.toLong(word) & ~1) != 0) {
            throw BAD_BIT.raise();
        }
        int bit = (int) Decimal.toLong(word);

        Bytes key = args.get(1);
        StringValue value = ctx.db().peekString(key);
        Bytes bytes = value == null ? null : value.bytes();
        long at = offset >> 3;
        boolean grows = bytes == null || at >= bytes.length();
        int old = grows ? 0 : bytes.at((int) at);
        int shift = 7 - (int) (offset & 7);
        int was = old >>> shift & 1;
        if (grows || was != bit) {
            ctx.db().setRange(key, at, ctx.octet(old & ~(1 << shift) | bit << shift));
            ctx.changed(key, "setbit");
        }

        out.integer(was);
    }

    /** GETBIT key offset. */
    private static void getbit(CommandContext ctx, Args args, ReplyWriter out) {
        long offset = offset(ctx, args.get(2));
        StringValue value = ctx.db().readString(args.get(1));
        out.integer(value == null ? 0 : BitString.bit(value.bytes(), offset));
    }

    /** BITCOUNT key [start end [BYTE | BIT]]. */
    private static void bitcount(CommandContext ctx, Args args, ReplyWriter out) {
        StringValue value = ctx.db().readString(args.get(1));
        if (value == null) {
            out.integer(0);
            return;
        }
        Bytes bytes = value.bytes();
        long allBits = 8L * bytes.length();
        if (args.count() == 2) {
            out.integer(BitString.count(bytes, 0, allBits));
            return;
        }
        if (args.count() != 4 && args.count() != 5) {
            throw ErrorReply.SYNTAX.raise();
        }
        long start = args.integer(2);
        long end = args.integer(3);
        if (start < 0 && end < 0 && start > end) {
            out.integer(0);
            return;
        }
        int unit = args.count() == 5 ? unit(args.get(4)) : 8;
        long from = Math.max(0, ListCommands.fromStart(start, allBits / unit));
        long to = Math.min(allBits / unit - 1, Math.max(0, ListCommands.fromStart(end, allBits / unit)));
        out.integer(from > to ? 0 : BitString.count(bytes, from * unit, (to + 1) * unit));
    }

    /** Bits in what a range is counted in. */
    private static int unit(Bytes word) {
        if (word.isWord("bit")) {
            return 1;
        }
        if (!word.isWord("byte")) {
            throw ErrorReply.SYNTAX.raise();
        }
        return 8;
    }

    /**
     * BITPOS key bit [start [end [BYTE | BIT]]]. Replies with the place of the first such bit, or -1. Behind a string
     * whose end was not asked for all bits are clear.
     */
    private static void bitpos(CommandContext ctx, Args args, ReplyWriter out) {
        long bit = args.integer(2);
        if (bit != 0 && bit != 1) {
            throw BIT_NOT_0_OR_1.raise();
        }
        StringValue value = ctx.db().readString(args.get(1));
        if (value == null) {
            out.integer(bit == 0 ? 0 : -1);
            return;
        }
        if (args.count() > 6) {
            throw ErrorReply.SYNTAX.raise();
        }
        Bytes bytes = value.bytes();
        long start = args.count() > 3 ? args.integer(3) : 0;
        int unit = args.count() == 6 ? unit(args.get(5)) : 8;
        boolean endGiven = args.count() > 4;
        long end = endGiven ? args.integer(4) : -1;
        long size = 8L * bytes.length() / unit;
        long from = Math.max(0, ListCommands.fromStart(start, size));
        long to = Math.min(size - 1, Math.max(endGiven ? 0 : -1, ListCommands.fromStart(end, size)));
        if (from > to) {
            out.integer(-1);
            return;
        }
        long found = BitString.find(bytes, from * unit, (to + 1) * unit, bit == 1);
        out.integer(found < 0 && bit == 0 && !endGiven ? (to + 1) * unit : found);
    }
}
