package io.vireo.node;

import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.ADMIN;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.NOSCRIPT;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.command.CommandContext;
import io.vireo.command.CommandFamily;
import io.vireo.command.HelpReply;
import io.vireo.config.ActionAccess;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Database;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** DEBUG: what tests of the server ask for. Handlers run on the keyspace thread. */
final class DebugCommands {
    private static final String[] HELP = {
        "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "CHANGE-REPL-ID",
        "    Take new replication ids, so that no replica can continue.",
        "DIGEST",
        "    A digest of all data: equal for equal data.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    A digest of each key's value.",
        "OBJECT <key>",
        "    What is known about a key's value.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Make keys that do not exist yet.",
        "PROTOCOL <type>",
        "    Reply with a value of that type of the protocol.",
        "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
        "    Save the data set and load it again.",
        "SET-ACTIVE-EXPIRE (0|1)",
        "    Stop or start the deletion of keys whose time is over and that nobody reads.",
        "SLEEP <seconds>",
        "    Stop the server for that long.",
        "HELP",
        "    This text.",
    };

    private static final Bytes PREFIX = Bytes.copyOf("key");
    private static final int MAX_SLEEP_SECONDS = 3600;

    private final Config config;
    private final Reload reload;
    private final Runnable changeReplicationId;

    /** Saves the data set and loads it again. */
    @FunctionalInterface
    interface Reload {
        /** Answers the client when it is done: the client is suspended until then. */
        void reload(CommandContext ctx, boolean save, boolean flush);
    }

    DebugCommands(Config config, Reload reload, Runnable changeReplicationId) {
        this.config = config;
        this.reload = reload;
        this.changeReplicationId = changeReplicationId;
    }

    CommandFamily rows() {
        return new CommandFamily("server", List.of(plain("debug", -2, this::debug, ADMIN, NOSCRIPT, LOADING, STALE)));
    }

    /** DEBUG subcommand [arguments]. */
    private void debug(CommandContext ctx, Args args, ReplyWriter out) {
        checkAllowed(ctx);
        Bytes what = args.get(1);
        int count = args.count();
        if (what.isWord("help") && count == 2) {
            HelpReply.write(out, HELP);
        } else if (what.isWord("sleep") && count == 3) {
            sleep(args.get(2));
            out.ok();
        } else if (what.isWord("digest") && count == 2) {
            out.simple(Digests.hex(Digests.ofAll(ctx.keyspace())));
        } else if (what.isWord("digest-value") && count >= 3) {
            digestValues(ctx, args, out);
        } else if (what.isWord("object") && count == 3) {
            object(ctx.db(), args.get(2), out);
        } else if (what.isWord("populate") && count >= 3 && count <= 5) {
            populate(ctx.db(), args);
            out.ok();
        } else if (what.isWord("protocol") && count == 3) {
            ProtocolSamples.write(args.get(2), (RespWriter) out);
        } else if (what.isWord("reload")) {
            reload(ctx, args);
        } else if (what.isWord("set-active-expire") && count == 3) {
            ctx.keyspace().setActiveExpire(!args.get(2).isWord("0"));
            out.ok();
        } else if (what.isWord("change-repl-id") && count == 2) {
            changeReplicationId.run();
            out.ok();
        } else {
            throw ErrorReply.of(
                            "ERR unknown subcommand or wrong number of arguments for '" + what + "'. Try DEBUG HELP.")
                    .raise();
        }
    }

    private void checkAllowed(CommandContext ctx) {
        ActionAccess access = config.get(Options.ENABLE_DEBUG_COMMAND);
        boolean allowed = access == ActionAccess.YES
                || access == ActionAccess.LOCAL && ctx.session().isLocal();
        if (!allowed) {
            throw ErrorReply.of("ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\","
                            + " you can run it from a local connection, otherwise you need to set this option in the"
                            + " configuration file, and then restart the server.")
                    .raise();
        }
    }

    /** Stops the loop, as in Redis: that is what it is for. */
    private static void sleep(Bytes seconds) {
        double wanted;
        try {
            wanted = Math.clamp(Double.parseDouble(seconds.toString()), 0, MAX_SLEEP_SECONDS);
        } catch (NumberFormatException e) {
            throw ErrorReply.NOT_A_FLOAT.raise();
        }
        try {
            Thread.sleep((long) (wanted * 1000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void digestValues(CommandContext ctx, Args args, ReplyWriter out) {
        out.array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            out.simple(Digests.hex(Digests.ofValue(ctx.db(), args.get(i))));
        }
    }

    private static void object(Database db, Bytes key, ReplyWriter out) {
        if (!db.exists(key)) {
            throw ErrorReply.NO_SUCH_KEY.raise();
        }
        out.simple("Value at:0x0 refcount:1 encoding:" + db.encodingOf(key) + " serializedlength:"
                + Digests.serializedLength(db, key) + " lru:" + db.accessBits(key)
                + " lru_seconds_idle:" + db.idleSeconds(key));
    }

    /** As in Redis, these keys do not go into the stream. */
    private static void populate(Database db, Args args) {
        long keys = number(args.get(2));
        String prefix = (args.count() > 3 ? args.get(3) : PREFIX).toString();
        int size = args.count() > 4 ? Math.clamp(number(args.get(4)), 0, Integer.MAX_VALUE) : 0;
        for (long i = 0; i < keys; i++) {
            Bytes key = Bytes.copyOf(prefix + ":" + i);
            if (!db.exists(key)) {
                byte[] text = ("value:" + i).getBytes(StandardCharsets.US_ASCII);
                db.setString(key, Bytes.copyOf(size == 0 ? text : java.util.Arrays.copyOf(text, size)));
            }
        }
    }

    private static long number(Bytes word) {
        if (!Decimal.isLong(word)) {
            throw ErrorReply.NOT_AN_INTEGER.raise();
        }
        return Decimal.toLong(word);
    }

    private void reload(CommandContext ctx, Args args) {
        boolean save = true;
        boolean flush = true;
        for (int i = 2; i < args.count(); i++) {
            Bytes word = args.get(i);
            if (word.isWord("nosave")) {
                save = false;
            } else if (word.isWord("noflush") || word.isWord("merge")) {
                flush = false;
            } else {
                throw ErrorReply.of("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.")
                        .raise();
            }
        }
        reload.reload(ctx, save, flush);
    }
}
