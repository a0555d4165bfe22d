package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far the replicas hold the stream of one epoch, as each has told last. What they told in former epochs counts for
 * nothing: it was about another stream.
 */
public record Acks(Epoch epoch, Map<NodeId, Ack> byNode) {
    /** The offset of one that has told nothing. */
    public static final long NOTHING = -1;

    public Acks {
        byNode = Collections.unmodifiableMap(new TreeMap<>(byNode));
    }

    /**
     * The last word of a replica.
     *
     * @param offset where its copy of the stream ends; less than before if it has lost something
     * @param caughtUpAtMs when the log last ended where this replica is now, or before
     * @param markOffset an end of the log that it has yet to reach, which was the end at {@code markAtMs}
     */
    public record Ack(long token, long offset, long atMs, long caughtUpAtMs, long markOffset, long markAtMs) {
        private static Ack first(long token, long offset, long end, long nowMs) {
            return new Ack(token, offset, nowMs, offset >= end ? nowMs : Long.MIN_VALUE / 2, end, nowMs);
        }

        private Ack then(long newOffset, long end, long nowMs) {
            if (newOffset >= end) {
                return new Ack(token, newOffset, nowMs, nowMs, end, nowMs);
            }
            return newOffset >= markOffset
                    ? new Ack(token, newOffset, nowMs, markAtMs, end, nowMs)
                    : new Ack(token, newOffset, nowMs, caughtUpAtMs, markOffset, markAtMs);
        }
    }

    public static Acks none(Epoch epoch) {
        return new Acks(epoch, Map.of());
    }

    /**
     * A replica has told something.
     *
     * @param end the end of our log
     */
    public Acks with(Incarnation who, long offset, long end, long nowMs) {
        Map<NodeId, Ack> more = new TreeMap<>(byNode);
        Ack before = byNode.get(who.node());
        more.put(
                who.node(),
                before == null || before.token != who.token()
                        ? Ack.first(who.token(), offset, end, nowMs)
                        : before.then(offset, end, nowMs));
        return new Acks(epoch, more);
    }

    /** The last word of this incarnation; empty if another one of the same node has spoken since. */
    public Optional<Ack> of(Incarnation who) {
        return Optional.ofNullable(byNode.get(who.node())).filter(ack -> ack.token == who.token());
    }

    /** How far this incarnation holds the stream, or {@link #NOTHING}. */
    public long offsetOf(Incarnation who) {
        return of(who).map(Ack::offset).orElse(NOTHING);
    }

    /** Whether it has spoken, and has held what the log was, within so long. */
    boolean isCaughtUp(Incarnation who, long withinMs, long nowMs) {
        return of(who).filter(ack -> nowMs - ack.atMs <= withinMs && nowMs - ack.caughtUpAtMs <= withinMs)
                .isPresent();
    }
}
