package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.DELETE;
import static io.vireo.command.KeySpec.Flag.INSERT;
import static io.vireo.command.KeySpec.Flag.OW;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.key;
import static io.vireo.command.KeySpec.keys;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Database;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** String commands. Handlers run on the keyspace thread. */
public final class StringCommands {
    public static final CommandFamily FAMILY = family(
            "string",
            AclCategory.STRING,
            read("get", 2, key(1, RO, ACCESS), StringCommands::get, FAST),
            write(
                    "set",
                    -3,
                    key(1, RW, ACCESS, UPDATE).varying(StringCommands::useBySet),
                    StringCommands::set,
                    DENYOOM),
            write("setnx", 3, key(1, OW, INSERT), StringCommands::setnx, DENYOOM, FAST),
            write("setex", 4, key(1, OW, UPDATE), StringCommands::setex, DENYOOM),
            write("psetex", 4, key(1, OW, UPDATE), StringCommands::psetex, DENYOOM),
            write("getset", 3, key(1, RW, ACCESS, UPDATE), StringCommands::getset, DENYOOM, FAST),
            write("getdel", 2, key(1, RW, ACCESS, DELETE), StringCommands::getdel, FAST),
            write("getex", -2, key(1, RW, ACCESS, UPDATE), StringCommands::getex, FAST),
            read("mget", -2, keys(1, -1, 1, RO, ACCESS), StringCommands::mget, FAST),
            write("mset", -3, keys(1, -1, 2, OW, UPDATE), StringCommands::mset, DENYOOM),
            write("msetnx", -3, keys(1, -1, 2, OW, INSERT), StringCommands::msetnx, DENYOOM),
            write("append", 3, key(1, RW, INSERT), StringCommands::append, DENYOOM, FAST),
            read("strlen", 2, key(1, RO), StringCommands::strlen, FAST),
            write("setrange", 4, key(1, RW, UPDATE), StringCommands::setrange, DENYOOM),
            read("getrange", 4, key(1, RO, ACCESS), StringCommands::getrange),
            read("substr", 4, key(1, RO, ACCESS), StringCommands::getrange),
            write("incr", 2, key(1, RW, ACCESS, UPDATE), CounterCommands::incr, DENYOOM, FAST),
            write("decr", 2, key(1, RW, ACCESS, UPDATE), CounterCommands::decr, DENYOOM, FAST),
            write("incrby", 3, key(1, RW, ACCESS, UPDATE), CounterCommands::incrby, DENYOOM, FAST),
            write("decrby", 3, key(1, RW, ACCESS, UPDATE), CounterCommands::decrby, DENYOOM, FAST),
            write("incrbyfloat", 3, key(1, RW, ACCESS, UPDATE), CounterCommands::incrbyfloat, DENYOOM, FAST),
            read("lcs", -3, keys(1, 1, 1, RO, ACCESS), LcsCommand::lcs));

    static final byte[] SET = ascii("SET");
    private static final byte[] DEL = ascii("DEL");
    private static final byte[] UNLINK = ascii("UNLINK");
    static final byte[] KEEPTTL = ascii("KEEPTTL");
    static final byte[] PEXPIREAT = ascii("PEXPIREAT");
    private static final byte[] PERSIST = ascii("PERSIST");
    private static final byte[] PXAT = ascii("PXAT");
    private static final byte[] EMPTY = {};

    private StringCommands() {}

    /** GET key. */
    private static void get(CommandContext ctx, Args args, ReplyWriter out) {
        reply(ctx.db().readString(args.get(1)), out);
    }

    /** Replies with a string, or with null for no value. */
    static void reply(StringValue value, ReplyWriter out) {
        if (value == null) {
            out.nullBulk();
        } else if (value.isInt()) {
            out.bulk(value.longValue());
        } else {
            out.bulk(value.bytes());
        }
    }

