package io.vireo.voter;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Role;
import io.vireo.topology.RoleChange;
import io.vireo.topology.VoterId;
import io.vireo.voter.Duty.Following;
import io.vireo.voter.Duty.Leading;
import io.vireo.voter.Duty.Standing;
import io.vireo.voter.NodeEvent.Answered;
import io.vireo.voter.NodeEvent.EpochPresented;
import io.vireo.voter.NodeEvent.HandoverOffered;
import io.vireo.voter.NodeEvent.KeyspaceRuns;
import io.vireo.voter.NodeEvent.LeadAnyway;
import io.vireo.voter.NodeEvent.PersistFailed;
import io.vireo.voter.NodeEvent.Persisted;
import io.vireo.voter.NodeEvent.Stands;
import io.vireo.voter.NodeEvent.StreamHeard;
import io.vireo.voter.NodeEvent.Tick;
import io.vireo.voter.VoterReply.Promised;
import io.vireo.voter.VoterReply.Refused;
import io.vireo.voter.VoterReply.StatusIs;
import io.vireo.voter.VoterRequest.Status;
import java.util.Optional;

/**
 * A data node in its group: whom it follows, when it stands for election, and how it leads.
 *
 * <pre>
 *              silence, and the voters are free ({@link Suspicion});
 *              a handover; an operator                                   elected
 *   Following -------------------------------------------> Standing ---------------> Leading
 *     ^    ^                                                |    ^                    |   |
 *     |    +------- refused, too late, another leads -------+    +-- a rival epoch ---+   |
 *     +-------------------------------------- another leads, or might, without the lease -+
 * </pre>
 *
 * <p>It starts as a replica, whatever it was before. {@link Candidacy} draws what happens while it stands,
 * {@link Leadership} while it leads. What is the same in all states happens here: it asks the voters regularly how things
 * stand, remembers the newest record and the highest epoch, and keeps its own epoch on the disk.
 */
@RunsOn(Loop.ANY)
public final class GroupNode {
    private GroupNode() {}

    /**
     * A node that starts.
     *
     * @param durable what its file holds, as {@link NodeStart} gives it; it must be on the disk already
     * @param seed random: no two starts of any node may have the same
     */
    public static NodeState start(NodeMemory durable, NodeReport report, long seed, NodeSettings settings, long nowMs) {
        long silentMs = nowMs - settings.timing().downAfterMs() - 1;
        return new NodeState(
                Ledger.of(durable),
                report,
                Probes.NONE,
                Optional.empty(),
                durable.epoch(),
                new Dice(seed),
                0,
                new RoleChange(Role.REPLICA, Epoch.NONE, Optional.empty()),
                nowMs,
                nowMs,
                new Following(silentMs, nowMs, Optional.empty()));
    }

    /** Moves the node one event on. */
    public static Step<NodeState, NodeAction> on(NodeState state, NodeEvent event, NodeSettings settings, long nowMs) {
        Turn turn = new Turn(state, settings, nowMs);
        note(event, turn);
        Duty next = switch (state.duty()) {
            case Following s -> following(s, event, turn);
            case Standing s -> Candidacy.on(s, event, turn);
            case Leading s -> Leadership.on(s, event, turn);
        };
        return turn.done(next);
    }

    /** What is learnt from an event in every state. */
    private static void note(NodeEvent event, Turn turn) {
        switch (event) {
            case Tick e -> {
                turn.ledger = turn.ledger.ticked();
                probe(turn);
            }
            case Answered e -> note(e.from(), e.reply(), turn);
            case Persisted e -> turn.ledger = turn.ledger.done(e.memory());
            case PersistFailed e -> turn.ledger = turn.ledger.failed();
            case Stands e -> turn.report = e.report();
            case KeyspaceRuns e -> turn.runsMs = turn.nowMs;
            case StreamHeard e -> turn.heardOf(e.epoch());
            case EpochPresented e -> turn.heardOf(e.epoch());
            default -> {}
        }
    }

    private static void note(VoterId from, VoterReply reply, Turn turn) {
        switch (reply) {
            case StatusIs e -> {
                turn.probes = turn.probes.with(from, e);
                turn.heardOf(e.promised());
                e.record().ifPresent(turn::heardOf);
            }
            case Promised e -> e.record().ifPresent(turn::heardOf);
            case Refused e -> turn.heardOf(e.promised());
            default -> {}
        }
    }

    private static void probe(Turn turn) {
        if (turn.nowMs >= turn.probes.askAtMs()) {
            turn.probes = turn.probes.asked(turn.nowMs + turn.timing.probeMs());
            turn.sendAll(new Status(turn.self().node(), turn.nowMs, Optional.of(turn.report)));
        }
    }

    private static Duty following(Following s, NodeEvent event, Turn turn) {
        turn.follow();
        return switch (event) {
            case Tick e -> Suspicion.tick(s, turn);
            case StreamHeard e -> streamHeard(s, e.epoch(), turn);
            case HandoverOffered e
            when !e.released().isBefore(lastEpoch(turn)) -> Candidacy.begin(Ballot.Cause.handover(e.released()), turn);
            case LeadAnyway e -> Candidacy.begin(Ballot.Cause.OPERATOR, turn);
            default -> s;
        };
    }

    /** A stream of a lower epoch than its own is not of its primary; of a higher one, it is in that epoch from now on. */
    private static Following streamHeard(Following s, Epoch epoch, Turn turn) {
        if (epoch.isBefore(lastEpoch(turn))) {
            return s;
        }
        turn.ledger = turn.ledger.wanting(epoch);
        return new Following(turn.nowMs, s.notBeforeMs(), s.waiting());
    }

    private static Epoch lastEpoch(Turn turn) {
        Epoch ofRecord = turn.known.map(GroupRecord::epoch).orElse(Epoch.NONE);
        return Epoch.later(ofRecord, turn.ledger.wanted().epoch());
    }
}
