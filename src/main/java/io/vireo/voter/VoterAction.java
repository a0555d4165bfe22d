package io.vireo.voter;

import io.vireo.topology.VoterId;
import io.vireo.voter.VoterEvent.Peer;

/** What a voter wants done; a {@link Say} too. */
public sealed interface VoterAction permits Say, VoterAction.Persist, VoterAction.Answer, VoterAction.Ask {

    /** Replace the file by this; {@code Persisted} or {@code PersistFailed} will follow. There is never more than one under way. */
    record Persist(VoterMemory memory) implements VoterAction {}

    record Answer(Peer to, VoterReply reply) implements VoterAction {}

    record Ask(VoterId voter, VoterRequest request) implements VoterAction {}
}
