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
import io.vireo.command.Handler;
import io.vireo.command.HelpReply;
import io.vireo.config.ActionAccess;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.config.Options;
import io.vireo.config.SizeWord;
import io.vireo.config.Words;
import io.vireo.keyspace.Database;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.resp.RespWriter;
import io.vireo.value.ListValue;
import io.vireo.value.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DEBUG: what tests of the server ask for. What is about the insides of Redis alone is accepted where there is nothing to
 * do here, and unknown where it would tell something. Handlers run on the keyspace thread.
 */
final class DebugCommands {
    private static final String[] HELP = {
        "DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "AOF-FLUSH-SLEEP <microseconds>",
        "    Have the append-only file be written later by so much, for tests of slow disks.",
        "CHANGE-REPL-ID",
        "    Take new replication ids, so that no replica can continue.",
        "CONFIG-REWRITE-FORCE-ALL",
        "    Rewrite the configuration file with a line for every option.",
        "DICT-RESIZING (0|1)",
        "    Accepted; tables have their own ways to grow.",
        "DIGEST",
        "    A digest of all data: equal for equal data.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    A digest of each key's value.",
        "ERROR <text>",
        "    Reply with this error.",
        "HTSTATS <dbid>",
        "    The tables of a database.",
        "HTSTATS-KEY <key>",
        "    The table of a value that has one.",
        "LISTPACK <key>",
        "    Log the size of a value that is packed.",
        "LOADAOF",
        "    Load what the append-only file holds in place of the data.",
        "LOG <message>",
        "    Write a line to the log.",
        "OBJECT <key>",
        "    What is known about a key's value.",
        "PAUSE-CRON (0|1)",
        "    Stop or start the work that is done ten times a second.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Make keys that do not exist yet.",
        "PROTOCOL <type>",
        "    Reply with a value of that type of the protocol.",
        "QUICKLIST-PACKED-THRESHOLD <size>",
        "    Accepted; elements of lists are kept in one way whatever their size.",
        "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
        "    Save the data set and load it again.",
        "REPLICATE <word> [<word> ...]",
        "    Put a command into the stream without running it.",
        "REPLYBUFFER (PEAK-RESET-TIME <time>|RESIZING (0|1))",
        "    Accepted; buffers of replies are not resized.",
        "SET-ACTIVE-EXPIRE (0|1)",
        "    Stop or start the deletion of keys whose time is over and that nobody reads.",
        "SET-SKIP-CHECKSUM-VALIDATION (0|1)",
        "    Take payloads of RESTORE whatever their checksum, or only with the right one.",
        "SLEEP <seconds>",
        "    Stop the server for that long.",
        "HELP",
        "    This text.",
    };

