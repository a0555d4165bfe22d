package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import java.util.Comparator;

/**
 * What a data node tells the voters of itself, each time it asks how things stand.
 *
 * @param address {@code host:port} for its clients and replicas
 * @param priority as {@code replica-priority}: the smallest leads first, 0 never
 * @param history the epoch in which the history of its data was begun
 * @param offset the end of its log
 * @param whole whether its data are a whole copy of something, and not half of one
 */
public record NodeReport(NodeId node, String address, int priority, Epoch history, long offset, boolean whole) {
    /** Who should lead comes first. The node's name only makes the order the same for everybody. */
    static final Comparator<NodeReport> BEST_FIRST = Comparator.comparingInt(NodeReport::priority)
            .thenComparing(NodeReport::history, Comparator.reverseOrder())
            .thenComparing(NodeReport::offset, Comparator.reverseOrder())
            .thenComparing(NodeReport::node);

    /** Whether it has no data of any history that an election began. */
    public boolean isEmpty() {
        return history.equals(Epoch.NONE) && offset == 0;
    }

    /** Whether it may lead at all. */
    public boolean mayLead() {
        return whole && priority != 0;
    }
}
