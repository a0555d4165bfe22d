package io.vireo.command;

import io.vireo.resp.Args;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.HashValue;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** HRANDFIELD, whose row is in {@link HashCommands}. */
final class HashRandomCommand {
    /** Where fewer than a third of the fields are asked for, they are chosen one by one; else on a walk through all. */
    private static final int CHOSEN_ONE_BY_ONE = 3;

    private HashRandomCommand() {}

    /**
     * HRANDFIELD key [count [WITHVALUES]]. Replies with a field; with a positive count with so many different ones, or
     * all; with a negative one with so many, which may come again.
     */
    static void hrandfield(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() == 2) {
            HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
            if (hash == null) {
                out.nullBulk();
            } else {
                hash.random(ctx.keyspace().random(), (field, value) -> StringCommands.reply(field, out));
            }
            return;
        }
        RandomCount count = RandomCount.parse(args, "withvalues");

        HashValue hash = ctx.db().read(args.get(1), HashValue.TYPE);
        if (hash == null || count.howMany() == 0) {
            out.array(0);
        } else if (count.mayRepeat()) {
            again(hash, count.howMany(), count.withValues(), ctx.keyspace().random(), out);
        } else {
            different(hash, count.howMany(), count.withValues(), ctx.keyspace().random(), out);
        }
    }

    private static void again(HashValue hash, long count, boolean values, RandomGenerator random, ReplyWriter out) {
        begin(count, values, out);
        for (long i = 0; i < count && !out.isRefused(); i++) {
            hash.random(random, writer(values, out));
        }
    }

    private static void different(HashValue hash, long count, boolean values, RandomGenerator random, ReplyWriter out) {
        long size = hash.size();
        long wanted = Math.min(count, size);
        begin(wanted, values, out);
        HashValue.Visitor writer = writer(values, out);
        if (hash.isLarge() && wanted * CHOSEN_ONE_BY_ONE < size) {
            Set<Long> chosen = new HashSet<>();
            while (chosen.size() < wanted) {
                hash.random(random, (field, value) -> {
                    if (chosen.add(field.bytes().address())) {
                        writer.visit(field, value);
                    }
                });
            }
            return;
        }
        long[] left = {size, wanted};
        hash.forEach((field, value) -> {
            if (left[1] > 0 && random.nextLong(left[0]) < left[1]) {
                writer.visit(field, value);
                left[1]--;
            }
            left[0]--;
        });
    }

    private static void begin(long count, boolean values, ReplyWriter out) {
        out.array(Math.toIntExact(values && out.protocol() < 3 ? count * 2 : count));
    }

    private static HashValue.Visitor writer(boolean values, ReplyWriter out) {
        return (field, value) -> {
            if (values && out.protocol() >= 3) {
                out.array(2);
            }
            StringCommands.reply(field, out);
            if (values) {
                StringCommands.reply(value, out);
            }
        };
    }
}
