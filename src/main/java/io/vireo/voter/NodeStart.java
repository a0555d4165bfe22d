package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.NodeId;
import java.util.Optional;

/**
 * Who a data node is when it starts: the incarnation that it was, if it can prove that its log still holds all that it ever
 * acknowledged, and another one otherwise.
 *
 * <p>Proof is a clean stop, or that it acknowledges only what is on the disk; and that the log was read whole. What this
 * gives must be on the disk before the node tells anybody its name: a clean stop is a proof only once.
 */
public final class NodeStart {
    private NodeStart() {}

    /**
     * Gives what to write into the file, and to start with.
     *
     * @param file empty if there is none, or none that can be trusted
     * @param durableAcks whether this node acknowledges only what is on the disk, and did so before
     * @param logWhole whether the log was found and read up to its end; false for an empty directory
     * @param fresh the names to take where new ones are needed
     */
    public static NodeMemory decide(Optional<NodeMemory> file, boolean durableAcks, boolean logWhole, Fresh fresh) {
        if (file.isEmpty()) {
            return new NodeMemory(fresh.node(), fresh.token(), Epoch.NONE, false);
        }
        NodeMemory was = file.get();
        boolean proven = logWhole && (was.clean() || durableAcks);
        return new NodeMemory(was.node(), proven ? was.token() : fresh.token(), was.epoch(), false);
    }

    /** Names that nobody had before. */
    public record Fresh(NodeId node, long token) {}
}