    /**
     * SET key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT seconds | PXAT milliseconds | KEEPTTL]. Replicas
     * receive a time as PXAT, and never GET.
     */
    private static void set(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        if (args.count() == 3) {
            ctx.db().setString(key, args.get(2));
            ctx.changed(key, "set");
            out.ok();
            return;
        }

        int options = StringOptions.parse(args, 3, StringOptions.OF_SET);
        boolean timed = StringOptions.has(options, StringOptions.TIMED);
        long expireAtMs = timed ? StringOptions.expireAtMs(ctx, args, options, "set") : -1;
        boolean get = StringOptions.has(options, StringOptions.GET);
        StringValue old = get ? ctx.db().readString(key) : null;
        boolean exists = get ? old != null : isConditional(options) && ctx.db().exists(key);
        boolean refused = StringOptions.has(options, exists ? StringOptions.NX : StringOptions.XX);

        // What GET answers is written first: the view of the old value does not outlive the change.
        if (get) {
            reply(old, out);
        } else if (refused) {
            out.nullBulk();
        } else {
            out.ok();
        }
        if (refused) {
            return;
        }

        if (timed) {
            setUntil(ctx, key, args.get(2), expireAtMs);
            return;
        }
        if (StringOptions.has(options, StringOptions.KEEPTTL)) {
            ctx.db().setStringKeepTtl(key, args.get(2));
        } else {
            ctx.db().setString(key, args.get(2));
        }
        ctx.changed(key, "set");
        if (get) {
            propagateWithoutGet(ctx, args);
        }
    }

    /** Without GET the old value is not read, so whoever may only write the key may use SET. */
    private static Set<KeySpec.Flag> useBySet(Args args) {
        for (int i = 3; i < args.count(); i++) {
            if (isGet(args, i)) {
                return Set.of(RW, ACCESS, UPDATE);
            }
        }
        return Set.of(OW, UPDATE);
    }

    private static boolean isConditional(int options) {
        return StringOptions.has(options, StringOptions.NX | StringOptions.XX);
    }

    private static void setUntil(CommandContext ctx, Bytes key, Bytes value, long expireAtMs) {
        ctx.db().setString(key, value, expireAtMs);
        ctx.changed(key, "set");
        ctx.event(key, "expire");
        ctx.propagate(5).word(SET).word(key).word(value).word(PXAT).word(expireAtMs);
    }

    private static void propagateWithoutGet(CommandContext ctx, Args args) {
        int words = 0;
        for (int i = 0; i < args.count(); i++) {
            words += isGet(args, i) ? 0 : 1;
        }
        ReplicationLog effect = ctx.propagate(words);
        for (int i = 0; i < args.count(); i++) {
            if (!isGet(args, i)) {
                effect.word(args.get(i));
            }
        }
    }

    private static boolean isGet(Args args, int index) {
        return index >= 3 && args.get(index).isWord("get");
    }

    /** SETNX key value. Replies whether the key was set. */
    private static void setnx(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        if (ctx.db().exists(key)) {
            out.integer(0);
            return;
        }
        ctx.db().setString(key, args.get(2));
        ctx.changed(key, "set");
        out.integer(1);
    }

    /** SETEX key seconds value. Replicas receive SET with PXAT. */
    private static void setex(CommandContext ctx, Args args, ReplyWriter out) {
        setUntil(ctx, args.get(1), args.get(3), StringOptions.expireAtMs(args.integer(2), true, ctx.nowMs(), "setex"));
        out.ok();
    }

    /** PSETEX key milliseconds value. Replicas receive SET with PXAT. */
    private static void psetex(CommandContext ctx, Args args, ReplyWriter out) {
        long expireAtMs = StringOptions.expireAtMs(args.integer(2), false, ctx.nowMs(), "psetex");
        setUntil(ctx, args.get(1), args.get(3), expireAtMs);
        out.ok();
    }

    /** GETSET key value. Replies with the old value. Replicas receive SET. */
    private static void getset(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        reply(ctx.db().readString(key), out); // the view does not outlive the change

        ctx.db().setString(key, args.get(2));
        ctx.changed(key, "set");
        ctx.propagate(3).word(SET).word(key).word(args.get(2));
    }

    /** How replicas are told that a key is gone. */
    static byte[] deletion(boolean lazily) {
        return lazily ? UNLINK : DEL;
    }

    /** GETDEL key. Replicas receive DEL, or UNLINK. */
    private static void getdel(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        StringValue value = ctx.db().readString(key);
        reply(value, out); // the view does not outlive the change

        if (value != null) {
            ctx.db().delete(key);
            ctx.changed(key, "del");
            ctx.propagate(2)
                    .word(deletion(ctx.keyspace().lazyFreeing().userDel))
                    .word(key);
        }
    }

