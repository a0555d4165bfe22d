package io.vireo.voter;

import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.VoterId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The record of the primary's epoch, and the one change of it that may be under way.
 *
 * <pre>
 *             a change is due              the keyspace counts both sets, and
 *                                          new members hold all that has left
 *   Settled -----------------> Adopting -----------------------------------> Proposing
 *      ^                          |                                           ^  |
 *      +--------------------------+  too late: nobody has heard of it         |  |
 *      +----------------------------------------------------------------------|--+  a majority of the voters has it
 *                                                          first record ------+
 * </pre>
 *
 * <p>What is in Proposing never goes back: whether the voters have it is found out by sending it again.
 */
public sealed interface InSync {
    /** What a majority of the voters has; empty before the first record. */
    Optional<GroupRecord> decided();

    /** What the voters are sent. */
    GroupRecord sent();

    /** The members that count besides the decided ones. */
    Set<Incarnation> pending();

    record Settled(GroupRecord record) implements InSync {
        @Override
        public Optional<GroupRecord> decided() {
            return Optional.of(record);
        }

        @Override
        public GroupRecord sent() {
            return record;
        }

        @Override
        public Set<Incarnation> pending() {
            return record.inSync();
        }
    }

    /**
     * The thread of the keyspace is told that both sets count. A member that is taken in must hold everything that had left
     * until then.
     *
     * @param version that of the terms which say so
     * @param released the highest offset that had left; empty as long as they are not adopted
     */
    record Adopting(GroupRecord record, GroupRecord next, long version, long deadlineMs, Optional<Long> released)
            implements InSync {
        @Override
        public Optional<GroupRecord> decided() {
            return Optional.of(record);
        }

        @Override
        public GroupRecord sent() {
            return record;
        }

        @Override
        public Set<Incarnation> pending() {
            return next.inSync();
        }

        /** Whether the voters may hear of it. */
        boolean isReady(Acks acks) {
            return released.isPresent()
                    && next.inSync().stream()
                            .filter(member -> !record.lists(member))
                            .allMatch(member -> acks.offsetOf(member) >= released.get());
        }
    }

    record Proposing(Optional<GroupRecord> decided, GroupRecord next, Set<VoterId> acceptedBy) implements InSync {
        public Proposing {
            acceptedBy = Set.copyOf(acceptedBy);
        }

        @Override
        public GroupRecord sent() {
            return next;
        }

        @Override
        public Set<Incarnation> pending() {
            return next.inSync();
        }

        Proposing with(VoterId voter) {
            Set<VoterId> more = new TreeSet<>(acceptedBy);
            more.add(voter);
            return new Proposing(decided, next, more);
        }
    }

    /**
     * The set as it should be: without those that are silent, behind or gone, with those that hold everything, and never so
     * small that it could acknowledge nothing.
     *
     * @param len0 where the log ended when the epoch began: who has not confirmed that much in this epoch may hold another
     *     tail
     * @param sinceMs when the first record of the epoch was decided: before that nobody is late
     */
    static Set<Incarnation> due(
            GroupRecord record,
            Incarnation self,
            Acks acks,
            long len0,
            long sinceMs,
            NodeSettings settings,
            long nowMs) {
        Timing timing = settings.timing();
        Set<Incarnation> due = new TreeSet<>();
        List<Incarnation> out = new ArrayList<>();
        for (Incarnation member : record.inSync()) {
            boolean isReplaced =
                    acks.byNode().containsKey(member.node()) && acks.of(member).isEmpty();
            boolean isEarly = nowMs - sinceMs <= timing.downAfterMs() && !isReplaced;
            boolean stays = member.equals(self) || isEarly || acks.isCaughtUp(member, timing.downAfterMs(), nowMs);
            if (stays) {
                due.add(member);
            } else {
                out.add(isReplaced ? out.size() : 0, member);
            }
        }
        acks.byNode().forEach((node, ack) -> {
            Incarnation replica = new Incarnation(node, ack.token());
            if (ack.offset() >= len0 && acks.isCaughtUp(replica, timing.liveMs(), nowMs)) {
                due.add(replica);
            }
        });
        int least = settings.leastMembers(record.mode());
        for (Incarnation member : out) {
            if (due.size() < least) {
                due.add(member);
            }
        }
        return due;
    }

    /** Whom the first record of an epoch names. The former primary is left out where that does no harm: it is probably down. */
    static Set<Incarnation> first(
            Optional<GroupRecord> newest, Incarnation self, Ballot.Cause cause, NodeSettings settings) {
        if (newest.isEmpty() || cause.anyway() || !newest.get().lists(self)) {
            return Set.of(self);
        }
        GroupRecord record = newest.get();
        Set<Incarnation> others = new TreeSet<>(record.inSync());
        if (!record.primary().equals(self.node()) && !cause.isHandover()) {
            others.removeIf(member -> member.node().equals(record.primary()));
        }
        return others.size() >= settings.leastMembers(record.mode()) ? others : record.inSync();
    }
}
