package io.vireo.voter;

import io.vireo.config.VoterLost;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.topology.Role;
import io.vireo.topology.RoleChange;
import io.vireo.topology.VoterId;
import io.vireo.voter.Duty.Following;
import io.vireo.voter.Duty.Leading;
import io.vireo.voter.Handover.Draining;
import io.vireo.voter.Handover.None;
import io.vireo.voter.Handover.Released;
import io.vireo.voter.Handover.Releasing;
import io.vireo.voter.InSync.Adopting;
import io.vireo.voter.InSync.Proposing;
import io.vireo.voter.InSync.Settled;
import io.vireo.voter.NodeAction.HandOver;
import io.vireo.voter.NodeAction.Send;
import io.vireo.voter.NodeEvent.Acked;
import io.vireo.voter.NodeEvent.Adopted;
import io.vireo.voter.NodeEvent.Answered;
import io.vireo.voter.NodeEvent.Drained;
import io.vireo.voter.NodeEvent.EpochPresented;
import io.vireo.voter.NodeEvent.HandoverWanted;
import io.vireo.voter.NodeEvent.ModeWanted;
import io.vireo.voter.NodeEvent.StreamHeard;
import io.vireo.voter.NodeEvent.Tick;
import io.vireo.voter.Terms.Door;
import io.vireo.voter.VoterReply.Accepted;
import io.vireo.voter.VoterReply.Promised;
import io.vireo.voter.VoterReply.Refused;
import io.vireo.voter.VoterReply.StatusIs;
import io.vireo.voter.VoterRequest.Accept;
import io.vireo.voter.VoterRequest.Prepare;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A node leads an epoch: it has the first record decided, renews its lease, keeps the in-sync set, and hands over.
 *
 * <pre>
 *                 a majority has the first record
 *   not begun ------------------------------------> begun: serves, as long as the lease holds
 *       |                                              |
 *       +-----> follows <------------------------------+  a newer record; a higher epoch is promised, and no lease
 *                                                      |
 *               stands again <-------------------------+  a higher epoch is presented, and the lease holds;
 *                                                         or the target of a handover has had its time
 * </pre>
 *
 * <p>Losing the lease ends nothing: in the same epoch it may come back, and what is held waits for it.
 */
final class Leadership {
    private final Turn turn;
    private final Timing timing;

    private Leadership(Turn turn) {
        this.turn = turn;
        this.timing = turn.timing;
    }

    /** Begins an epoch, which the voters have promised, with a log that ends here and has its new name. */
    static Leading begin(Ballot.Elected b, long len0, Turn turn) {
        long seq = b.newest().map(GroupRecord::seq).orElse(0L) + 1;
        ConsistencyMode mode = b.newest().map(GroupRecord::mode).orElse(turn.settings.firstMode());
        Set<Incarnation> members = InSync.first(b.newest(), turn.self(), b.cause(), turn.settings);
        GroupRecord first = new GroupRecord(b.epoch(), seq, turn.self().node(), members, mode);
        return new Leadership(turn)
                .renew(new Leading(
                        b.epoch(),
                        b.nonce(),
                        b.newest(),
                        len0,
                        turn.nowMs,
                        Lease.NONE,
                        turn.nowMs,
                        Map.of(),
                        new Proposing(Optional.empty(), first, Set.of()),
                        Acks.none(b.epoch()),
                        new None(),
                        mode));
    }

    private record On(Leading leading, NodeEvent event) {}

    /** Moves the leadership one event on. */
    static Duty on(Leading s, NodeEvent event, Turn turn) {
        return new Leadership(turn).on(s, event);
    }

