package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.Command;
import io.vireo.command.CommandFlag;
import io.vireo.command.CommandSpec;
import io.vireo.command.Gate;
import io.vireo.command.Session;
import io.vireo.config.Config;
import io.vireo.config.Consistency;
import io.vireo.config.Options;
import io.vireo.config.VoterOptions;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.replication.Feed;
import io.vireo.replication.Replication;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import java.util.function.LongSupplier;

/**
 * The strong mode of a node without voters. As the primary it takes writes while enough Vireo replicas count, and lets an
 * answer leave when all that count hold what it may depend on. A replica counts while it gets the stream and was heard of
 * within {@code min-replicas-max-lag}. A replica lets a read leave when its primary has told that what it saw is held so.
 *
 * <p>So whichever of the replicas that count an operator or a Sentinel promotes, it has all that was answered. That nobody
 * else takes itself for the primary meanwhile, nobody here can promise: that takes voters.
 */
@RunsOn(Loop.KEYSPACE)
public final class FixedPrimary implements ReleaseRule, Gate {
    private static final long NOTHING = Long.MIN_VALUE;
    private static final long SECOND_MS = 1_000;
    private final Config config;
    private final Replication replication;
    private final ReplicationLog stream;
    private final LongSupplier ownHeld;
    private final UncertainAnswers answers;

    private boolean servesData;
    private boolean tookWrites;
    /** The end of the stream behind the last turn in which a client's write was let pass. */
    private long writtenUpTo;

    private long turnBeganAt;
    private long dependsUpTo = NOTHING;
    private long heldTo;
    private long releasedTo = Long.MAX_VALUE;
    private boolean wasPrimary;
    private String historyId;

    /** @param ownHeld up to where this node itself holds the stream: to its end, or what is on the disk */
    public FixedPrimary(
            Config config,
            Replication replication,
            ReplicationLog stream,
            LongSupplier ownHeld,
            Outputs outputs,
            ServerLog log) {
        this.config = config;
        this.replication = replication;
        this.stream = stream;
        this.ownHeld = ownHeld;
        this.answers = new UncertainAnswers(outputs, log);
        this.historyId = stream.history().id();
    }

    @Override
    public boolean isStrong() {
        return config.get(Options.CONSISTENCY) == Consistency.STRONG;
    }

    // What may run.

    @Override
    public boolean concerns(CommandSpec command) {
        return command.mayReplicate() || command.has(CommandFlag.READONLY);
    }

    @Override
    public ErrorReply check(Session session, Command command, Args args) {
        if (session.kind() == Session.Kind.PRIMARY) {
            return null;
        }
        if (replication.isPrimary() && command.spec().mayReplicate()) {
            if (counting() < config.get(VoterOptions.MIN_SYNC_REPLICAS)) {
                return ErrorReply.NO_REPLICAS;
            }
            tookWrites = true;
        }
        servesData = true;
        return null;
    }

    private int counting() {
        int count = 0;
        for (Feed feed : replication.feeds()) {
            count += counts(feed) ? 1 : 0;
        }
        return count;
    }

    private boolean counts(Feed feed) {
        long mostLagMs = config.get(Options.MIN_REPLICAS_MAX_LAG) * SECOND_MS;
        return feed.replica().isVireo() && feed.isOnline() && (mostLagMs == 0 || feed.lagMs() <= mostLagMs);
    }

    // What may leave.

    @Override
    public void endOfTurn() {
        boolean isPrimary = replication.isPrimary();
        if (wasPrimary && !isPrimary) {
            answers.giveUpWaiting(UncertainAnswers.NOT_PRIMARY_ANY_MORE);
        }
        wasPrimary = isPrimary;
        boolean touched = hasTouchedData();
        if (tookWrites) {
            writtenUpTo = stream.endOffset();
        }
        servesData = false;
        tookWrites = false;
        turnBeganAt = stream.endOffset();
        if (!isStrong()) {
            releasedTo = Long.MAX_VALUE;
            return;
        }
        if (isCutOff() && !isPrimary) {
            writtenUpTo = 0;
            answers.giveUpAll(UncertainAnswers.OTHER_DATA);
        }
        dependsUpTo = touched ? toDependOn() : NOTHING;
        if (isPrimary) {
            look(touched);
        } else {
            long commit = replication.commitOffset();
            releasedTo = commit == 0 ? Long.MAX_VALUE : commit; // 0 is told by a primary that holds nothing back
        }
    }

    /** Whether another history has taken the place of the stream, and does not continue it. */
    private boolean isCutOff() {
        ReplicationHistory now = stream.history();
        boolean isCutOff = !now.id().equals(historyId) && !now.isFormer(historyId);
        historyId = now.id();
        return isCutOff;
    }

    /** What keeps reads waiting on a primary is what clients wrote, and not what the stream carries besides. */
    private long toDependOn() {
        return replication.isPrimary() ? writtenUpTo : stream.endOffset();
    }

    private void look(boolean touched) {
        int count = 0;
        long least = ownHeld.getAsLong();
        for (Feed feed : replication.feeds()) {
            if (counts(feed)) {
                count++;
                least = Math.min(least, feed.acked());
            }
        }
        boolean isNews = touched;
        if (count >= config.get(VoterOptions.MIN_SYNC_REPLICAS)) {
            isNews |= least != heldTo;
            heldTo = least;
        }
        releasedTo = heldTo;
        if (isNews) {
            tellReplicas();
        }
    }

    private void tellReplicas() {
        if (heldTo > 0) {
            for (Feed feed : replication.feeds()) {
                feed.commit(heldTo);
            }
        }
    }

    private boolean hasTouchedData() {
        return servesData || stream.endOffset() > turnBeganAt;
    }

    @Override
    public long dependsUpTo() {
        // Commands may run while connections are flushed, and what they put into others that are flushed later counts
        // too.
        return !isStrong() || tookWrites || !replication.isPrimary() && hasTouchedData()
                ? stream.endOffset()
                : Math.max(dependsUpTo, servesData ? writtenUpTo : NOTHING);
    }

    @Override
    public long releasedTo() {
        return isStrong() ? releasedTo : Long.MAX_VALUE;
    }

    /** To be called several times a second: ends what has waited too long. */
    public void tick() {
        if (!isStrong()) {
            return;
        }
        if (replication.isPrimary()) {
            tellReplicas();
        }
        answers.giveUpAfter(config.get(VoterOptions.STRONG_TIMEOUT), "replicas that count");
    }
}
