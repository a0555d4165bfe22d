package io.vireo.command;

import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.SortedSetValue;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** ZRANDMEMBER, whose row is in {@link SortedSetCommands}. */
final class ZrandmemberCommand {
    /** Where fewer than a third of the members are asked for, they are chosen one by one; else on a walk through all. */
    private static final int CHOSEN_ONE_BY_ONE = 3;

    private final RandomGenerator random;
    private final boolean scores;
    private final ReplyWriter out;

    private ZrandmemberCommand(RandomGenerator random, boolean scores, ReplyWriter out) {
        this.random = random;
        this.scores = scores;
        this.out = out;
    }

    /**
     * ZRANDMEMBER key [count [WITHSCORES]]. Replies with a member; with a positive count with so many different ones, or
     * all; with a negative one with so many, which may come again.
     */
    static void zrandmember(CommandContext ctx, Args args, ReplyWriter out) {
        RandomGenerator random = ctx.keyspace().random();
        if (args.count() == 2) {
            SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
            if (set == null) {
                out.nullBulk();
            } else {
                set.random(random, (member, score) -> {
                    StringCommands.reply(member, out);
                    return false;
                });
            }
            return;
        }
        RandomCount count = RandomCount.parse(args, "withscores");
        SortedSetValue set = ctx.db().read(args.get(1), SortedSetValue.TYPE);
        if (set == null || count.howMany() == 0) {
            out.array(0);
            return;
        }
        ZrandmemberCommand reply = new ZrandmemberCommand(random, count.withValues(), out);
        if (count.mayRepeat()) {
            reply.again(set, count.howMany());
        } else {
            reply.different(set, Math.min(count.howMany(), set.size()));
        }
    }

    private void again(SortedSetValue set, long count) {
        begin(count);
        for (long i = 0; i < count && !out.isRefused(); i++) {
            set.random(random, this::write);
        }
    }

    private void different(SortedSetValue set, long wanted) {
        long size = set.size();
        begin(wanted);
        if (set.isLarge() && wanted * CHOSEN_ONE_BY_ONE < size) {
            Set<Long> chosen = new HashSet<>();
            while (chosen.size() < wanted) {
                set.random(random, (member, score) -> chosen.add(member.bytes().address()) && write(member, score));
            }
            return;
        }
        long[] left = {size, wanted};
        set.walk(0, true, (member, score) -> {
            if (random.nextLong(left[0]) < left[1]) {
                write(member, score);
                left[1]--;
            }
            left[0]--;
            return left[1] > 0;
        });
    }

    private void begin(long count) {
        out.array(Math.toIntExact(scores && out.protocol() < 3 ? count * 2 : count));
    }

    private boolean write(io.vireo.value.StringValue member, double score) {
        if (scores && out.protocol() >= 3) {
            out.array(2);
        }
        StringCommands.reply(member, out);
        if (scores) {
            SortedSetCommands.reply(score, out);
        }
        return true;
    }
}