    private Duty on(Leading s, NodeEvent event) {
        boolean isOver =
                turn.known.map(record -> record.epoch().isAfter(s.epoch())).orElse(false);
        if (isOver) {
            return stepDown(s, "a newer record is known: " + turn.known.get());
        }
        return switch (new On(s, event)) {
            case On(Leading l, Tick t) -> tick(l);
            case On(Leading l, Answered(VoterId from, Accepted e))
            when e.epoch().equals(l.epoch()) -> accepted(l, from, e);
            case On(Leading l, Answered(VoterId from, Refused e)) when e.epoch().equals(l.epoch()) -> strays(l, from);
            case On(Leading l, Answered(VoterId from, Promised e))
            when e.epoch().equals(l.epoch()) && e.nonce() == l.nonce() -> promisedLate(l, e);
            case On(Leading l, Answered(VoterId from, StatusIs e))
            when e.promised().isAfter(l.epoch()) -> strays(l, from);
            case On(Leading l, EpochPresented e) when e.epoch().isAfter(l.epoch()) -> rival(l);
            case On(Leading l, StreamHeard e) when e.epoch().isAfter(l.epoch()) -> rival(l);
            case On(Leading l, Acked e) when e.epoch().equals(l.epoch()) -> acked(l, e);
            case On(Leading l, Adopted e) -> adopted(l, e);
            case On(Leading l, Drained e) -> drained(l, e);
            case On(Leading l, HandoverWanted e) -> handoverWanted(l, e.target());
            case On(Leading l, ModeWanted e) -> l.wanting(e.mode());
            case On(Leading l, NodeEvent e) -> l;
        };
    }

    // The lease.

    private boolean hasLease(Leading s) {
        return turn.nowMs < s.lease().untilMs(turn.majority(), timing.leaseMs());
    }

    /** A voter that has lost its file takes no record of an epoch before it has promised that again. */
    private Leading renew(Leading s) {
        for (VoterId voter : s.strayed().keySet()) {
            turn.act(new Send(voter, new Prepare(s.epoch(), turn.self().node(), s.nonce(), Epoch.NONE)));
        }
        turn.sendAll(new Accept(s.inSync().sent(), s.nonce(), turn.nowMs));
        return s.renewingAt(turn.nowMs + timing.renewMs());
    }

    private Duty tick(Leading s) {
        if (!hasLease(s) && turn.highest.isAfter(s.epoch())) {
            return stepDown(s, "epoch " + turn.highest + " is promised, and the lease is over");
        }
        if (s.handover() instanceof Released(NodeId target, long untilMs) && turn.nowMs >= untilMs) {
            return standAgain(s, "the handover to " + target.shortText() + " has failed");
        }
        if (s.handover() instanceof None && isStrayedTooFar(s)) {
            String why = "voters do not accept it: " + s.strayed().keySet();
            return hasLease(s) ? standAgain(s, why) : stepDown(s, why);
        }
        Leading next = s;
        boolean keyspaceRuns = turn.nowMs - turn.runsMs <= turn.settings.stallMs();
        if (turn.nowMs >= next.renewAtMs() && keyspaceRuns) {
            next = renew(next);
        }
        return change(drainingInTime(next));
    }

    /**
     * Voters that have promised a higher epoch, or this one to another candidate, or that have forgotten what they promised,
     * grant no lease any more: too few may be left, at once or when one more is lost.
     */
    private boolean isStrayedTooFar(Leading s) {
        boolean tooMany = turn.settings.voters().size() - s.strayed().size() < turn.majority();
        boolean tooLong = s.strayed().values().stream().anyMatch(sinceMs -> turn.nowMs - sinceMs > timing.repairMs());
        return tooMany || tooLong;
    }

    private Leading strays(Leading s, VoterId voter) {
        Map<VoterId, Long> strayed = new TreeMap<>(s.strayed());
        strayed.putIfAbsent(voter, turn.nowMs);
        return s.with(strayed);
    }

    private static Leading returns(Leading s, VoterId voter) {
        Map<VoterId, Long> strayed = new TreeMap<>(s.strayed());
        strayed.remove(voter);
        return s.with(strayed);
    }

    /** What a voter knows that promises late must not be newer than what the epoch was begun with. */
    private Duty promisedLate(Leading s, Promised e) {
        boolean isNewer = e.reborn()
                && e.record()
                        .filter(record -> !record.epoch().equals(s.epoch()))
                        .map(record -> s.base().map(record::isNewerThan).orElse(true))
                        .orElse(false);
        return isNewer
                ? stepDown(s, "a voter knows of a newer record: " + e.record().get())
                : s;
    }

