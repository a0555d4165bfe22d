package io.vireo.voter;

import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.VoterId;
import io.vireo.voter.Ballot.Elected;
import io.vireo.voter.Ballot.Preparing;
import io.vireo.voter.Ballot.Raising;
import io.vireo.voter.Duty.Following;
import io.vireo.voter.Duty.Standing;
import io.vireo.voter.NodeAction.TakeHistory;
import io.vireo.voter.NodeEvent.Answered;
import io.vireo.voter.NodeEvent.HistoryTaken;
import io.vireo.voter.NodeEvent.Tick;
import io.vireo.voter.VoterReply.Promised;
import io.vireo.voter.VoterReply.Refused;
import io.vireo.voter.VoterRequest.Prepare;
import io.vireo.voter.VoterRequest.Release;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A node stands for election.
 *
 * <pre>
 *            the epoch is on the disk        a majority promises, and this       the log has its new name
 *                                            node may lead after its record
 *   Raising ------------------> Preparing --------------------------------> Elected -------------> leads
 *      |                            |                                          |
 *      |                            | refused, too late, or not one that       |
 *      |                            v may lead: releases, follows again        |
 *      +-----------------> follows <-------------------------------------------+
 *         a newer epoch has a primary
 * </pre>
 *
 * <p>From the beginning on the node acknowledges no stream of a lower epoch, whatever becomes of the election.
 */
final class Candidacy {
    private final Turn turn;
    private final Timing timing;

    private Candidacy(Turn turn) {
        this.turn = turn;
        this.timing = turn.timing;
    }

    /** Begins to stand, in an epoch higher than any heard of. */
    static Standing begin(Ballot.Cause cause, Turn turn) {
        Epoch epoch = Epoch.later(turn.highest, turn.ledger.wanted().epoch()).next();
        turn.ledger = turn.ledger.wanting(epoch);
        turn.heardOf(epoch);
        turn.followNobody(epoch);
        return new Standing(new Raising(epoch, turn.random(), cause));
    }

    private record On(Ballot ballot, NodeEvent event) {}

    /** Moves the candidacy one event on. */
    static Duty on(Standing s, NodeEvent event, Turn turn) {
        return new Candidacy(turn).on(s, event);
    }

    private Duty on(Standing s, NodeEvent event) {
        boolean isOver = turn.known
                .map(record -> !record.epoch().isBefore(s.ballot().epoch()))
                .orElse(false);
        if (isOver) {
            return follow(0);
        }
        return switch (new On(s.ballot(), event)) {
            case On(Raising b, NodeEvent e) when turn.ledger.holds(b.epoch()) -> prepare(b);
            case On(Preparing b, Answered e)
            when turn.nowMs >= b.deadlineMs() ->
                giveUp(b, turn.randomBelow(timing.backOffMs())); // this node has slept: promises may be of another time
            case On(Preparing b, Answered(VoterId from, Promised e))
            when e.epoch().equals(b.epoch()) && e.nonce() == b.nonce() -> promised(b, from, e);
            case On(Preparing b, Answered(VoterId from, Refused e))
            when e.epoch().equals(b.epoch()) -> refused(b, from);
            case On(Preparing b, Tick t)
            when turn.nowMs >= b.deadlineMs() -> giveUp(b, turn.randomBelow(timing.backOffMs()));
            case On(Preparing b, Tick t) when turn.nowMs >= b.resendAtMs() -> new Standing(send(b));
            case On(Elected b, HistoryTaken e) when e.epoch().equals(b.epoch()) -> Leadership.begin(b, e.end(), turn);
            case On(Ballot b, NodeEvent e) -> s;
        };
    }

    private Standing prepare(Raising b) {
        long deadlineMs = turn.nowMs + timing.ballotMs();
        return new Standing(
                send(new Preparing(b.epoch(), b.nonce(), b.cause(), deadlineMs, turn.nowMs, Map.of(), Set.of())));
    }

    private Preparing send(Preparing b) {
        turn.sendAll(
                new Prepare(b.epoch(), turn.self().node(), b.nonce(), b.cause().released()));
        long resendAtMs = turn.nowMs + timing.resendMs();
        return new Preparing(b.epoch(), b.nonce(), b.cause(), b.deadlineMs(), resendAtMs, b.promises(), b.refusals());
    }

    private Duty promised(Preparing b, VoterId from, Promised e) {
        Map<VoterId, Promised> promises = new TreeMap<>(b.promises());
        promises.put(from, e);
        if (promises.size() < turn.majority()) {
            return new Standing(new Preparing(
                    b.epoch(), b.nonce(), b.cause(), b.deadlineMs(), b.resendAtMs(), promises, b.refusals()));
        }
        Optional<GroupRecord> newest =
                Voter.newest(promises.values().stream().map(Promised::record).toList());
        if (!b.cause().anyway() && !Suspicion.fits(newest, turn)) {
            return giveUp(b, timing.unfitMs() + turn.randomBelow(timing.backOffMs()));
        }
        turn.act(Say.notice("Elected as primary of epoch " + b.epoch() + " by " + promises.size() + " of "
                + turn.settings.voters().size() + " voters"));
        turn.act(new TakeHistory(b.epoch()));
        return new Standing(new Elected(b.epoch(), b.nonce(), b.cause(), newest));
    }

    private Duty refused(Preparing b, VoterId from) {
        Set<VoterId> refusals = new TreeSet<>(b.refusals());
        refusals.add(from);
        if (turn.settings.voters().size() - refusals.size() < turn.majority()) {
            return giveUp(b, turn.randomBelow(timing.backOffMs()));
        }
        return new Standing(
                new Preparing(b.epoch(), b.nonce(), b.cause(), b.deadlineMs(), b.resendAtMs(), b.promises(), refusals));
    }

    /** Without the release, voters would keep everybody else out for a lease. */
    private Following giveUp(Preparing b, long backOffMs) {
        turn.sendAll(new Release(b.epoch(), b.nonce()));
        return follow(backOffMs);
    }

    private Following follow(long backOffMs) {
        turn.follow();
        return new Following(turn.nowMs - timing.downAfterMs() - 1, turn.nowMs + backOffMs, Optional.empty());
    }
}
