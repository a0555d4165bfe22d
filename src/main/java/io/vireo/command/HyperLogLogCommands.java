package io.vireo.command;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.MAY_REPLICATE;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.INSERT;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.key;
import static io.vireo.command.KeySpec.keys;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.HyperLogLog;
import io.vireo.value.HyperLogLog.Outcome;
import io.vireo.value.StringValue;
import java.util.List;
import java.util.stream.Stream;

/** Commands that estimate how many different words were seen. Handlers run on the keyspace thread. */
public final class HyperLogLogCommands {
    private static final ErrorReply WRONG_STRING =
            ErrorReply.of("WRONGTYPE Key is not a valid HyperLogLog string value.");
    private static final ErrorReply CORRUPT = ErrorReply.of("INVALIDOBJ Corrupted HLL object detected");
    private static final ErrorReply NO_KEY = ErrorReply.of("ERR The specified key does not exist");
    private static final ErrorReply NOT_SPARSE = ErrorReply.of("ERR HLL encoding is not sparse");

    private final HyperLogLog sketch = new HyperLogLog();

    /** The family's rows; one keyspace has one family of them. */
    public CommandFamily rows() {
        return new CommandFamily(
                "hyperloglog",
                Stream.concat(
                                Stream.of(
                                        write("pfadd", -2, key(1, RW, INSERT), this::pfadd, DENYOOM, FAST),
                                        read("pfcount", -2, keys(1, -1, 1, RW, ACCESS), this::pfcount, MAY_REPLICATE),
                                        write(
                                                "pfmerge",
                                                -2,
                                                List.of(key(1, RW, ACCESS, INSERT), keys(2, -1, 1, RO, ACCESS)),
                                                this::pfmerge,
                                                DENYOOM)),
                                Stream.of(
                                                write("pfdebug", 3, key(2, RW, ACCESS), this::pfdebug, DENYOOM, ADMIN),
                                                plain("pfselftest", 1, this::pfselftest, ADMIN))
                                        .map(row -> with(row, AclCategory.ADMIN))
                                        .map(row -> with(row, AclCategory.DANGEROUS)))
                        .map(row -> with(row, AclCategory.HYPERLOGLOG))
                        .toList());
    }

    /** Looks a key up into the sketch. Returns whether it is there; a string of another kind is refused. */
    private boolean load(CommandContext ctx, Bytes key) {
        return load(ctx.db().readString(key));
    }

    /** The same for a key that is about to be written: neither a hit nor a miss. */
    private boolean loadToWrite(CommandContext ctx, Bytes key) {
        return load(ctx.db().peekString(key));
    }

    private boolean load(StringValue value) {
        if (value == null) {
            return false;
        }
        if (!HyperLogLog.isSound(value.bytes())) {
            throw WRONG_STRING.raise();
        }
        sketch.read(value.bytes());
        return true;
    }

    private void store(CommandContext ctx, Bytes key) {
        ctx.db().setStringKeepTtl(key, ctx.bytes(sketch.bytes(), sketch.length()));
    }

    private static long sparseMaxBytes(CommandContext ctx) {
        return ctx.keyspace().valueLimits().hllSparseMaxBytes;
    }

    /** PFADD key [element ...]. Replies whether the estimate may have changed. */
    private void pfadd(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        boolean isNew = !loadToWrite(ctx, key);
        if (isNew) {
            sketch.begin();
        }
        int changes = isNew ? 1 : 0;
        for (int i = 2; i < args.count(); i++) {
            Outcome outcome = sketch.add(args.get(i), sparseMaxBytes(ctx));
            if (outcome == Outcome.CORRUPT) {
                throw CORRUPT.raise();
            }
            changes += outcome == Outcome.CHANGED ? 1 : 0;
        }
        if (changes > 0) {
            sketch.forgetEstimate();
            store(ctx, key);
            ctx.changed(key, "pfadd", changes);
        }

        out.integer(changes > 0 ? 1 : 0);
    }

    /**
     * PFCOUNT key [key ...]. Of one key the estimate is kept with it, also on a replica, and replicas receive the command
     * itself; of several it is that of all words together.
     */
    private void pfcount(CommandContext ctx, Args args, ReplyWriter out) {
        byte[] values = new byte[HyperLogLog.REGISTERS];
        if (args.count() > 2) {
            for (int i = 1; i < args.count(); i++) {
                if (load(ctx, args.get(i)) && !sketch.mergeInto(values)) {
                    throw CORRUPT.raise();
                }
            }
            out.integer(HyperLogLog.estimate(values));
            return;
        }
        if (!load(ctx, args.get(1))) {
            out.integer(0);
            return;
        }
        long kept = sketch.keptEstimate();
        if (kept >= 0) {
            out.integer(kept);
            return;
        }
        if (!sketch.mergeInto(values)) {
            throw CORRUPT.raise();
        }
        long estimate = HyperLogLog.estimate(values);
        sketch.keepEstimate(estimate);
        store(ctx, args.get(1));
        ctx.changed(args.get(1), "pfcount");
        out.integer(estimate);
    }

    /** PFMERGE destkey [sourcekey ...]. The destination is one of the sources. */
    private void pfmerge(CommandContext ctx, Args args, ReplyWriter out) {
        byte[] values = new byte[HyperLogLog.REGISTERS];
        boolean dense = false;
        for (int i = 1; i < args.count(); i++) {
            if (load(ctx, args.get(i))) {
                dense |= !sketch.isSparse();
                if (!sketch.mergeInto(values)) {
                    throw CORRUPT.raise();
                }
            }
        }

        Bytes key = args.get(1);
        if (!loadToWrite(ctx, key)) {
            sketch.begin();
        }
        if (dense && !sketch.makeDense()) {
            throw CORRUPT.raise();
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                sketch.raise(i, values[i], sparseMaxBytes(ctx));
            }
        }
        sketch.forgetEstimate();
        store(ctx, key);
        ctx.changed(key, "pfadd");

        out.ok();
    }

    /** PFDEBUG GETREG|DECODE|ENCODING|TODENSE key. */
    private void pfdebug(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(2);
        if (!load(ctx, key)) {
            throw NO_KEY.raise();
        }
        Bytes what = args.get(1);
        if (what.isWord("getreg")) {
            toDense(ctx, key);
            byte[] values = new byte[HyperLogLog.REGISTERS];
            sketch.mergeInto(values);
            out.array(values.length);
            for (byte value : values) {
                out.integer(value);
            }
        } else if (what.isWord("decode")) {
            if (!sketch.isSparse()) {
                throw NOT_SPARSE.raise();
            }
            out.bulk(sketch.runs());
        } else if (what.isWord("encoding")) {
            out.simple(sketch.isSparse() ? "sparse" : "dense");
        } else if (what.isWord("todense")) {
            out.integer(toDense(ctx, key) ? 1 : 0);
        } else {
            throw ErrorReply.of("ERR Unknown PFDEBUG subcommand '" + what + "'").raise();
        }
    }

    private boolean toDense(CommandContext ctx, Bytes key) {
        if (!sketch.isSparse()) {
            return false;
        }
        if (!sketch.makeDense()) {
            throw CORRUPT.raise();
        }
        store(ctx, key);
        ctx.changed(key, "pfdebug");
        return true;
    }

    /** PFSELFTEST. Adds words to a sketch of its own and looks how far its estimates are from the truth. */
    private void pfselftest(CommandContext ctx, Args args, ReplyWriter out) {
        String failure = HyperLogLogTrial.run();
        if (failure != null) {
            throw ErrorReply.of("ERR TESTFAILED " + failure).raise();
        }
        out.ok();
    }
}
