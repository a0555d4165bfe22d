package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.log.ReplicationLog;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SetValue;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** SPOP and SRANDMEMBER, whose rows are in {@link SetCommands}. */
final class SetRandomCommands {
    /** Where fewer than a third of the members are asked for, they are chosen one by one; else on a walk through all. */
    private static final int CHOSEN_ONE_BY_ONE = 3;

    /** Members in one SREM of those that replicas receive. */
    private static final int MEMBERS_PER_EFFECT = 1024;

    private static final byte[] SREM = StringCommands.ascii("SREM");
    private static final byte[] DEL = StringCommands.ascii("DEL");

    private SetRandomCommands() {}

    /** SPOP key [count]. Replicas receive what was chosen as SREM, or DEL where that is all. */
    static void spop(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() > 3) {
            throw ErrorReply.SYNTAX.raise();
        }
        boolean counted = args.count() == 3;
        long count = counted ? Numbers.atLeast(0, args.get(2), ErrorReply.MUST_BE_POSITIVE) : 1;
        Bytes key = args.get(1);
        SetValue set = ctx.db().change(key, SetValue.TYPE);
        if (set == null || count == 0) {
            if (counted) {
                out.set(0);
            } else {
                out.nullBulk();
            }
            return;
        }

        if (counted && count >= set.size()) {
            popAll(ctx, key, set, out);
            return;
        }
        if (counted) {
            out.set((int) count);
        }
        pop(ctx, key, set, (int) count, out);
        SetCommands.removeIfEmpty(ctx, key);
    }

    private static void popAll(CommandContext ctx, Bytes key, SetValue set, ReplyWriter out) {
        long size = set.size();
        out.set(Math.toIntExact(size));
        set.forEach(member -> StringCommands.reply(member, out));
        ctx.changed(key, "spop", size);
        ctx.db().delete(key);
        ctx.alsoChanged(ctx.session().db(), key, "del");
        ctx.propagate(2).word(DEL).word(key);
    }

    private static void pop(CommandContext ctx, Bytes key, SetValue set, int count, ReplyWriter out) {
        ReplicationLog effect = null;
        for (int left = count; left > 0; left--) {
            if ((count - left) % MEMBERS_PER_EFFECT == 0) {
                effect = ctx.propagate(2 + Math.min(left, MEMBERS_PER_EFFECT))
                        .word(SREM)
                        .word(key);
            }
            Bytes member = ctx.copy(set.random(ctx.keyspace().random()).bytes());
            out.bulk(member);
            effect.word(member);
            set.remove(member);
        }
        ctx.changed(key, "spop", count);
    }

    /**
     * SRANDMEMBER key [count]. Replies with a member; with a positive count with so many different ones, or all; with a
     * negative one with so many, which may come again.
     */
    static void srandmember(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() > 3) {
            throw ErrorReply.SYNTAX.raise();
        }
        RandomGenerator random = ctx.keyspace().random();
        if (args.count() == 2) {
            SetValue set = ctx.db().read(args.get(1), SetValue.TYPE);
            StringCommands.reply(set == null ? null : set.random(random), out);
            return;
        }
        RandomCount count = RandomCount.parse(args, null);

        SetValue set = ctx.db().read(args.get(1), SetValue.TYPE);
        if (set == null || count.howMany() == 0) {
            out.array(0);
        } else if (count.mayRepeat()) {
            out.array(Math.toIntExact(count.howMany()));
            for (long left = count.howMany(); left > 0 && !out.isRefused(); left--) {
                StringCommands.reply(set.random(random), out);
            }
        } else {
            different(set, Math.min(count.howMany(), set.size()), random, out);
        }
    }

    private static void different(SetValue set, long wanted, RandomGenerator random, ReplyWriter out) {
        long size = set.size();
        out.array(Math.toIntExact(wanted));
        if (set.isLarge() && wanted * CHOSEN_ONE_BY_ONE < size) {
            Set<Long> chosen = new HashSet<>();
            while (chosen.size() < wanted) {
                Bytes member = set.random(random).bytes();
                if (chosen.add(member.address())) {
                    out.bulk(member);
                }
            }
            return;
        }
        long[] left = {size, wanted};
        set.forEach(member -> {
            if (left[1] > 0 && random.nextLong(left[0]) < left[1]) {
                StringCommands.reply(member, out);
                left[1]--;
            }
            left[0]--;
        });
    }
}
