package io.vireo.voter;

import io.vireo.topology.NodeId;
import java.util.Optional;

/** Whom a voter lets lead, and until when it keeps others out. Not on disk: after a restart the voter keeps out everybody. */
record Grant(Optional<NodeId> holder, long untilMs) {

    static Grant nobodyUntil(long untilMs) {
        return new Grant(Optional.empty(), untilMs);
    }

    static Grant to(NodeId node, long untilMs) {
        return new Grant(Optional.of(node), untilMs);
    }

    /** Whether this node might stand for election now. */
    boolean isFreeFor(NodeId node, long nowMs) {
        return nowMs >= untilMs || holder.equals(Optional.of(node));
    }
}