    private static final Bytes PREFIX = Bytes.copyOf("key");
    private static final int MAX_SLEEP_SECONDS = 3600;
    private static final long MOST_PACKED_BYTES = 1L << 32;
    private static final int ANY = Integer.MAX_VALUE;
    private static final Pattern NUMBER_AHEAD = Pattern.compile("\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private final Config config;
    private final Actions actions;
    private final Map<String, Subcommand> subcommands = new HashMap<>();

    /** What the node does for some subcommands. */
    interface Actions {
        /** Saves the data set and loads it again. Answers the client when it is done: it waits until then. */
        void reload(CommandContext ctx, boolean save, boolean flush, ReplyWriter out);

        /** Loads the append-only file in place of the data. Answers the client when it is done: it waits until then. */
        void loadAppendOnly(CommandContext ctx, ReplyWriter out);

        /** Has the append-only file be written later by so many microseconds. */
        void delayAppendOnly(long micros);

        void changeReplicationId();

        /** Stops or starts the work that is done ten times a second. */
        void pauseCron(boolean on);

        /** Whether payloads of RESTORE are taken whatever their checksum. */
        void skipChecksums(boolean on);

        void log(String line);
    }

    /**
     * A subcommand.
     *
     * @param least words, DEBUG and the subcommand's name counted
     */
    private record Subcommand(int least, int most, Handler handler) {}

    DebugCommands(Config config, Actions actions) {
        this.config = config;
        this.actions = actions;
        addAboutData();
        addAboutTheNode();
        addAboutRedisAlone();
    }

    private void addAboutData() {
        add("digest", 2, 2, (ctx, args, out) -> out.simple(Digests.hex(Digests.ofAll(ctx.keyspace()))));
        add("digest-value", 3, ANY, DebugCommands::digestValues);
        add("htstats", 3, 3, DebugTables::ofDatabase);
        add("htstats-key", 3, 3, DebugTables::ofKey);
        add("listpack", 3, 3, this::listpack);
        add("object", 3, 3, DebugCommands::object);
        add("populate", 3, 5, DebugCommands::populate);
        add("reload", 2, ANY, this::reload);
        add("set-active-expire", 3, 3, (ctx, args, out) -> {
            ctx.keyspace().setActiveExpire(isOn(args.get(2)));
            out.ok();
        });
    }

    private void addAboutTheNode() {
        add("help", 2, 2, (ctx, args, out) -> HelpReply.write(out, HELP));
        add("sleep", 3, 3, DebugCommands::sleep);
        add(
                "error",
                3,
                3,
                (ctx, args, out) -> out.error(ErrorReply.of(args.get(2).toString())));
        add("config-rewrite-force-all", 2, 2, this::rewriteConfig);
        add("protocol", 3, 3, (ctx, args, out) -> ProtocolSamples.write(args.get(2), (RespWriter) out));
        add("replicate", 3, ANY, DebugCommands::replicate);
        addSwitch("pause-cron", on -> actions.pauseCron(on));
        addSwitch("set-skip-checksum-validation", on -> actions.skipChecksums(on));
        add("change-repl-id", 2, 2, (ctx, args, out) -> {
            actions.changeReplicationId();
            out.ok();
        });
        add("aof-flush-sleep", 3, 3, (ctx, args, out) -> {
            actions.delayAppendOnly(args.integer(2));
            out.ok();
        });
        add("loadaof", 2, 2, (ctx, args, out) -> actions.loadAppendOnly(ctx, out));
        add("log", 3, 3, (ctx, args, out) -> {
            actions.log("DEBUG LOG: " + args.get(2));
            out.ok();
        });
    }

    private void addAboutRedisAlone() {
        addSwitch("dict-resizing", on -> {});
        add("quicklist-packed-threshold", 3, 3, DebugCommands::packedThreshold);
        add("replybuffer", 4, 4, DebugCommands::replyBuffer);
    }

    private void add(String name, int least, int most, Handler handler) {
        subcommands.put(name, new Subcommand(least, most, handler));
    }

    private void addSwitch(String name, Consumer<Boolean> setting) {
        add(name, 3, 3, (ctx, args, out) -> {
            setting.accept(isOn(args.get(2)));
            out.ok();
        });
    }

    /** Redis takes any word; what is no number other than 0 is off. */
    private static boolean isOn(Bytes word) {
        return numberAhead(word) != 0;
    }

    CommandFamily rows() {
        return new CommandFamily("server", List.of(plain("debug", -2, this::debug, ADMIN, NOSCRIPT, LOADING, STALE)));
    }

    /** DEBUG subcommand [arguments]. */
    private void debug(CommandContext ctx, Args args, ReplyWriter out) {
        checkAllowed(ctx);
        Subcommand subcommand = subcommands.get(args.get(1).toString().toLowerCase(Locale.ROOT));
        if (subcommand == null || args.count() < subcommand.least || args.count() > subcommand.most) {
            throw unknown(args);
        }
        subcommand.handler.run(ctx, args, out);
    }

    private static ErrorReply.Refusal unknown(Args args) {
        return ErrorReply.subcommandSyntax(args.get(1).toString(), "DEBUG").raise();
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

    /** Stops the loop, as in Redis: that is what it is for. What is no number is no time. */
    private static void sleep(CommandContext ctx, Args args, ReplyWriter out) {
        double wanted = Math.clamp(numberAhead(args.get(2)), 0, MAX_SLEEP_SECONDS);
        try {
            Thread.sleep((long) (wanted * 1000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.ok();
    }

    /** The number that a word begins with, or 0. */
    private static double numberAhead(Bytes word) {
        Matcher number = NUMBER_AHEAD.matcher(word.toString());
        return number.lookingAt() ? Double.parseDouble(number.group()) : 0;
    }

    private static void digestValues(CommandContext ctx, Args args, ReplyWriter out) {
        out.array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            out.simple(Digests.hex(Digests.ofValue(ctx.db(), args.get(i))));
        }
    }

    private void rewriteConfig(CommandContext ctx, Args args, ReplyWriter out) {
        try {
            config.rewriteInFull();
        } catch (ConfigRefusal refusal) {
            throw ErrorReply.of(Words.text(refusal.reason())).raise();
        }
        out.ok();
    }

    private static void replicate(CommandContext ctx, Args args, ReplyWriter out) {
        ReplicationLog stream = ctx.propagate(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            stream.word(args.get(i));
        }
        out.ok();
    }

    /** DEBUG OBJECT key: also of a key whose time is over, as long as it is there. */
    private static void object(CommandContext ctx, Args args, ReplyWriter out) {
        ctx.keyspace().viewAsPrimaryStream(true);
        try {
            describe(ctx, args.get(2), out);
        } finally {
            ctx.keyspace().viewAsPrimaryStream(false);
        }
    }

    private static void describe(CommandContext ctx, Bytes key, ReplyWriter out) {
        Database db = ctx.db();
        requireKey(db, key);
        StringBuilder text = new StringBuilder();
        text.append("Value at:0x0 refcount:1 encoding:").append(db.encodingOf(key));
        text.append(" serializedlength:").append(Digests.serializedLength(db, key));
        text.append(" lru:").append(db.accessBits(key));
        text.append(" lru_seconds_idle:").append(db.idleSeconds(key));
        if (db.typeOf(key) == ValueType.LIST) {
            ListValue list = db.peek(key, ListValue.TYPE);
            double mean = (double) list.size() / list.nodes();
            text.append(" ql_nodes:").append(list.nodes());
            text.append(String.format(Locale.ROOT, " ql_avg_node:%.2f", mean));
            text.append(" ql_listpack_max:").append(ctx.keyspace().valueLimits().listMaxListpackSize);
            text.append(" ql_compressed:0 ql_uncompressed_size:").append(list.nodeBytes());
        }
        out.simple(text.toString());
    }

    private static void requireKey(Database db, Bytes key) {
        if (!db.exists(key)) {
            throw ErrorReply.NO_SUCH_KEY.raise();
        }
    }

    private void listpack(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(2);
        requireKey(ctx.db(), key);
        if (!"listpack".equals(ctx.db().encodingOf(key))) {
            throw ErrorReply.of("ERR Not a listpack encoded object.").raise();
        }
        actions.log("DEBUG LISTPACK: elements " + ctx.db().peekCollection(key).size() + ", bytes with the key "
                + ctx.db().sizeOf(key));
        out.simple("Listpack structure printed on stdout");
    }

    /** Lists keep elements of any size in one way: there is nothing to set, only something to check. */
    private static void packedThreshold(CommandContext ctx, Args args, ReplyWriter out) {
        if (!SizeWord.isSize(args.get(2).toString(), 0, MOST_PACKED_BYTES)) {
            throw ErrorReply.of("ERR argument must be a memory value bigger than 1 and smaller than 4gb")
                    .raise();
        }
        out.ok();
    }

    private static void replyBuffer(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes what = args.get(2);
        if (!what.isWord("peak-reset-time") && !what.isWord("resizing")) {
            throw unknown(args);
        }
        if (what.isWord("peak-reset-time")
                && !args.get(3).isWord("never")
                && !args.get(3).isWord("reset")) {
            args.integer(3);
        }
        out.ok();
    }

    /** As in Redis, these keys do not go into the stream. */
    private static void populate(CommandContext ctx, Args args, ReplyWriter out) {
        Database db = ctx.db();
        long keys = number(args.get(2));
        String prefix = (args.count() > 3 ? args.get(3) : PREFIX).toString();
        int size = args.count() > 4 ? Math.clamp(number(args.get(4)), 0, Integer.MAX_VALUE) : 0;
        for (long i = 0; i < keys; i++) {
            Bytes key = Bytes.copyOf(prefix + ":" + i);
            if (!db.exists(key)) {
                byte[] text = ("value:" + i).getBytes(StandardCharsets.US_ASCII);
                db.setString(key, Bytes.copyOf(size == 0 ? text : Arrays.copyOf(text, size)));
            }
        }
        out.ok();
    }

    private static long number(Bytes word) {
        if (!Decimal.isLong(word)) {
            throw ErrorReply.NOT_AN_INTEGER.raise();
        }
        return Decimal.toLong(word);
    }

    private void reload(CommandContext ctx, Args args, ReplyWriter out) {
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
        actions.reload(ctx, save, flush, out);
    }
}
