package io.vireo.group;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.replication.Feed;
import io.vireo.replication.Member;
import io.vireo.replication.Replication;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Incarnation;
import io.vireo.voter.Acks;
import io.vireo.voter.Terms;
import io.vireo.voter.Terms.Door;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Up to where the stream is held by all who count, in strong mode: bytes that tell of more may not leave.
 *
 * <p>It is computed once a turn, before anything is flushed, from what the replicas have told by then: it is no maximum,
 * since a member may come back with less. On a replica it is what the primary has told last.
 */
@RunsOn(Loop.KEYSPACE)
final class CommitBarrier {
    /** What depends on nothing leaves whatever anybody holds. */
    private static final long NOTHING = Long.MIN_VALUE;

    private final Replication replication;
    private final ReplicationLog stream;
    private final LongSupplier ownHeld;

    private Terms terms;
    private List<Incarnation> members = List.of();
    private boolean isStrong;
    private long releasedTo = Long.MAX_VALUE;
    private long left;
    private long turnBeganAt;
    private long dependsUpTo = NOTHING;
    private boolean servesData;
    private String historyId;

    /** @param ownHeld up to where this node itself holds the stream: to its end, or what is on the disk */
    CommitBarrier(Replication replication, ReplicationLog stream, LongSupplier ownHeld) {
        this.replication = replication;
        this.stream = stream;
        this.ownHeld = ownHeld;
        this.historyId = stream.history().id();
    }

    /** On the primary: what holds from now on. Behind a closed door the mode stays: what is held stays held. */
    void adopt(Terms newTerms) {
        boolean countsOn = isStrong && terms != null && terms.epoch().equals(newTerms.epoch());
        terms = newTerms;
        members = terms.members();
        if (terms.door() != Door.CLOSED) {
            isStrong = terms.mode() == ConsistencyMode.STRONG;
        }
        if (!countsOn) {
            left = stream.endOffset();
        }
    }

    /** On the primary: the same terms, with a longer lease. */
    void renew(Terms longer) {
        terms = longer;
    }

    /** On a replica: the mode of the newest record. */
    void follow(ConsistencyMode mode) {
        terms = null;
        isStrong = mode == ConsistencyMode.STRONG;
    }

    boolean isStrong() {
        return isStrong;
    }

    /** A command that reads or writes data is let pass in this turn. */
    void serves() {
        servesData = true;
    }

    long turnBeganAt() {
        return turnBeganAt;
    }

    /**
     * What is being flushed may depend on all up to there; on nothing where no data were touched. Commands may run while
     * connections are flushed, and what they put into others that are flushed later counts too.
     */
    long dependsUpTo() {
        return !isStrong || hasTouchedData() ? stream.endOffset() : dependsUpTo;
    }

    private boolean hasTouchedData() {
        return servesData || stream.endOffset() > turnBeganAt;
    }

    /** Up to where bytes may leave; {@link Long#MAX_VALUE} where all may. */
    long releasedTo() {
        return isStrong ? releasedTo : Long.MAX_VALUE;
    }

    /** The highest offset that anything which has left tells of. */
    long left() {
        return isStrong ? left : stream.endOffset();
    }

    /**
     * Whether another history has taken the place of the stream in this turn, and does not continue it: what waits, waits
     * for offsets of a stream that is no more, and they cannot be compared with what is told of the new one.
     */
    boolean isCutOff() {
        ReplicationHistory now = stream.history();
        return !now.id().equals(historyId) && !now.isFormer(historyId);
    }

    /** The turn is over: looks how far all are, before anything is flushed. */
    void endTurn(long nowMs) {
        historyId = stream.history().id();
        boolean touched = hasTouchedData();
        dependsUpTo = touched ? stream.endOffset() : NOTHING;
        servesData = false;
        turnBeganAt = stream.endOffset();
        if (isStrong) {
            look(touched, nowMs);
        }
    }

    private void look(boolean touched, long nowMs) {
        if (terms == null) {
            releasedTo = replication.commitOffset();
            return;
        }
        boolean mayLeave = terms.door() != Door.CLOSED && nowMs < terms.leaseUntilMs();
        releasedTo = mayLeave ? terms.releaseOffset(members, this::heldBy, ownHeld.getAsLong()) : Acks.NOTHING;
        left = Math.max(left, Math.min(releasedTo, stream.endOffset()));
        if (touched) {
            tellReplicas();
        }
    }

    /** Has the replicas told of what is held by all, beside the stream. */
    void tellReplicas() {
        if (isStrong && terms != null && releasedTo >= 0) {
            for (Feed feed : replication.feeds()) {
                feed.commit(releasedTo);
            }
        }
    }

    private long heldBy(Incarnation who) {
        for (Feed feed : replication.feeds()) {
            Member member = feed.replica().member().orElse(null);
            if (member != null && member.incarnation().equals(who) && feed.isOnline()) {
                return feed.acked();
            }
        }
        return Acks.NOTHING;
    }
}
