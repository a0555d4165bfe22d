package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.RoleChange;
import java.util.List;
import java.util.Optional;

/**
 * All that a data node knows of its group.
 *
 * @param report how its own data stand
 * @param known the newest record that it has heard of; it need not be decided
 * @param highest the highest epoch that it has heard of
 * @param version that of the latest terms
 * @param role what it last became
 * @param startedMs when it started
 * @param runsMs when the thread of the keyspace last made progress
 */
public record NodeState(
        Ledger ledger,
        NodeReport report,
        Probes probes,
        Optional<GroupRecord> known,
        Epoch highest,
        Dice dice,
        long version,
        RoleChange role,
        long startedMs,
        long runsMs,
        Duty duty) {

    public Incarnation self() {
        return ledger.durable().incarnation();
    }

    /** The highest epoch that is on the disk. */
    public Epoch durableEpoch() {
        return ledger.durable().epoch();
    }

    /** The highest epoch that the node has stood for or followed. */
    public Epoch epoch() {
        return ledger.wanted().epoch();
    }

    /** Whether a message of a stream of this epoch may be applied. */
    public boolean takesStreamOf(Epoch epoch) {
        return duty instanceof Duty.Following && !epoch.isBefore(epoch());
    }

    /**
     * Whether a stream of this epoch may be acknowledged. The history and the log up to the acknowledged offset must be on
     * the disk too, where this node acknowledges only what is.
     */
    public boolean mayAcknowledge(Epoch epoch) {
        return takesStreamOf(epoch) && durableEpoch().equals(epoch);
    }

    /** What a process writes into the file as its last deed, when everything else is on the disk. */
    public NodeMemory memoryAfterCleanStop() {
        return ledger.wanted().afterCleanStop();
    }

    /** All nodes of the group that voters have heard of. */
    public List<VoterReply.Heard> heard() {
        return probes.heard();
    }
}
