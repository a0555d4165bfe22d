package io.vireo.topology;

import java.util.Collections;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the majority of the voters keeps of a group: who leads, and who holds all that was acknowledged.
 *
 * @param seq counts the records, over all epochs
 * @param inSync the primary among them; in the order of their names
 */
public record GroupRecord(Epoch epoch, long seq, NodeId primary, Set<Incarnation> inSync, ConsistencyMode mode) {
    private static final Comparator<GroupRecord> AGE =
            Comparator.comparing(GroupRecord::epoch).thenComparingLong(GroupRecord::seq);

    public GroupRecord {
        inSync = Collections.unmodifiableSet(new TreeSet<>(inSync));
    }

    /** By epoch, and within an epoch by number. */
    public boolean isNewerThan(GroupRecord other) {
        return AGE.compare(this, other) > 0;
    }

    /** Whether this incarnation holds all that was acknowledged. */
    public boolean lists(Incarnation incarnation) {
        return inSync.contains(incarnation);
    }

    /** The next record of the same epoch. */
    public GroupRecord next(Set<Incarnation> members, ConsistencyMode nextMode) {
        return new GroupRecord(epoch, seq + 1, primary, members, nextMode);
    }

    @Override
    public String toString() {
        return epoch + "." + seq + " " + primary.shortText() + " "
                + inSync.stream().map(Incarnation::toString).collect(Collectors.joining(",", "{", "}")) + " " + mode;
    }
}
