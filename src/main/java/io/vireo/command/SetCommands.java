package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.DENYOOM;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.CommandFlag.MOVABLEKEYS;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.DELETE;
import static io.vireo.command.KeySpec.Flag.INSERT;
import static io.vireo.command.KeySpec.Flag.OW;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.counted;
import static io.vireo.command.KeySpec.key;
import static io.vireo.command.KeySpec.keys;

import io.vireo.base.Bytes;
import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SetValue;
import io.vireo.value.ValueType;
import java.util.List;

/**
 * Set commands that look at one set or change it; those that choose by chance are in {@link SetRandomCommands}, those that
 * combine several in {@link SetAlgebra}.
 */
public final class SetCommands {
    public static final CommandFamily FAMILY = family(
            "set",
            AclCategory.SET,
            write("sadd", -3, key(1, RW, INSERT), SetCommands::sadd, DENYOOM, FAST),
            write("srem", -3, key(1, RW, DELETE), SetCommands::srem, FAST),
            write("smove", 4, List.of(key(1, RW, ACCESS, DELETE), key(2, RW, INSERT)), SetCommands::smove, FAST),
            read("sismember", 3, key(1, RO), SetCommands::sismember, FAST),
            read("smismember", -3, key(1, RO, ACCESS), SetCommands::smismember, FAST),
            read("scard", 2, key(1, RO), SetCommands::scard, FAST),
            read("smembers", 2, key(1, RO, ACCESS), SetCommands::smembers),
            read("sscan", -3, key(1, RO, ACCESS), SetCommands::sscan),
            write("spop", -2, key(1, RW, ACCESS, DELETE), SetRandomCommands::spop, FAST),
            read("srandmember", -2, key(1, RO, ACCESS), SetRandomCommands::srandmember),
            read("sinter", -2, keys(1, -1, 1, RO, ACCESS), SetAlgebra::sinter),
            read("sintercard", -3, counted(1, RO, ACCESS), SetAlgebra::sintercard, MOVABLEKEYS),
            write(
                    "sinterstore",
                    -3,
                    List.of(key(1, RW, UPDATE), keys(2, -1, 1, RO, ACCESS)),
                    SetAlgebra::sinterstore,
                    DENYOOM),
            read("sunion", -2, keys(1, -1, 1, RO, ACCESS), SetAlgebra::sunion),
            write("sunionstore", -3, stored(), SetAlgebra::sunionstore, DENYOOM),
            read("sdiff", -2, keys(1, -1, 1, RO, ACCESS), SetAlgebra::sdiff),
            write("sdiffstore", -3, stored(), SetAlgebra::sdiffstore, DENYOOM));

    private SetCommands() {}

    /** The keys of a command that stores a set made of others. */
    private static List<KeySpec> stored() {
        return List.of(key(1, OW, UPDATE), keys(2, -1, 1, RO, ACCESS));
    }

    /** SADD key member [member ...]. Replies with how many were new. */
    private static void sadd(CommandContext ctx, Args args, ReplyWriter out) {
        SetValue set = ctx.db().write(args.get(1), SetValue.TYPE);
        int added = 0;
        for (int i = 2; i < args.count(); i++) {
            added += set.add(args.get(i)) ? 1 : 0;
        }
        if (added > 0) {
            ctx.changed(args.get(1), "sadd", added);
        }

        out.integer(added);
    }

    /** SREM key member [member ...]. Replies with how many were there. */
    private static void srem(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        SetValue set = ctx.db().change(key, SetValue.TYPE);
        int removed = 0;
        for (int i = 2; set != null && i < args.count(); i++) {
            removed += set.remove(args.get(i)) ? 1 : 0;
        }
        if (removed > 0) {
            ctx.changed(key, "srem", removed);
            removeIfEmpty(ctx, key);
        }

        out.integer(removed);
    }

    static void removeIfEmpty(CommandContext ctx, Bytes key) {
        if (ctx.db().removeIfEmpty(key, SetValue.TYPE)) {
            ctx.alsoChanged(ctx.session().db(), key, "del");
        }
    }

    /** SMOVE source destination member. Replies whether the member was there. */
    private static void smove(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes from = args.get(1);
        Bytes to = args.get(2);
        Bytes member = args.get(3);
        SetValue source = ctx.db().change(from, SetValue.TYPE);
        if (source == null) {
            out.integer(0);
            return;
        }
        ctx.db().checkType(to, ValueType.SET);
        boolean isThere = source.contains(member);
        if (!isThere || from.contentEquals(to)) {
            out.integer(isThere ? 1 : 0);
            return;
        }

        ctx.db().change(from, SetValue.TYPE).remove(member);
        ctx.changed(from, "srem");
        removeIfEmpty(ctx, from);
        if (ctx.db().write(to, SetValue.TYPE).add(member)) {
            ctx.changed(to, "sadd");
        }

        out.integer(1);
    }

    /** SISMEMBER key member. */
    private static void sismember(CommandContext ctx, Args args, ReplyWriter out) {
        SetValue set = ctx.db().read(args.get(1), SetValue.TYPE);
        out.integer(set != null && set.contains(args.get(2)) ? 1 : 0);
    }

    /** SMISMEMBER key member [member ...]. */
    private static void smismember(CommandContext ctx, Args args, ReplyWriter out) {
        SetValue set = ctx.db().read(args.get(1), SetValue.TYPE);
        out.array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            out.integer(set != null && set.contains(args.get(i)) ? 1 : 0);
        }
    }

    /** SCARD key. */
    private static void scard(CommandContext ctx, Args args, ReplyWriter out) {
        SetValue set = ctx.db().read(args.get(1), SetValue.TYPE);
        out.integer(set == null ? 0 : set.size());
    }

    /** SMEMBERS key. */
    private static void smembers(CommandContext ctx, Args args, ReplyWriter out) {
        SetValue set = ctx.db().read(args.get(1), SetValue.TYPE);
        out.set(set == null ? 0 : Math.toIntExact(set.size()));
        if (set != null) {
            set.forEach(member -> StringCommands.reply(member, out));
        }
    }

    /** SSCAN key cursor [MATCH pattern] [COUNT count]. Replies with the next cursor, and members. */
    private static void sscan(CommandContext ctx, Args args, ReplyWriter out) {
        long cursor = ScanOptions.cursor(args.get(2));
        SetValue set = ctx.db().read(args.get(1), SetValue.TYPE);
        ScanOptions options = set == null ? null : ScanOptions.parse(args, 3, false);
        WordList found = new WordList();
        long next = set == null
                ? 0
                : set.scan(cursor, options.count(), member -> {
                    if (options.matches(member.bytes())) {
                        found.add(member);
                    }
                });

        out.array(2);
        out.bulk(Long.toUnsignedString(next));
        found.writeTo(out);
    }
}
