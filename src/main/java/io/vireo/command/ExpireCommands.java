package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.read;
import static io.vireo.command.CommandFamily.write;
import static io.vireo.command.CommandFlag.FAST;
import static io.vireo.command.KeySpec.Flag.ACCESS;
import static io.vireo.command.KeySpec.Flag.RO;
import static io.vireo.command.KeySpec.Flag.RW;
import static io.vireo.command.KeySpec.Flag.UPDATE;
import static io.vireo.command.KeySpec.key;

import io.vireo.base.Bytes;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;

/** Commands about when keys expire. Handlers run on the keyspace thread. */
public final class ExpireCommands {
    public static final CommandFamily FAMILY = family(
            "generic",
            AclCategory.KEYSPACE,
            write("expire", -3, key(1, RW, UPDATE), ExpireCommands::expire, FAST),
            write("expireat", -3, key(1, RW, UPDATE), ExpireCommands::expireat, FAST),
            write("pexpire", -3, key(1, RW, UPDATE), ExpireCommands::pexpire, FAST),
            write("pexpireat", -3, key(1, RW, UPDATE), ExpireCommands::pexpireat, FAST),
            read("ttl", 2, key(1, RO, ACCESS), ExpireCommands::ttl, FAST),
            read("pttl", 2, key(1, RO, ACCESS), ExpireCommands::pttl, FAST),
            read("expiretime", 2, key(1, RO, ACCESS), ExpireCommands::expiretime, FAST),
            read("pexpiretime", 2, key(1, RO, ACCESS), ExpireCommands::pexpiretime, FAST),
            write("persist", 2, key(1, RW, UPDATE), ExpireCommands::persist, FAST));

    private static final int NX = 1;
    private static final int XX = 1 << 1;
    private static final int GT = 1 << 2;
    private static final int LT = 1 << 3;

    /** What a database answers for the expiry of a key that is not there, and of one that has none. */
    private static final long NO_KEY = -2;

    private static final long NO_EXPIRY = -1;

    private ExpireCommands() {}

    /** EXPIRE key seconds [NX | XX | GT | LT]. Replicas receive PEXPIREAT with the same options, or DEL. */
    private static void expire(CommandContext ctx, Args args, ReplyWriter out) {
        expire(ctx, args, "expire", true, ctx.nowMs(), out);
    }

    /** EXPIREAT key unix-time-seconds [NX | XX | GT | LT]. Replicas receive PEXPIREAT with the same options, or DEL. */
    private static void expireat(CommandContext ctx, Args args, ReplyWriter out) {
        expire(ctx, args, "expireat", true, 0, out);
    }

    /** PEXPIRE key milliseconds [NX | XX | GT | LT]. Replicas receive PEXPIREAT with the same options, or DEL. */
    private static void pexpire(CommandContext ctx, Args args, ReplyWriter out) {
        expire(ctx, args, "pexpire", false, ctx.nowMs(), out);
    }

    /** PEXPIREAT key unix-time-milliseconds [NX | XX | GT | LT]. Replicas receive it as it is, or DEL. */
    private static void pexpireat(CommandContext ctx, Args args, ReplyWriter out) {
        expire(ctx, args, "pexpireat", false, 0, out);
    }

    /** @param baseMs when the given time counts from, in milliseconds since 1970 */
    private static void expire(
            CommandContext ctx, Args args, String command, boolean seconds, long baseMs, ReplyWriter out) {
        Bytes key = args.get(1);
        int conditions = conditions(args);
        long expireAtMs = expireAtMs(args.integer(2), seconds, baseMs, command);
        long currentMs = ctx.db().expireAtMs(key);
        if (currentMs == NO_KEY || !holds(conditions, currentMs, expireAtMs)) {
            out.integer(0);
            return;
        }

        if (hasPassed(ctx, expireAtMs)) {
            delete(ctx, key);
        } else {
            ctx.db().setExpireAt(key, expireAtMs);
            ctx.changed(key, "expire");
            if (seconds || baseMs != 0) {
                propagateAbsolute(ctx, args, expireAtMs);
            }
        }

        out.integer(1);
    }

    private static void propagateAbsolute(CommandContext ctx, Args args, long expireAtMs) {
        ReplicationLog effect = ctx.propagate(args.count());
        effect.word(StringCommands.PEXPIREAT).word(args.get(1)).word(expireAtMs);
        for (int i = 3; i < args.count(); i++) {
            effect.word(args.get(i));
        }
    }

