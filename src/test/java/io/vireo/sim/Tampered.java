package io.vireo.sim;

import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.voter.NodeEvent;
import io.vireo.voter.NodeState;
import io.vireo.voter.Tampering;
import io.vireo.voter.Terms;
import io.vireo.voter.Terms.Door;
import io.vireo.voter.VoterEvent;
import io.vireo.voter.VoterMemory;
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
    private final Map<Epoch, Optional<GroupRecord>> oldest = new HashMap<>();

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
        return switch (asked.request()) {
            case VoterRequest.Prepare r when mistake == GroupMistake.LEASE_IS_IGNORED -> Tampering.withoutGrant(state);
            case VoterRequest.Accept r
            when mistake == GroupMistake.AN_OLDER_RECORD_IS_TAKEN && isOlderOfTheSameEpoch(r.record(), state) ->
                Tampering.holding(state, r.record());
            default -> state;
        };
    }

    private static boolean isOlderOfTheSameEpoch(GroupRecord record, VoterState state) {
        return state.memory()
                .votes()
                .flatMap(votes -> votes.record())
                .filter(kept -> kept.epoch().equals(record.epoch()) && kept.isNewerThan(record))
                .isPresent();
    }

    // Nodes.

    NodeState beforeNode(NodeState state) {
        return mistake == GroupMistake.GROWS_WITHOUT_LEN0 ? Tampering.withoutLen0(state) : state;
    }

    /** What a node is told instead; empty if it is told nothing. */
    Optional<NodeEvent> event(NodeState state, NodeEvent event, long nowMs) {
        if (mistake == GroupMistake.RIVALS_ARE_IGNORED && event instanceof NodeEvent.EpochPresented) {
            return Optional.empty();
        }
        if (mistake == GroupMistake.GROWS_WITHOUT_LEN0 && event instanceof NodeEvent.Acked e) {
            return Optional.of(new NodeEvent.Acked(e.who(), e.epoch(), e.offset(), Math.min(e.offset(), e.end())));
        }
        if (!(event instanceof NodeEvent.Answered answered)) {
            return Optional.of(event);
        }
        return Optional.of(
                switch (answered.reply()) {
                    case Accepted e
                    when mistake == GroupMistake.LEASE_FROM_RECEIPT ->
                        new NodeEvent.Answered(answered.from(), new Accepted(e.epoch(), e.seq(), nowMs));
                    case Promised e ->
                        new NodeEvent.Answered(
                                answered.from(),
                                new Promised(e.epoch(), e.nonce(), record(e.epoch(), e.record(), state), e.reborn()));
                    case StatusIs e
                    when mistake == GroupMistake.ANYBODY_MAY_STAND ->
                        new NodeEvent.Answered(
                                answered.from(),
                                new StatusIs(
                                        e.sentAtMs(),
                                        e.promised(),
                                        e.record().map(record -> Tampering.listing(record, state.self())),
                                        e.free(),
                                        e.heard()));
                    default -> event;
                });
    }

    private Optional<GroupRecord> record(Epoch epoch, Optional<GroupRecord> record, NodeState state) {
        return switch (mistake) {
            case ANYBODY_MAY_STAND -> record.map(one -> Tampering.listing(one, state.self()));
            case THE_OLDEST_RECORD_COUNTS ->
                oldest.merge(
                        epoch,
                        record,
                        (a, b) -> a.isEmpty() || b.isPresent() && b.get().isNewerThan(a.get()) ? a : b);
            default -> record;
        };
    }

    /** What the thread of the keyspace obeys instead. */
    Terms terms(Terms t, long nowMs) {
        return switch (mistake) {
            case SHRINKS_AT_ONCE ->
                t.decided().containsAll(t.pending()) ? Tampering.withSets(t, t.pending(), t.pending()) : t;
            case GROWS_TOO_LATE ->
                t.pending().containsAll(t.decided()) ? Tampering.withSets(t, t.decided(), t.decided()) : t;
            case NOT_SILENCED_BEFORE_A_HANDOVER ->
                t.door() != Door.CLOSED || t.decided().isEmpty() ? t : Tampering.open(t, t.leaseUntilMs());
            case SERVES_BEFORE_THE_FIRST_RECORD ->
                !t.decided().isEmpty() || t.pending().isEmpty() ? t : Tampering.open(t, nowMs + 800);
            default -> t;
        };
    }
}
