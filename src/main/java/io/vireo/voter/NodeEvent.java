package io.vireo.voter;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.VoterId;
import java.util.Optional;

/** What happens to a data node. */
public sealed interface NodeEvent {

    /** Time passes; told every few tens of milliseconds. */
    record Tick() implements NodeEvent {}

    /** A voter answered. */
    record Answered(VoterId from, VoterReply reply) implements NodeEvent {}

    /** This is on the disk, and will be there after a loss of power. */
    record Persisted(NodeMemory memory) implements NodeEvent {}

    /** It could not be brought to the disk. */
    record PersistFailed() implements NodeEvent {}

    /** How the node's own data stand; told whenever that changes, and at least each time the voters are asked. */
    record Stands(NodeReport report) implements NodeEvent {}

    /** The thread of the keyspace has made progress. */
    record KeyspaceRuns() implements NodeEvent {}

    // What a replica hears.

    /** A message of the stream came from the primary of this epoch, if only that it lives. */
    record StreamHeard(Epoch epoch) implements NodeEvent {}

    /** The primary of this epoch has ended its own lease, so that this node may lead. */
    record HandoverOffered(Epoch released) implements NodeEvent {}

    // What a primary hears.

    /** Another node presents this epoch. */
    record EpochPresented(Epoch epoch) implements NodeEvent {}

    /**
     * A replica holds the stream of this epoch up to this offset.
     *
     * @param end the end of our log at this moment
     */
    record Acked(Incarnation who, Epoch epoch, long offset, long end) implements NodeEvent {}

    /**
     * The thread of the keyspace obeys these terms from now on.
     *
     * @param released the highest offset, in this epoch, that any byte that has left tells of, or that replicas were told
     *     they may show
     */
    record Adopted(long version, long released) implements NodeEvent {}

    /** Under these terms, which let nothing be applied any more, everything held has left; the log ends here. */
    record Drained(long version, long end) implements NodeEvent {}

    /** The log goes on under a new name from this offset on, for this epoch. */
    record HistoryTaken(Epoch epoch, long end) implements NodeEvent {}

    // What the operator wants.

    /** Hand over to this node, or to the one best suited. */
    record HandoverWanted(Optional<NodeId> target) implements NodeEvent {}

    /** Change the mode of the group. */
    record ModeWanted(ConsistencyMode mode) implements NodeEvent {}

    /** Lead, whoever is a member: what only others hold is lost. The voters must agree all the same. */
    record LeadAnyway() implements NodeEvent {}
}