    /**
     * GETEX key [EX seconds | PX milliseconds | EXAT seconds | PXAT milliseconds | PERSIST]. Replicas receive PEXPIREAT,
     * PERSIST, or DEL where the time has passed.
     */
    private static void getex(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        int options = StringOptions.parse(args, 2, StringOptions.OF_GETEX);
        StringValue value = ctx.db().readString(key);
        boolean timed = value != null && StringOptions.has(options, StringOptions.TIMED);
        long expireAtMs = timed ? StringOptions.expireAtMs(ctx, args, options, "getex") : -1;

        reply(value, out); // the view does not outlive the change

        if (timed) {
            ExpireCommands.expireAt(ctx, key, expireAtMs);
        } else if (value != null
                && StringOptions.has(options, StringOptions.PERSIST)
                && ctx.db().persist(key)) {
            ctx.changed(key, "persist");
            ctx.propagate(2).word(PERSIST).word(key);
        }
    }

    /** MGET key [key ...]. Replies with null for what is no string. */
    private static void mget(CommandContext ctx, Args args, ReplyWriter out) {
        Database db = ctx.db();
        out.array(args.count() - 1);
        for (int i = 1; i < args.count(); i++) {
            reply(db.readIfString(args.get(i)), out);
        }
    }

    /** MSET key value [key value ...]. */
    private static void mset(CommandContext ctx, Args args, ReplyWriter out) {
        requirePairs(args, "mset");

        setAll(ctx, args);

        out.ok();
    }

    /** MSETNX key value [key value ...]. Sets all, or none where one of the keys exists. */
    private static void msetnx(CommandContext ctx, Args args, ReplyWriter out) {
        requirePairs(args, "msetnx");
        for (int i = 1; i < args.count(); i += 2) {
            if (ctx.db().exists(args.get(i))) {
                out.integer(0);
                return;
            }
        }

        setAll(ctx, args);

        out.integer(1);
    }

    private static void requirePairs(Args args, String command) {
        if (args.count() % 2 == 0) {
            throw ErrorReply.wrongArity(command).raise();
        }
    }

    private static void setAll(CommandContext ctx, Args args) {
        Database db = ctx.db();
        for (int i = 1; i < args.count(); i += 2) {
            db.setString(args.get(i), args.get(i + 1));
            ctx.changed(args.get(i), "set");
        }
    }

    /** APPEND key value. Replies with the new length. */
    private static void append(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        Bytes suffix = args.get(2);
        StringValue old = ctx.db().peekString(key);
        if (old != null) {
            requireFits(ctx, old.length(), suffix.length());
        }

        long length = ctx.db().append(key, suffix);
        ctx.changed(key, "append");

        out.integer(length);
    }

    /** STRLEN key. */
    private static void strlen(CommandContext ctx, Args args, ReplyWriter out) {
        StringValue value = ctx.db().readString(args.get(1));
        out.integer(value == null ? 0 : value.length());
    }

    /** SETRANGE key offset value. Replies with the new length; an empty value changes nothing and creates no key. */
    private static void setrange(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        Bytes part = args.get(3);
        long offset = args.integer(2);
        if (offset < 0) {
            throw ErrorReply.OFFSET_OUT_OF_RANGE.raise();
        }
        StringValue old = ctx.db().peekString(key);
        if (part.isEmpty()) {
            out.integer(old == null ? 0 : old.length());
            return;
        }
        requireFits(ctx, offset, part.length());

        long length = ctx.db().setRange(key, offset, part);
        ctx.changed(key, "setrange");

        out.integer(length);
    }

    /** Refuses a string that would grow beyond what a client could read back; a primary's word is always obeyed. */
    private static void requireFits(CommandContext ctx, long length, long added) {
        long total = length + added;
        if (total < 0
                || total > Integer.MAX_VALUE
                || ctx.session().kind() != Session.Kind.PRIMARY
                        && total > ctx.session().maxBulkLength()) {
            throw ErrorReply.STRING_TOO_LONG.raise();
        }
    }

    /** GETRANGE key start end, both inclusive and counted from the end if negative; SUBSTR is its old name. */
    private static void getrange(CommandContext ctx, Args args, ReplyWriter out) {
        long start = args.integer(2);
        long end = args.integer(3);
        StringValue value = ctx.db().readString(args.get(1));

        int length = value == null ? 0 : value.length();
        if (start < 0 && end < 0 && start > end) {
            out.bulk(EMPTY);
            return;
        }
        long from = Math.max(0, start < 0 ? start + length : start);
        long to = Math.min(length - 1, Math.max(0, end < 0 ? end + length : end));
        if (from > to) {
            out.bulk(EMPTY);
            return;
        }
        out.bulk(ctx.part(value.bytes(), (int) from, (int) to + 1));
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
