package io.vireo.sim;

import io.vireo.topology.GroupRecord;
import io.vireo.topology.VoterId;
import io.vireo.voter.NodeEvent;
import io.vireo.voter.NodeState;
import io.vireo.voter.Tampering;
import io.vireo.voter.Terms;
import io.vireo.voter.Terms.Door;
import io.vireo.voter.VoterEvent;
import io.vireo.voter.VoterMemory;
import io.vireo.voter.VoterReply;
import io.vireo.voter.VoterReply.Accepted;
import io.vireo.voter.VoterReply.Promised;
import io.vireo.voter.VoterReply.StatusIs;
import io.vireo.voter.VoterRequest;
import io.vireo.voter.VoterState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Breaks rules at the edges of the machines: by what they are told, what they remember, and what is made of their answers. */
final class Tampered {
    private final GroupMistake mistake;
    private final Map<VoterId, GroupRecord> records = new HashMap<>();

    Tampered(GroupMistake mistake) {
        this.mistake = mistake;
    }

    // Voters.

    Optional<VoterMemory> voterFile(Optional<VoterMemory> file, RandomGenerator random) {
        return mistake == GroupMistake.AN_AMNESIAC_VOTES && file.isEmpty()
                ? Optional.of(Tampering.neverVoted(random.nextLong()))
                : file;
    }

    VoterState startedVoter(VoterState state) {
        return mistake == GroupMistake.NO_WAIT_AFTER_A_RESTART ? Tampering.withoutGrant(state) : state;
    }

    VoterState beforeVoter(VoterState state, VoterEvent event) {
        if (!(event instanceof VoterEvent.Asked asked)) {
            return state;
        }
        boolean isPrepare = asked.request() instanceof VoterRequest.Prepare;
        return isPrepare && mistake == GroupMistake.LEASE_IS_IGNORED ? Tampering.withoutGrant(state) : state;
    }

    // Nodes.

    /** What a node is told instead; empty if it is told nothing. */
    Optional<NodeEvent> event(NodeState state, NodeEvent event, long nowMs) {
        if (mistake == GroupMistake.RIVALS_ARE_IGNORED && event instanceof NodeEvent.EpochPresented) {
            return Optional.empty();
        }
        if (!(event instanceof NodeEvent.Answered answered)) {
            return Optional.of(event);
        }
        VoterId from = answered.from();
        VoterReply told = switch (answered.reply()) {
            case Accepted e when mistake == GroupMistake.LEASE_FROM_RECEIPT -> new Accepted(e.epoch(), e.seq(), nowMs);
            case Promised e -> new Promised(e.epoch(), e.nonce(), record(from, e.record(), state), e.reborn());
            case StatusIs e ->
                new StatusIs(e.sentAtMs(), e.promised(), record(from, e.record(), state), e.free(), e.heard());
            default -> answered.reply();
        };
        return Optional.of(new NodeEvent.Answered(from, told));
    }

    private Optional<GroupRecord> record(VoterId from, Optional<GroupRecord> record, NodeState state) {
        return switch (mistake) {
            case ANYBODY_MAY_STAND -> record.map(one -> Tampering.listing(one, state.self()));
            case THE_OLDEST_RECORD_COUNTS -> oldest(from, record);
            default -> record;
        };
    }

    /** The oldest of what the voters have, as they have told last. */
    private Optional<GroupRecord> oldest(VoterId from, Optional<GroupRecord> record) {
        record.ifPresent(one -> records.put(from, one));
        return records.values().stream().reduce((a, b) -> a.isNewerThan(b) ? b : a);
    }

    /** What the thread of the keyspace obeys instead. */
    Terms terms(Terms t) {
        return switch (mistake) {
            case SHRINKS_AT_ONCE ->
                t.decided().containsAll(t.pending()) ? Tampering.withSets(t, t.pending(), t.pending()) : t;
            case GROWS_TOO_LATE ->
                t.pending().containsAll(t.decided()) ? Tampering.withSets(t, t.decided(), t.decided()) : t;
            case NOT_SILENCED_BEFORE_A_HANDOVER ->
                t.door() != Door.CLOSED || t.decided().isEmpty() ? t : Tampering.open(t, t.leaseUntilMs());
            case SERVES_BEFORE_THE_FIRST_RECORD ->
                !t.decided().isEmpty() || t.pending().isEmpty() ? t : Tampering.open(t, Long.MAX_VALUE);
            default -> t;
        };
    }
}
