package io.vireo.voter;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * What the thread of the keyspace may do: apply commands, and let bytes leave. It is asked for each command and at each
 * flush; it is immutable, and another one takes its place.
 *
 * @param version another one each time more than the end of the lease changes
 * @param self this node, whose own copy counts by the same rule as any other's
 * @param leaseUntilMs the lease holds before this time
 * @param decided the in-sync set of the record that a majority of the voters has; empty before the first
 * @param pending the set of the record that is on its way to them, or the same as {@code decided}. It counts from before the
 *     first voter hears of it until a majority has it: in between either may be what an election finds.
 */
public record Terms(
        long version,
        Epoch epoch,
        Incarnation self,
        Door door,
        long leaseUntilMs,
        ConsistencyMode mode,
        int minSync,
        Set<Incarnation> decided,
        Set<Incarnation> pending) {

    /** How far the door to the clients stands open. */
    public enum Door {
        /** Nothing is applied, and nothing leaves: what was held is uncertain. */
        CLOSED,
        /** Nothing is applied, and what is held may leave: a handover is being prepared. */
        DRAINING,
        /** Commands are applied. */
        OPEN
    }

    /** Why a command is refused before it is applied. */
    public enum Refusal {
        NONE,
        /** This node does not lead, or does not yet, or hands over. */
        NOT_LEADING,
        NO_LEASE,
        /** Too few nodes hold everything. */
        TOO_FEW_MEMBERS
    }

    /** Those of a node that does not lead. */
    static Terms closed(long version, Epoch epoch, Incarnation self) {
        return new Terms(version, epoch, self, Door.CLOSED, Lease.NEVER, ConsistencyMode.ASYNC, 0, Set.of(), Set.of());
    }

    /** Whether a command may be applied. */
    public Refusal refusal(boolean write, long nowMs) {
        if (door != Door.OPEN) {
            return Refusal.NOT_LEADING;
        }
        if (nowMs >= leaseUntilMs) {
            return Refusal.NO_LEASE;
        }
        return write && !hasEnoughMembers() ? Refusal.TOO_FEW_MEMBERS : Refusal.NONE;
    }

    /**
     * Up to where every member holds the stream of this epoch. Computed afresh each time, and not kept as a maximum: a
     * member may have come back with less.
     *
     * @param acks those of this epoch, else nobody holds anything
     * @param ownHeld up to where this node itself holds it: to the end of the log, or of what is on the disk
     * @return an offset, or {@link Acks#NOTHING}
     */
    public long releaseOffset(Acks acks, long ownHeld) {
        return acks.epoch().equals(epoch) ? releaseOffset(members(), acks::offsetOf, ownHeld) : Acks.NOTHING;
    }

    /** All that count: of the decided set, and of the one that is on its way to the voters. */
    public List<Incarnation> members() {
        Set<Incarnation> members = new TreeSet<>(decided);
        members.addAll(pending);
        return List.copyOf(members);
    }

    /**
     * As {@link #releaseOffset(Acks, long)}, for a thread that asks often.
     *
     * @param members as {@link #members} gives them
     * @param held up to where a member holds the stream of this epoch, or {@link Acks#NOTHING}
     */
    public long releaseOffset(List<Incarnation> members, ToLongFunction<Incarnation> held, long ownHeld) {
        long least = members.isEmpty() ? Acks.NOTHING : Long.MAX_VALUE;
        for (int i = 0; i < members.size(); i++) {
            Incarnation member = members.get(i);
            least = Math.min(least, member.equals(self) ? ownHeld : held.applyAsLong(member));
        }
        return least;
    }

    /**
     * Whether bytes may leave now, in the turn in which they are given to the socket.
     *
     * @param madeIn the epoch in which the command was applied that made them
     * @param offset the end of the log after it
     * @param write whether it changed something
     * @param releaseOffset of {@link #releaseOffset}; not asked for in async mode
     */
    public boolean mayLeave(Epoch madeIn, long offset, boolean write, long releaseOffset, long nowMs) {
        if (door == Door.CLOSED || !madeIn.equals(epoch) || nowMs >= leaseUntilMs) {
            return false;
        }
        return mode == ConsistencyMode.ASYNC || offset <= releaseOffset && (!write || hasEnoughMembers());
    }

    private boolean hasEnoughMembers() {
        return mode == ConsistencyMode.ASYNC || decided.size() - 1 >= minSync && pending.size() - 1 >= minSync;
    }
}
