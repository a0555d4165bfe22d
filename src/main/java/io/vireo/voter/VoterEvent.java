package io.vireo.voter;

import io.vireo.topology.VoterId;

/** What happens to a voter. */
public sealed interface VoterEvent {

    /** Where an answer goes: the owner's name of a connection. */
    record Peer(String name) {}

    /** A question came, from a node or another voter of the same set. */
    record Asked(Peer from, VoterRequest request) implements VoterEvent {}

    /** Another voter answered. */
    record Answered(VoterId from, VoterReply reply) implements VoterEvent {}

    /** What was to be kept is on the disk, and will be there after a loss of power. */
    record Persisted(VoterMemory memory) implements VoterEvent {}

    /** It could not be brought to the disk; what is there now, the old or the new, is not known. */
    record PersistFailed() implements VoterEvent {}

    /** Time passes; told every few tens of milliseconds. */
    record Tick() implements VoterEvent {}
}