    private Leading accepted(Leading s, VoterId from, Accepted e) {
        Leading next = returns(s.with(s.lease().renewed(from, e.sentAtMs())), from);
        if (next.inSync() instanceof Proposing proposing
                && e.seq() == proposing.next().seq()) {
            Proposing more = proposing.with(from);
            next = more.acceptedBy().size() < turn.majority() ? next.with(more) : decided(next, proposing);
        }
        if (next.hasBegun() && hasLease(next)) { // a decision may come late, after a sleep, and then begins nothing
            turn.become(new RoleChange(Role.PRIMARY, s.epoch(), Optional.empty()));
        }
        turn.adopt(terms(next, turn.version()));
        return next;
    }

    private Leading decided(Leading s, Proposing proposing) {
        Leading next = s.with(new Settled(proposing.next()));
        turn.heardOf(proposing.next());
        turn.nextVersion();
        if (proposing.decided().isPresent()) {
            turn.act(Say.notice("Decided: " + proposing.next()));
            return next;
        }
        turn.act(Say.notice("Begins epoch " + s.epoch() + " at offset " + s.len0() + ": " + proposing.next()));
        return next.since(turn.nowMs);
    }

    // What the thread of the keyspace may do.

    private Leading adopt(Leading s) {
        turn.adopt(terms(s, turn.nextVersion()));
        return s;
    }

    private Terms terms(Leading s, long version) {
        Optional<GroupRecord> decided = s.inSync().decided();
        ConsistencyMode mode = decided.map(GroupRecord::mode).orElse(ConsistencyMode.STRONG);
        boolean goesOn = mode == ConsistencyMode.ASYNC && turn.settings.voterLost() == VoterLost.SERVE;
        return new Terms(
                version,
                s.epoch(),
                turn.self(),
                door(s),
                goesOn ? Long.MAX_VALUE : s.lease().untilMs(turn.majority(), timing.leaseMs()),
                mode,
                turn.settings.minSync(),
                decided.map(GroupRecord::inSync).orElse(Set.of()),
                s.inSync().pending());
    }

    private static Door door(Leading s) {
        if (!s.hasBegun()) {
            return Door.CLOSED;
        }
        return switch (s.handover()) {
            case None h -> Door.OPEN;
            case Draining h -> Door.DRAINING;
            case Releasing h -> Door.CLOSED;
            case Released h -> Door.CLOSED;
        };
    }

    private Leading adopted(Leading s, Adopted e) {
        if (s.handover() instanceof Releasing(NodeId target, long version) && e.version() >= version) {
            turn.act(Say.notice("Hands over to " + target.shortText() + " after epoch " + s.epoch()));
            turn.act(new HandOver(target, s.epoch()));
            return s.with(new Released(target, turn.nowMs + timing.leaseMs()));
        }
        if (s.inSync() instanceof Adopting a && e.version() >= a.version()) {
            return propose(s.with(new Adopting(
                    a.record(), a.next(), a.version(), a.deadlineMs(), Optional.of(Math.max(e.released(), s.len0())))));
        }
        return s;
    }

    // The in-sync set.

    private Leading acked(Leading s, Acked e) {
        return propose(s.with(s.acks().with(e.who(), e.offset(), e.end(), turn.nowMs)));
    }

    /** Lets the voters hear of the change that is under way, if it is time. */
    private Leading propose(Leading s) {
        if (s.inSync() instanceof Adopting a && a.isReady(s.acks())) {
            return renew(s.with(new Proposing(Optional.of(a.record()), a.next(), Set.of())));
        }
        return s;
    }