    /** Times before 1970 are allowed: they have passed. Only what does not fit 64 bits of milliseconds is refused. */
    private static long expireAtMs(long time, boolean seconds, long baseMs, String command) {
        if (seconds && (time > Long.MAX_VALUE / 1000 || time < Long.MIN_VALUE / 1000)) {
            throw ErrorReply.invalidExpire(command).raise();
        }
        long ms = seconds ? time * 1000 : time;
        if (ms > Long.MAX_VALUE - baseMs) {
            throw ErrorReply.invalidExpire(command).raise();
        }
        return ms + baseMs;
    }

    private static int conditions(Args args) {
        int conditions = 0;
        for (int i = 3; i < args.count(); i++) {
            Bytes word = args.get(i);
            if (word.isWord("nx")) {
                conditions |= NX;
            } else if (word.isWord("xx")) {
                conditions |= XX;
            } else if (word.isWord("gt")) {
                conditions |= GT;
            } else if (word.isWord("lt")) {
                conditions |= LT;
            } else {
                throw ErrorReply.unsupportedOption(word.toString()).raise();
            }
        }
        if ((conditions & NX) != 0 && (conditions & (XX | GT | LT)) != 0) {
            throw ErrorReply.EXPIRE_NX_AND_OTHER.raise();
        }
        if ((conditions & GT) != 0 && (conditions & LT) != 0) {
            throw ErrorReply.EXPIRE_GT_AND_LT.raise();
        }
        return conditions;
    }

    /** Whether all conditions hold; no expiry counts as the latest of all. */
    private static boolean holds(int conditions, long currentMs, long expireAtMs) {
        if (conditions == 0) {
            return true;
        }
        boolean none = currentMs == NO_EXPIRY;
        if ((conditions & NX) != 0 && !none || (conditions & XX) != 0 && none) {
            return false;
        }
        if ((conditions & GT) != 0 && (none || expireAtMs <= currentMs)) {
            return false;
        }
        return (conditions & LT) == 0 || none || expireAtMs < currentMs;
    }

    /** Lets an existing key expire at a time, or deletes it if that has passed; replicas receive PEXPIREAT or DEL. */
    static void expireAt(CommandContext ctx, Bytes key, long expireAtMs) {
        if (hasPassed(ctx, expireAtMs)) {
            delete(ctx, key);
            return;
        }
        ctx.db().setExpireAt(key, expireAtMs);
        ctx.changed(key, "expire");
        ctx.propagate(3).word(StringCommands.PEXPIREAT).word(key).word(expireAtMs);
    }

    /** A replica never deletes by its own clock: it keeps the time and waits for its primary's DEL. */
    private static boolean hasPassed(CommandContext ctx, long expireAtMs) {
        return expireAtMs <= ctx.nowMs() && ctx.keyspace().deletesExpired();
    }

    private static void delete(CommandContext ctx, Bytes key) {
        boolean lazily = ctx.keyspace().lazyFreeing().expire;
        ctx.db().delete(key, lazily);
        ctx.changed(key, "del");
        ctx.propagate(2).word(StringCommands.deletion(lazily)).word(key);
    }

    /** TTL key. Replies in seconds, rounded; -1 without expiry, -2 without key. */
    private static void ttl(CommandContext ctx, Args args, ReplyWriter out) {
        long ms = expireAtMsOf(ctx, args.get(1));
        out.integer(ms < 0 ? ms : (left(ctx, ms) + 500) / 1000);
    }

    /** PTTL key. Replies in milliseconds; -1 without expiry, -2 without key. */
    private static void pttl(CommandContext ctx, Args args, ReplyWriter out) {
        long ms = expireAtMsOf(ctx, args.get(1));
        out.integer(ms < 0 ? ms : left(ctx, ms));
    }

    private static long expireAtMsOf(CommandContext ctx, Bytes key) {
        return ctx.db().lookUp(key) ? ctx.db().expireAtMs(key) : NO_KEY;
    }

    private static long left(CommandContext ctx, long expireAtMs) {
        return Math.max(0, expireAtMs - ctx.nowMs());
    }

    /** EXPIRETIME key. Replies in seconds since 1970, rounded; -1 without expiry, -2 without key. */
    private static void expiretime(CommandContext ctx, Args args, ReplyWriter out) {
        long ms = expireAtMsOf(ctx, args.get(1));
        out.integer(ms < 0 ? ms : Long.divideUnsigned(ms + 500, 1000));
    }

    /** PEXPIRETIME key. Replies in milliseconds since 1970; -1 without expiry, -2 without key. */
    private static void pexpiretime(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(expireAtMsOf(ctx, args.get(1)));
    }

    /** PERSIST key. Replies whether there was an expiry to take away. */
    private static void persist(CommandContext ctx, Args args, ReplyWriter out) {
        Bytes key = args.get(1);
        boolean persisted = ctx.db().persist(key);
        if (persisted) {
            ctx.changed(key, "persist");
        }
        out.integer(persisted ? 1 : 0);
    }
}
