package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.NodeId;
import java.util.Optional;

/** What a voter is asked. {@link VoterWords} gives the words on the wire. */
public sealed interface VoterRequest {

    /**
     * Promise this node that no lower epoch will be accepted any more, and keep others out for a while.
     *
     * @param nonce random, another one for each attempt: a request with the epoch and nonce of the promise is that one
     *     again, sent twice
     * @param released the epoch whose primary has ended its own lease to hand over, or {@link Epoch#NONE}
     */
    record Prepare(Epoch epoch, NodeId candidate, long nonce, Epoch released) implements VoterRequest {}

    /**
     * Keep this record, and grant its primary the lease. Sent again and again, it renews the lease.
     *
     * @param nonce that of the promise of the record's epoch
     * @param sentAtMs by the primary's clock; comes back in the answer
     */
    record Accept(GroupRecord record, long nonce, long sentAtMs) implements VoterRequest {}

    /** The candidate that was promised this has given up: others need not wait. */
    record Release(Epoch epoch, long nonce) implements VoterRequest {}

    /**
     * How do things stand?
     *
     * @param sentAtMs by the clock of whoever asks; comes back in the answer
     * @param report what the node tells of itself; empty if it is no data node
     */
    record Status(NodeId asking, long sentAtMs, Optional<NodeReport> report) implements VoterRequest {}

    /** A voter without its file asks: what have you promised? */
    record Recall(long sentAtMs) implements VoterRequest {}

    /** A voter without its file asks: promise no lower epoch than this one, to nobody. */
    record Fence(Epoch epoch, long nonce) implements VoterRequest {}
}
