package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import io.vireo.value.StreamConsumer;
import io.vireo.value.StreamGroup;
import io.vireo.value.StreamId;
import io.vireo.value.StreamValue;
import java.util.ArrayList;
import java.util.List;

/** XCLAIM and XAUTOCLAIM, whose rows are in {@link StreamCommands}: entries go from one consumer to another. */
final class StreamClaims {
    private static final ErrorReply BAD_COUNT = ErrorReply.of("ERR COUNT must be > 0");
    private static final int ATTEMPTS_PER_COUNT = 10;
    private static final long DEFAULT_COUNT = 100;
    private static final long MOST_COUNT = Long.MAX_VALUE / 16;

    private final CommandContext ctx;
    private final Bytes key;
    private final StreamValue stream;
    private final StreamGroup group;
    private final Bytes consumerName;
    private final long minIdleMs;
    private StreamConsumer consumer;
    private final List<StreamId> claimed = new ArrayList<>();
    private final List<StreamId> gone = new ArrayList<>();
    private boolean tellsPosition;

    private StreamClaims(CommandContext ctx, Args args, String command) {
        this.ctx = ctx;
        this.key = args.get(1);
        this.stream = ctx.db().change(key, StreamValue.TYPE);
        this.group = stream == null ? null : stream.group(args.get(2));
        if (group == null) {
            throw StreamGroupCommands.noKeyOrGroup(key, args.get(2)).raise();
        }
        this.consumerName = args.get(3);
        this.minIdleMs =
                Math.max(0, number(args.get(4), ErrorReply.of("ERR Invalid min-idle-time argument for " + command)));
    }

    private static long number(Bytes word, ErrorReply otherwise) {
        if (!Decimal.isLong(word)) {
            throw otherwise.raise();
        }
        return Decimal.toLong(word);
    }

    /**
     * XCLAIM key group consumer min-idle-time id [id ...] [IDLE ms] [TIME unix-time-ms] [RETRYCOUNT count] [FORCE]
     * [JUSTID] [LASTID id]. Replies with the entries, or their ids. Replicas receive an XCLAIM of each as it is then.
     */
    static void xclaim(CommandContext ctx, Args args, ReplyWriter out) {
        StreamClaims claims = new StreamClaims(ctx, args, "XCLAIM");
        List<StreamId> ids = new ArrayList<>();
        int i = 5;
        for (StreamId id; i < args.count() && (id = StreamIds.parse(args.get(i), 0, 0)) != null; i++) {
            ids.add(id);
        }
        How how = How.parse(ctx, args, i);

        if (how.lastId != null && how.lastId.compareTo(claims.group.lastId()) > 0) {
            claims.group.lastId(how.lastId);
            claims.tellsPosition = true;
        }
        for (StreamId id : ids) {
            claims.claim(id, how);
        }
        claims.end();

        claims.reply(how.justIds, out);
    }

    /**
     * XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID]. Replies with where to go on, the entries
     * or their ids, and the ids of entries that are deleted. Replicas receive an XCLAIM of each as it is then.
     */
    static void xautoclaim(CommandContext ctx, Args args, ReplyWriter out) {
        long minIdle = number(args.get(4), ErrorReply.of("ERR Invalid min-idle-time argument for XAUTOCLAIM"));
        StreamId start = StreamIds.start(args.get(5));
        long count = DEFAULT_COUNT;
        boolean justIds = false;
        for (int i = 6; i < args.count(); i++) {
            if (args.get(i).isWord("count") && i + 1 < args.count()) {
                count = Numbers.atLeast(1, args.get(++i), BAD_COUNT);
                if (count > MOST_COUNT) {
                    throw BAD_COUNT.raise();
                }
            } else if (args.get(i).isWord("justid")) {
                justIds = true;
            } else {
                throw ErrorReply.SYNTAX.raise();
            }
        }
        StreamClaims claims = new StreamClaims(ctx, args, "XAUTOCLAIM");
        StreamId next = claims.claimFrom(start, count, minIdle, justIds);
        claims.end();

        out.array(3);
        StreamIds.write(next, out);
        claims.reply(justIds, out);
        out.array(claims.gone.size());
        claims.gone.forEach(id -> StreamIds.write(id, out));
    }

