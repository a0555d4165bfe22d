package io.vireo.command;

import static io.vireo.command.CommandFamily.container;
import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.with;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.STALE;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.DELETE;
import static io.vireo.command.KeySpec.Flag.INSERT;
import static io.vireo.command.KeySpec.Flag.OW;
import static io.vireo.command.KeySpec.Flag.RM;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.key;
import static io.vireo.command.KeySpec.keys;

import io.vireo.base.Bytes;
import io.vireo.keyspace.Database;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StringValue;
import io.vireo.value.ValueType;
import java.util.List;

/** Commands that work on keys whatever their type. Handlers run on the keyspace thread. */
public final class KeyCommands {
    public static final CommandFamily FAMILY = family(
            "generic",
            AclCategory.KEYSPACE,
            write("del", -2, keys(1, -1, 1, RM, DELETE), KeyCommands::del),
            write("unlink", -2, keys(1, -1, 1, RM, DELETE), KeyCommands::unlink, FAST),
            read("exists", -2, keys(1, -1, 1, RO), KeyCommands::exists, FAST),
            read("touch", -2, keys(1, -1, 1, RO), KeyCommands::touch, FAST),
            read("type", 2, key(1, RO), KeyCommands::type, FAST),
            with(read("keys", 2, List.of(), ScanCommands::keys), AclCategory.DANGEROUS),
            read("scan", -2, List.of(), ScanCommands::scan),
            read("randomkey", 1, List.of(), KeyCommands::randomkey),
            write("rename", 3, List.of(key(1, RW, ACCESS, DELETE), key(2, OW, UPDATE)), KeyCommands::rename),
            write("renamenx", 3, List.of(key(1, RW, ACCESS, DELETE), key(2, OW, INSERT)), KeyCommands::renamenx, FAST),
            write("move", 3, key(1, RW, ACCESS, UPDATE), KeyCommands::move, FAST),
            write("copy", -3, List.of(key(1, RO, ACCESS), key(2, OW, UPDATE)), KeyCommands::copy, DENYOOM),
            container(
                    "object",
                    -2,
                    List.of(
                            read("encoding", 3, key(2, RO), KeyCommands::objectEncoding),
                            read("freq", 3, key(2, RO), KeyCommands::objectFreq),
                            read("idletime", 3, key(2, RO), KeyCommands::objectIdletime),
                            read("refcount", 3, key(2, RO), KeyCommands::objectRefcount),
                            plain("help", 2, KeyCommands::objectHelp, LOADING, STALE))));

    private static final int SHARED_NUMBERS = 10_000;

    private KeyCommands() {}

    /** DEL key [key ...]. Replies how many keys there were. */
    private static void del(CommandContext ctx, Args args, ReplyWriter out) {
        delete(ctx, args, ctx.keyspace().lazyFreeing().userDel, out);
    }

    /** UNLINK key [key ...]. Replies how many keys there were. */
    private static void unlink(CommandContext ctx, Args args, ReplyWriter out) {
        delete(ctx, args, true, out);
    }

    private static void delete(CommandContext ctx, Args args, boolean lazily, ReplyWriter out) {
        Database db = ctx.db();
        int deleted = 0;
        for (int i = 1; i < args.count(); i++) {
            if (db.delete(args.get(i), lazily)) {
                ctx.changed(args.get(i), "del");
                deleted++;
            }
        }
        out.integer(deleted);
    }

    /** EXISTS key [key ...]. Replies how many of the keys exist; one named twice counts twice. */
    private static void exists(CommandContext ctx, Args args, ReplyWriter out) {
        Database db = ctx.db();
        int existing = 0;
        for (int i = 1; i < args.count(); i++) {
            existing += db.lookUp(args.get(i)) ? 1 : 0;
        }
        out.integer(existing);
    }

    /** TOUCH key [key ...]. Counts as an access of those that exist; replies how many. */
    private static void touch(CommandContext ctx, Args args, ReplyWriter out) {
        Database db = ctx.db();
        int touched = 0;
        for (int i = 1; i < args.count(); i++) {
            touched += db.access(args.get(i)) ? 1 : 0;
        }
        out.integer(touched);
    }

    /** TYPE key. */
    private static void type(CommandContext ctx, Args args, ReplyWriter out) {
        boolean isThere = ctx.db().lookUp(args.get(1));
        out.simple(isThere ? ctx.db().typeOf(args.get(1)).word() : "none");
    }

    /** RANDOMKEY. */
    private static void randomkey(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = ctx.db().randomKey();
        if (key == null) {
            out.nullBulk();
        } else {
            out.bulk(key);
        }
    }

    /** RENAME key newkey. What was at the new name is overwritten. */
    private static void rename(CommandContext ctx, Args args, ReplyWriter out) {
        requireKey(ctx, args.get(1));

        if (!args.get(1).contentEquals(args.get(2))) {
            rename(ctx, args.get(1), args.get(2));
        }

        out.ok();
    }

