package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;

/**
 * The content of a data node's file.
 *
 * @param token that of its incarnation
 * @param epoch the highest that it ever stood for or followed
 * @param clean whether the process that wrote this ended in order, with everything on the disk; whoever starts consumes it
 */
public record NodeMemory(NodeId node, long token, Epoch epoch, boolean clean) {

    public Incarnation incarnation() {
        return new Incarnation(node, token);
    }

    NodeMemory in(Epoch newEpoch) {
        return new NodeMemory(node, token, newEpoch, clean);
    }

    /** What a process writes as its last deed. */
    public NodeMemory afterCleanStop() {
        return new NodeMemory(node, token, epoch, true);
    }
}