    private StreamId claimFrom(StreamId start, long count, long minIdle, boolean justIds) {
        long attempts = count * ATTEMPTS_PER_COUNT;
        How how = new How(ctx.nowMs(), -1, false, justIds, null);
        List<StreamId> candidates = new ArrayList<>();
        StreamId[] next = {StreamId.MIN};
        long[] left = {attempts, count};
        group.walk(start, entry -> {
            boolean idle = ctx.nowMs() - entry.deliveredMs() >= minIdle || !stream.contains(entry.id());
            if (left[0]-- == 0 || left[1] == 0) {
                next[0] = entry.id();
                return false;
            }
            if (idle) {
                candidates.add(entry.id());
                left[1]--;
            }
            return true;
        });
        candidates.forEach(id -> claim(id, how));
        return next[0];
    }

    /**
     * How entries are claimed.
     *
     * @param deliveredMs the time of delivery they get
     * @param deliveries the count they get; -1 for one more than they have
     * @param force whether an entry that is not pending is made so
     */
    private record How(long deliveredMs, long deliveries, boolean force, boolean justIds, StreamId lastId) {
        static How parse(CommandContext ctx, Args args, int from) {
            long deliveredMs = -1;
            long deliveries = -1;
            boolean force = false;
            boolean justIds = false;
            StreamId lastId = null;
            for (int i = from; i < args.count(); i++) {
                Bytes option = args.get(i);
                boolean more = i + 1 < args.count();
                if (option.isWord("force")) {
                    force = true;
                } else if (option.isWord("justid")) {
                    justIds = true;
                } else if (option.isWord("idle") && more) {
                    deliveredMs = ctx.nowMs() - number(args.get(++i), invalid("IDLE"));
                } else if (option.isWord("time") && more) {
                    deliveredMs = number(args.get(++i), invalid("TIME"));
                } else if (option.isWord("retrycount") && more) {
                    deliveries = number(args.get(++i), invalid("RETRYCOUNT"));
                } else if (option.isWord("lastid") && more) {
                    lastId = StreamIds.strict(args.get(++i), 0);
                } else {
                    throw ErrorReply.of("ERR Unrecognized XCLAIM option '" + option + "'")
                            .raise();
                }
            }
            boolean usable = deliveredMs >= 0 && deliveredMs <= ctx.nowMs();
            return new How(usable ? deliveredMs : ctx.nowMs(), deliveries, force, justIds, lastId);
        }

        private static ErrorReply invalid(String option) {
            return ErrorReply.of("ERR Invalid " + option + " option argument for XCLAIM");
        }
    }

    private void claim(StreamId id, How how) {
        StreamGroup.Pending pending = group.pending(id);
        if (!stream.contains(id)) {
            if (pending != null) { // nobody can ever acknowledge it
                StreamEffects.claim(ctx, key, group, pending);
                group.acknowledge(id);
                gone.add(id);
                tellsPosition = false;
            }
            return;
        }
        if (pending == null && !how.force) {
            return;
        }
        if (pending != null && minIdleMs > 0 && ctx.nowMs() - pending.deliveredMs() < minIdleMs) {
            return;
        }
        long before = pending == null ? 0 : pending.deliveries();
        long deliveries = how.deliveries >= 0 ? how.deliveries : how.justIds ? before : before + 1;
        group.deliver(id, owner(), how.deliveredMs, deliveries);
        owner().active(ctx.nowMs());
        claimed.add(id);
        StreamEffects.claim(ctx, key, group, group.pending(id));
        tellsPosition = false;
    }

    private StreamConsumer owner() {
        if (consumer == null) {
            consumer = group.consumer(consumerName);
            if (consumer == null) {
                consumer = group.addConsumer(consumerName.toArray(), ctx.nowMs(), -1);
                ctx.changed(key, "xgroup-createconsumer");
            }
            consumer.seen(ctx.nowMs());
        }
        return consumer;
    }

    private void end() {
        if (tellsPosition) {
            StreamEffects.position(ctx, key, group);
        }
        if (tellsPosition || !claimed.isEmpty() || !gone.isEmpty()) {
            ctx.changed((long) Math.max(1, claimed.size() + gone.size()));
        }
        ctx.keepLocal();
    }

    private void reply(boolean justIds, ReplyWriter out) {
        out.array(claimed.size());
        for (StreamId id : claimed) {
            if (justIds) {
                StreamIds.write(id, out);
            } else {
                stream.find(id, entry -> {
                    StreamIds.write(entry, out);
                    return false;
                });
            }
        }
    }
}