    /** Begins a change if one is due, or gives up one that nobody has heard of. */
    private Leading change(Leading s) {
        if (s.inSync() instanceof Adopting a && turn.nowMs >= a.deadlineMs()) {
            return adopt(s.with(new Settled(a.record())));
        }
        if (!(s.inSync() instanceof Settled(GroupRecord record)) || !(s.handover() instanceof None) || !hasLease(s)) {
            return s;
        }
        Set<Incarnation> due =
                InSync.due(record, turn.self(), s.acks(), s.len0(), s.sinceMs(), turn.settings, turn.nowMs);
        GroupRecord next = record.next(due, s.wantedMode());
        if (next.inSync().equals(record.inSync()) && next.mode() == record.mode()) {
            return s;
        }
        long version = turn.nextVersion();
        Leading changing =
                s.with(new Adopting(record, next, version, turn.nowMs + timing.downAfterMs(), Optional.empty()));
        turn.adopt(terms(changing, version));
        return changing;
    }

    // The handover.

    private Leading handoverWanted(Leading s, Optional<NodeId> target) {
        List<NodeId> able = s.acks().byNode().entrySet().stream()
                .filter(entry -> mayTakeOver(
                        s, new Incarnation(entry.getKey(), entry.getValue().token())))
                .map(Map.Entry::getKey)
                .filter(node -> target.map(node::equals).orElse(true))
                .toList();
        List<NodeId> best = Suspicion.bestFirst(able, turn.probes.heard());
        if (!s.hasBegun() || !hasLease(s) || !(s.handover() instanceof None) || best.isEmpty()) {
            turn.act(Say.warning("No handover: there is no lease, or nobody who could take over"));
            return s;
        }
        long version = turn.nextVersion();
        Leading draining = s.with(new Draining(best.getFirst(), version, turn.nowMs + timing.drainMs()));
        turn.adopt(terms(draining, version));
        return draining;
    }

    private boolean mayTakeOver(Leading s, Incarnation replica) {
        boolean isMember = s.inSync()
                .decided()
                .map(record -> record.mode() == ConsistencyMode.ASYNC || record.lists(replica))
                .orElse(false);
        return isMember && s.acks().isCaughtUp(replica, timing.liveMs(), turn.nowMs);
    }

    private Leading drained(Leading s, Drained e) {
        if (!(s.handover() instanceof Draining(NodeId target, long version, long deadlineMs))
                || e.version() < version
                || !(s.inSync() instanceof Settled)) {
            return s;
        }
        Acks.Ack ack = s.acks().byNode().get(target);
        boolean targetHoldsAll =
                ack != null && ack.offset() >= e.end() && mayTakeOver(s, new Incarnation(target, ack.token()));
        if (!targetHoldsAll) {
            return s;
        }
        long next = turn.nextVersion();
        Leading releasing = s.with(new Releasing(target, next));
        turn.adopt(terms(releasing, next));
        return releasing;
    }

    private Leading drainingInTime(Leading s) {
        if (s.handover() instanceof Draining(NodeId target, long version, long deadlineMs)
                && turn.nowMs >= deadlineMs) {
            turn.act(Say.warning("No handover: " + target.shortText() + " did not come to hold everything in time"));
            return adopt(s.with(new None()));
        }
        return s;
    }

    // The end.

    /**
     * A node presents a higher epoch: it has stood, and will follow no lower one any more. If it did not win, this node,
     * which has the lease, stands again, since else the other could never be followed nor follow.
     */
    private Duty rival(Leading s) {
        boolean isReleased = s.handover() instanceof Releasing || s.handover() instanceof Released;
        return hasLease(s) && !isReleased
                ? standAgain(s, "a node presents epoch " + turn.highest)
                : stepDown(s, "a node presents epoch " + turn.highest);
    }

    private Duty standAgain(Leading s, String why) {
        close(s, why);
        return Candidacy.begin(Ballot.Cause.SUSPICION, turn);
    }

    private Following stepDown(Leading s, String why) {
        close(s, why);
        turn.follow();
        return new Following(turn.nowMs, turn.nowMs, Optional.empty());
    }

    private void close(Leading s, String why) {
        turn.act(Say.warning("Ends epoch " + s.epoch() + ": " + why));
        turn.adopt(Terms.closed(turn.nextVersion(), s.epoch(), turn.self()));
    }
}