    /** RENAMENX key newkey. Replies whether the new name was free. */
    private static void renamenx(CommandContext ctx, Args args, ReplyWriter out) {
        requireKey(ctx, args.get(1));
        if (ctx.db().exists(args.get(2))) {
            out.integer(0);
            return;
        }

        rename(ctx, args.get(1), args.get(2));

        out.integer(1);
    }

    private static void requireKey(CommandContext ctx, Bytes key) {
        if (!ctx.db().exists(key)) {
            throw ErrorReply.NO_SUCH_KEY.raise();
        }
    }

    private static void rename(CommandContext ctx, Bytes from, Bytes to) {
        ctx.db().rename(from, to);
        ctx.alsoChanged(ctx.session().db(), from, "rename_from");
        ctx.changed(to, "rename_to");
    }

    /** MOVE key db. Replies whether the key was there and its name free in the other database. */
    private static void move(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        int from = ctx.session().db();
        int to = ctx.databaseIn(args, 2);
        if (from == to) {
            throw ErrorReply.SAME_OBJECT.raise();
        }
        if (!ctx.db().exists(key) || ctx.db(to).exists(key)) {
            out.integer(0);
            return;
        }

        ctx.db().moveTo(ctx.db(to), key);
        ctx.alsoChanged(from, key, "move_from");
        ctx.changed(to, key, "move_to");

        out.integer(1);
    }

    /** COPY source destination [DB database] [REPLACE]. Replies whether there was a source and room for it. */
    private static void copy(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes from = args.get(1);
        Bytes to = args.get(2);
        int toDb = ctx.session().db();
        boolean replace = false;
        for (int i = 3; i < args.count(); i++) {
            if (args.get(i).isWord("replace")) {
                replace = true;
            } else if (args.get(i).isWord("db") && i + 1 < args.count()) {
                i++;
                toDb = ctx.databaseIn(args, i);
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        if (toDb == ctx.session().db() && from.contentEquals(to)) {
            throw ErrorReply.SAME_OBJECT.raise();
        }
        if (!ctx.db().access(from) || !ctx.db().copyTo(ctx.db(toDb), from, to, replace)) {
            out.integer(0);
            return;
        }
        ctx.changed(toDb, to, "copy_to");

        out.integer(1);
    }

    /** OBJECT ENCODING key. */
    private static void objectEncoding(CommandContext ctx, Args args, ReplyWriter out) {
        if (ctx.db().lookUpQuietly(args.get(2))) {
            out.bulk(ctx.db().encodingOf(args.get(2)));
        } else {
            out.nullBulk();
        }
    }

    /** OBJECT FREQ key. Replies from 0 to 255; refused unless keys are evicted by how often they are used. */
    private static void objectFreq(CommandContext ctx, Args args, ReplyWriter out) {
        if (!ctx.db().lookUpQuietly(args.get(2))) {
            out.nullBulk();
            return;
        }
        if (!ctx.keyspace().countsAccesses()) {
            throw ErrorReply.NOT_LFU.raise();
        }
        out.integer(ctx.db().frequency(args.get(2)));
    }

    /** OBJECT IDLETIME key. Replies in seconds; refused if keys are evicted by how often they are used. */
    private static void objectIdletime(CommandContext ctx, Args args, ReplyWriter out) {
        if (!ctx.db().lookUpQuietly(args.get(2))) {
            out.nullBulk();
            return;
        }
        if (ctx.keyspace().countsAccesses()) {
            throw ErrorReply.IS_LFU.raise();
        }
        out.integer(ctx.db().idleSeconds(args.get(2)));
    }

    /** OBJECT REFCOUNT key. Values are never shared here; of small numbers, which Redis shares, it says what Redis says. */
    private static void objectRefcount(CommandContext ctx, Args args, ReplyWriter out) {
        if (!ctx.db().lookUpQuietly(args.get(2))) {
            out.nullBulk();
            return;
        }
        ValueType type = ctx.db().typeOf(args.get(2));
        boolean shared = !ctx.keyspace().eviction().needsAccesses()
                && type == ValueType.STRING
                && isSmallNumber(ctx.db().peekString(args.get(2)));
        out.integer(shared ? Integer.MAX_VALUE : 1);
    }

    private static boolean isSmallNumber(StringValue value) {
        return value.isInt() && value.longValue() >= 0 && value.longValue() < SHARED_NUMBERS;
    }

    /** OBJECT HELP. */
    private static void objectHelp(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(
                out,
                "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
                "ENCODING <key>",
                "    How the value is kept in memory.",
                "FREQ <key>",
                "    How often the key is used, on a logarithmic scale; needs an LFU policy.",
                "IDLETIME <key>",
                "    Seconds since the key was last used.",
                "REFCOUNT <key>",
                "    How many share the value.",
                "HELP",
                "    Prints this help.");
    }
}
