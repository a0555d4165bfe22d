package io.vireo.persist;

import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.ASKING;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.OW;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.key;

import io.vireo.base.Bytes;
import io.vireo.base.ServerLog;
import io.vireo.command.AclCategory;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.CommandSpec;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Workbench;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** DUMP and RESTORE: a value as bytes that another server understands. Handlers run on the keyspace thread. */
public final class DumpCommands {
    private static final ErrorReply BUSY_KEY = ErrorReply.of("BUSYKEY Target key name already exists.");
    private static final ErrorReply BAD_TTL = ErrorReply.of("ERR Invalid TTL value, must be >= 0");
    private static final ErrorReply BAD_PAYLOAD = ErrorReply.of("ERR DUMP payload version or checksum are wrong");
    private static final ErrorReply BAD_FORMAT = ErrorReply.of("ERR Bad data format");
    private static final ErrorReply BAD_IDLETIME = ErrorReply.of("ERR Invalid IDLETIME value, must be >= 0");
    private static final ErrorReply BAD_FREQUENCY = ErrorReply.of("ERR Invalid FREQ value, must be >= 0 and <= 255");
    private static final int MOST_FREQUENCY = 255;

    private static final byte[] RESTORE = "RESTORE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ABSTTL = "ABSTTL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);

    private final Config config;
    private final ServerLog log;
    private boolean skipsChecksum;

    /** @param log told why a value is refused, of which the client hears only that it is */
    public DumpCommands(Config config, ServerLog log) {
        this.config = config;
        this.log = log;
    }

    /** Sets whether payloads are taken whatever their checksum, as tests of broken ones want it. */
    public void skipChecksum(boolean on) {
        skipsChecksum = on;
    }

    /** The rows among the commands of keys. */
    public CommandFamily rows() {
        CommandSpec dump = read("dump", 2, key(1, RO, ACCESS), this::dump);
        CommandSpec restore = write("restore", -4, key(1, OW, UPDATE), this::restore, DENYOOM);
        return new CommandFamily(
                "generic",
                List.of(
                        with(dump, AclCategory.KEYSPACE),
                        with(with(restore, AclCategory.KEYSPACE), AclCategory.DANGEROUS)));
    }

    /** The row of a server's own. */
    public CommandFamily serverRows() {
        CommandSpec asking = write("restore-asking", -4, key(1, OW, UPDATE), this::restore, DENYOOM, ASKING);
        return new CommandFamily("server", List.of(with(with(asking, AclCategory.KEYSPACE), AclCategory.DANGEROUS)));
    }

    /** DUMP key. Replies with the value, or null. */
    private void dump(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.db().lookUp(args.get(1));
        try (Arena memory = Arena.ofConfined()) {
            Bytes dump = ValueDump.of(ctx.db(), args.get(1), config.get(Options.RDBCOMPRESSION), memory);
            if (dump == null) {
                out.nullBulk();
            } else {
                out.bulk(dump);
            }
        }
    }

    /**
     * RESTORE key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]. Replicas receive the time
     * as ABSTTL, and DEL for a value whose time was over before it came.
     */
    private void restore(CommandContext ctx, Args args, ReplyWriter out) {
        Wanted wanted = Wanted.parse(args);
        Bytes key = args.get(1);
        if (!wanted.replace && ctx.db().exists(key)) {
            throw BUSY_KEY.raise();
        }
        long ttlMs = args.integer(2);
        if (ttlMs < 0) {
            throw BAD_TTL.raise();
        }
        Bytes dump = args.get(3);
        if (!ValueDump.isSound(dump, !skipsChecksum)) {
            throw BAD_PAYLOAD.raise();
        }
        Workbench workbench = ctx.keyspace().workbench();
        try {
            ValueDump.restore(dump, workbench);
        } catch (RdbException e) {
            log.warning("RESTORE refuses a value: " + e.getMessage());
            throw BAD_FORMAT.raise();
        }

        long expireAtMs = ttlMs == 0 || wanted.absolute ? ttlMs : ctx.nowMs() + ttlMs;
        if (ttlMs != 0 && expireAtMs <= ctx.nowMs() && ctx.keyspace().deletesExpired()) {
            workbench.drop();
            if (ctx.db().delete(key)) {
                ctx.changed(key, "del");
                ctx.propagate(2).word(DEL).word(key);
            }
            out.ok();
            return;
        }
        workbench.placeAsNew(ctx.db(), key);
        if (ttlMs != 0) {
            ctx.db().setExpireAt(key, expireAtMs);
        }
        if (wanted.idleSeconds >= 0) {
            ctx.db().idleSeconds(key, wanted.idleSeconds);
        } else if (wanted.frequency >= 0) {
            ctx.db().frequency(key, (int) wanted.frequency);
        }
        ctx.changed(key, "restore");
        if (ttlMs != 0 && !wanted.absolute) {
            propagate(ctx, args, expireAtMs);
        }
        out.ok();
    }

    private static void propagate(CommandContext ctx, Args args, long expireAtMs) {
        ReplicationLog effect = ctx.propagate(args.count() + 1).word(RESTORE).word(args.get(1));
        effect.word(expireAtMs);
        for (int i = 3; i < args.count(); i++) {
            effect.word(args.get(i));
        }
        effect.word(ABSTTL);
    }

    /** What RESTORE's options say. */
    private static final class Wanted {
        private boolean replace;
        private boolean absolute;
        private long idleSeconds = -1;
        private long frequency = -1;

        static Wanted parse(Args args) {
            Wanted wanted = new Wanted();
            for (int i = 4; i < args.count(); i++) {
                Bytes option = args.get(i);
                boolean more = i + 1 < args.count();
                if (option.isWord("replace")) {
                    wanted.replace = true;
                } else if (option.isWord("absttl")) {
                    wanted.absolute = true;
                } else if (option.isWord("idletime") && more && wanted.frequency < 0) {
                    wanted.idleSeconds = number(args, ++i, Long.MAX_VALUE, BAD_IDLETIME);
                } else if (option.isWord("freq") && more && wanted.idleSeconds < 0) {
                    wanted.frequency = number(args, ++i, MOST_FREQUENCY, BAD_FREQUENCY);
                } else {
                    throw ErrorReply.SYNTAX.raise();
                }
            }
            return wanted;
        }

        private static long number(Args args, int index, long most, ErrorReply otherwise) {
            long number = args.integer(index);
            if (number < 0 || number > most) {
                throw otherwise.raise();
            }
            return number;
        }
    }
}
