package io.vireo.voter;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.VoterId;
import io.vireo.topology.VoterSet;
import io.vireo.voter.VoterAction.Answer;
import io.vireo.voter.VoterAction.Ask;
import io.vireo.voter.VoterAction.Persist;
import io.vireo.voter.VoterEvent.Answered;
import io.vireo.voter.VoterEvent.Asked;
import io.vireo.voter.VoterEvent.Peer;
import io.vireo.voter.VoterEvent.PersistFailed;
import io.vireo.voter.VoterEvent.Persisted;
import io.vireo.voter.VoterEvent.Tick;
import io.vireo.voter.VoterReply.Accepted;
import io.vireo.voter.VoterReply.Empty;
import io.vireo.voter.VoterReply.Fenced;
import io.vireo.voter.VoterReply.Promised;
import io.vireo.voter.VoterReply.Recalled;
import io.vireo.voter.VoterReply.Refused;
import io.vireo.voter.VoterReply.StatusIs;
import io.vireo.voter.VoterRequest.Accept;
import io.vireo.voter.VoterRequest.Fence;
import io.vireo.voter.VoterRequest.Prepare;
import io.vireo.voter.VoterRequest.Recall;
import io.vireo.voter.VoterRequest.Release;
import io.vireo.voter.VoterRequest.Status;
import io.vireo.voter.VoterState.Asking;
import io.vireo.voter.VoterState.Fencing;
import io.vireo.voter.VoterState.Then;
import io.vireo.voter.VoterState.Voting;
import io.vireo.voter.VoterState.Writing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A voter: it promises epochs, keeps the newest record, and grants the lease.
 *
 * <pre>
 *                 file with votes
 *   start ------------------------------------------------------------------> Voting <------> Writing
 *     |                                                                          ^   a promise, a newer record
 *     |  no file                 all others are empty too, or one of them        |
 *     +----------> Asking ------ remembers that all were, this one among them ---+
 *                   |   ^                                                        |
 *                   |   +--- refused, or the time is over                        |
 *                   v   |                                                        |
 *                  Fencing ------------ a majority has fenced --------------------+
 *        a majority of the others has votes
 * </pre>
 *
 * <p>Every change passes through Writing: it takes effect, and is answered, when it is on the disk, and what is asked
 * meanwhile waits. What only renews the lease is answered from memory. After a start the voter has forgotten to whom it had
 * granted the lease, and for the length of a lease promises nothing, except to one to whom the lease was handed over.
 *
 * <p>A voter without votes answers only other voters that are in the same position, and those only that it is. If it had
 * voted before, it must not vote again before nothing that it may have accepted can be decided any more: it raises the
 * promise of a majority of the others above all that it can have promised, takes the newest record among theirs, and waits a
 * lease. A promise that it alone had given may be higher still: so it accepts no record any more of an epoch that it has not
 * promised since, and a primary asks it for the promise. Whether it has voted before is decided by its <em>birth</em>: when all voters of the set are found empty at one
 * time, whoever finds it creates the register, and keeps the births of all of them in its file.
 *
 * @see <a href="https://lamport.azurewebsites.net/pubs/paxos-simple.pdf">Paxos Made Simple</a>, phases 1 and 2
 */
@RunsOn(Loop.ANY)
public final class Voter {
    /** Who waits for the disk longer than this many others asks again. */
    private static final int MOST_WAITING = 256;

    private final VoterSettings settings;
    private final Timing timing;
    private final long nowMs;
    private final List<VoterAction> actions = new ArrayList<>();

    private Voter(VoterSettings settings, long nowMs) {
        this.settings = settings;
        this.timing = settings.timing();
        this.nowMs = nowMs;
    }

    /** What a voter is set up with. */
    public record VoterSettings(VoterSet set, VoterId self, Timing timing) {
        List<VoterId> others() {
            return set.without(self);
        }
    }

    private record On(VoterState state, VoterEvent event) {}

    /**
     * Begins, with what the file holds.
     *
     * @param file empty if there is none, or none that can be trusted
     * @param birth a random number, used if there is no file
     */
    public static Step<VoterState, VoterAction> start(
            Optional<VoterMemory> file, long birth, VoterSettings settings, long nowMs) {
        Voter voter = new Voter(settings, nowMs);
        return voter.done(voter.started(file, birth));
    }

    /** Moves the voter one event on. */
    public static Step<VoterState, VoterAction> on(
            VoterState state, VoterEvent event, VoterSettings settings, long nowMs) {
        Voter voter = new Voter(settings, nowMs);
        return voter.done(voter.on(state, event));
    }

    private Step<VoterState, VoterAction> done(VoterState next) {
        return new Step<>(next, actions);
    }

    private VoterState started(Optional<VoterMemory> file, long birth) {
        if (file.isEmpty()) {
            return write(VoterMemory.unborn(birth), Grant.nobodyUntil(0), Hearsay.NONE, new Then.Asks());
        }
        return file.get().votes().isPresent()
                ? new Voting(file.get(), Grant.nobodyUntil(nowMs + timing.grantMs()), Hearsay.NONE)
                : ask(file.get());
    }

    private VoterState on(VoterState state, VoterEvent event) {
        return switch (new On(state, event)) {
            case On(Voting s, Asked e) -> asked(s, e);
            case On(Writing s, Asked e) -> later(s, e);
            case On(Writing s, Persisted e) when e.memory().equals(s.memory()) -> written(s);
            case On(Writing s, PersistFailed e) -> retryLater(s);
            case On(Writing s, Tick t)
            when nowMs >= s.retryAtMs() -> write(s.memory(), s.grant(), s.hearsay(), s.then(), s.waiting());

            case On(Asking s, Asked(Peer from, Recall e)) -> empty(s, from, e);
            case On(Asking s, Answered(VoterId from, Recalled e))
            when e.sentAtMs() == s.askedAtMs() -> told(s, from, e);
            case On(Asking s, Answered(VoterId from, Empty e)) when e.sentAtMs() == s.askedAtMs() -> told(s, from, e);
            case On(Asking s, Tick t) when nowMs >= s.askedAtMs() + timing.freshMs() -> ask(s.memory());
            case On(Asking s, Tick t) when nowMs >= s.resendAtMs() -> askAgain(s);

            case On(Fencing s, Asked(Peer from, Recall e)) -> empty(s, from, e);
            case On(Fencing s, Answered(VoterId from, Fenced e))
            when e.epoch().equals(s.epoch()) && e.nonce() == s.nonce() -> fenced(s, from, e);
            case On(Fencing s, Answered(VoterId from, Refused e)) when e.epoch().equals(s.epoch()) -> ask(s.memory());
            case On(Fencing s, Tick t) when nowMs >= s.deadlineMs() -> ask(s.memory());
            case On(Fencing s, Tick t) when nowMs >= s.resendAtMs() -> fenceAgain(s);

            case On(VoterState s, VoterEvent e) -> s;
        };
    }

    // Voting.

    private VoterState asked(Voting s, Asked e) {
        return switch (e.request()) {
            case Prepare r -> prepare(s, e.from(), r);
            case Accept r -> accept(s, e.from(), r);
            case Release r -> release(s, r);
            case Status r -> status(s, e.from(), r);
            case Fence r -> fence(s, e.from(), r);
            case Recall r -> {
                answer(
                        e.from(),
                        new Recalled(
                                r.sentAtMs(), s.votes().promised(), s.memory().founders()));
                yield s;
            }
        };
    }

    private VoterState prepare(Voting s, Peer from, Prepare r) {
        Votes votes = s.votes();
        boolean handedOver = r.released().isAfter(Epoch.NONE) && r.released().equals(votes.promised());
        boolean sentTwice = votes.isPromise(r.epoch(), r.nonce());
        boolean free = s.grant().isFreeFor(r.candidate(), nowMs) || handedOver;
        if (!free || !sentTwice && !r.epoch().isAfter(votes.promised())) {
            answer(from, new Refused(r.epoch(), votes.promised()));
            return s;
        }
        Promised promised =
                new Promised(r.epoch(), r.nonce(), votes.record(), s.memory().reborn());
        Then.Grants then = new Then.Grants(r.candidate(), from, promised);
        return sentTwice ? grant(s, then) : write(s, votes.promising(r.epoch(), r.nonce()), then);
    }

    private VoterState accept(Voting s, Peer from, Accept r) {
        Votes votes = s.votes();
        GroupRecord record = r.record();
        boolean promisedElsewhere = record.epoch().isBefore(votes.promised())
                || record.epoch().equals(votes.promised()) && r.nonce() != votes.nonce();
        boolean forgotten = s.memory().reborn() && !votes.isPromise(record.epoch(), r.nonce());
        if (promisedElsewhere || forgotten) {
            answer(from, new Refused(record.epoch(), votes.promised()));
            return s;
        }
        if (votes.record().map(kept -> kept.isNewerThan(record)).orElse(false)) {
            return s; // late, from an old connection: its lease is over, and so is what it says
        }
        Accepted accepted = new Accepted(record.epoch(), record.seq(), r.sentAtMs());
        Then.Grants then = new Then.Grants(record.primary(), from, accepted);
        boolean isNewer = votes.record().map(record::isNewerThan).orElse(true);
        return isNewer ? write(s, new Votes(record.epoch(), r.nonce(), Optional.of(record)), then) : grant(s, then);
    }

    private Voting release(Voting s, Release r) {
        boolean used = s.votes()
                .record()
                .map(record -> record.epoch().equals(r.epoch()))
                .orElse(false);
        return s.votes().isPromise(r.epoch(), r.nonce()) && !used
                ? new Voting(s.memory(), Grant.nobodyUntil(0), s.hearsay())
                : s;
    }

    private Voting status(Voting s, Peer from, Status r) {
        Hearsay hearsay =
                r.report().map(report -> s.hearsay().with(report, nowMs)).orElse(s.hearsay());
        boolean free = s.grant().isFreeFor(r.asking(), nowMs);
        Votes votes = s.votes();
        answer(from, new StatusIs(r.sentAtMs(), votes.promised(), votes.record(), free, hearsay.at(nowMs)));
        return new Voting(s.memory(), s.grant(), hearsay);
    }

    private VoterState fence(Voting s, Peer from, Fence r) {
        Votes votes = s.votes();
        boolean sentTwice = votes.isPromise(r.epoch(), r.nonce());
        if (!sentTwice && !r.epoch().isAfter(votes.promised())) {
            answer(from, new Refused(r.epoch(), votes.promised()));
            return s;
        }
        Fenced fenced = new Fenced(r.epoch(), r.nonce(), votes.record());
        if (sentTwice) {
            answer(from, fenced);
            return s;
        }
        return write(s, votes.promising(r.epoch(), r.nonce()), new Then.Answers(from, fenced));
    }

    private void answer(Peer to, VoterReply reply) {
        actions.add(new Answer(to, reply));
    }

    /** The time of a grant is that of the answer: it must last longer than the lease that the answer gives. */
    private Voting grant(Voting s, Then.Grants then) {
        answer(then.to(), then.reply());
        return new Voting(s.memory(), Grant.to(then.holder(), nowMs + timing.grantMs()), s.hearsay());
    }

    // Writing.

    private Writing write(Voting s, Votes votes, Then then) {
        return write(s.memory().with(votes), s.grant(), s.hearsay(), then);
    }

    private Writing write(VoterMemory memory, Grant grant, Hearsay hearsay, Then then) {
        return write(memory, grant, hearsay, then, List.of());
    }

    private Writing write(VoterMemory memory, Grant grant, Hearsay hearsay, Then then, List<Asked> waiting) {
        actions.add(new Persist(memory));
        return new Writing(memory, grant, hearsay, then, waiting, Long.MAX_VALUE);
    }

    private static Writing later(Writing s, Asked e) {
        List<Asked> waiting = new ArrayList<>(s.waiting());
        if (waiting.size() < MOST_WAITING) {
            waiting.add(e);
        }
        return new Writing(s.memory(), s.grant(), s.hearsay(), s.then(), waiting, s.retryAtMs());
    }

    private Writing retryLater(Writing s) {
        actions.add(Say.warning("The voter's file could not be written; the voter is silent until it can be."));
        return new Writing(s.memory(), s.grant(), s.hearsay(), s.then(), s.waiting(), nowMs + timing.downAfterMs());
    }

    private VoterState written(Writing s) {
        VoterState next = switch (s.then()) {
            case Then.Grants then -> grant(new Voting(s.memory(), s.grant(), s.hearsay()), then);
            case Then.Answers then -> {
                answer(then.to(), then.reply());
                yield new Voting(s.memory(), s.grant(), s.hearsay());
            }
            case Then.Asks then -> ask(s.memory());
            case Then.Votes then -> new Voting(s.memory(), Grant.nobodyUntil(nowMs + then.graceMs()), s.hearsay());
        };
        for (Asked waiting : s.waiting()) {
            next = on(next, waiting);
        }
        return next;
    }

    // Without votes.

    /** A voter that is alone has heard of all others as soon as it asks. */
    private VoterState ask(VoterMemory memory) {
        return judged(askAgain(new Asking(memory, nowMs, nowMs, Map.of())));
    }

    private Asking askAgain(Asking s) {
        for (VoterId other : settings.others()) {
            if (!s.answers().containsKey(other)) {
                actions.add(new Ask(other, new Recall(s.askedAtMs())));
            }
        }
        return new Asking(s.memory(), s.askedAtMs(), nowMs + timing.resendMs(), s.answers());
    }

    private VoterState empty(VoterState s, Peer from, Recall e) {
        answer(from, new Empty(e.sentAtMs(), s.memory().birth()));
        return s;
    }

    private VoterState told(Asking s, VoterId from, VoterReply reply) {
        Map<VoterId, VoterReply> answers = new HashMap<>(s.answers());
        answers.put(from, reply);
        return judged(new Asking(s.memory(), s.askedAtMs(), s.resendAtMs(), answers));
    }

    private VoterState judged(Asking s) {
        List<Recalled> recalled = only(Recalled.class, s.answers().values());
        List<Empty> empty = only(Empty.class, s.answers().values());
        long birth = s.memory().birth();
        for (Recalled one : recalled) {
            if (one.founders().contains(birth)) {
                return join(new VoterMemory(birth, Optional.of(Votes.NONE), one.founders(), false), 0);
            }
        }
        if (empty.size() == settings.set().size() - 1) {
            Set<Long> founders = new TreeSet<>(Set.of(birth));
            empty.forEach(one -> founders.add(one.birth()));
            actions.add(Say.notice("All voters are empty: this is a new group."));
            return join(new VoterMemory(birth, Optional.of(Votes.NONE), founders, false), 0);
        }
        if (recalled.size() < settings.set().majority()) {
            return s;
        }
        Epoch highest = recalled.stream().map(Recalled::promised).reduce(Epoch.NONE, Epoch::later);
        actions.add(Say.warning("The voter's file is lost: the others are asked to fence epoch " + highest + "."));
        return fenceAgain(new Fencing(
                s.memory(), highest.next(), nonce(s.memory()), nowMs + 2 * timing.freshMs(), nowMs, Map.of()));
    }

    private Writing join(VoterMemory memory, long graceMs) {
        return write(memory, Grant.nobodyUntil(0), Hearsay.NONE, new Then.Votes(graceMs));
    }

    private static <R extends VoterReply> List<R> only(Class<R> kind, Collection<VoterReply> replies) {
        return replies.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Another one at each attempt, also after a restart with the same birth. */
    private long nonce(VoterMemory memory) {
        return new Dice(memory.birth() ^ nowMs).next().value();
    }

    private Fencing fenceAgain(Fencing s) {
        for (VoterId other : settings.others()) {
            if (!s.fences().containsKey(other)) {
                actions.add(new Ask(other, new Fence(s.epoch(), s.nonce())));
            }
        }
        return new Fencing(s.memory(), s.epoch(), s.nonce(), s.deadlineMs(), nowMs + timing.resendMs(), s.fences());
    }

    private VoterState fenced(Fencing s, VoterId from, Fenced e) {
        Map<VoterId, Fenced> fences = new HashMap<>(s.fences());
        fences.put(from, e);
        if (fences.size() < settings.set().majority()) {
            return new Fencing(s.memory(), s.epoch(), s.nonce(), s.deadlineMs(), s.resendAtMs(), fences);
        }
        Optional<GroupRecord> newest =
                newest(fences.values().stream().map(Fenced::record).toList());
        actions.add(Say.notice("The voter votes again, from epoch " + s.epoch() + " on."));
        return join(s.memory().reborn(new Votes(s.epoch(), s.nonce(), newest)), timing.grantMs());
    }

    /** The newest of these records, if there is any. */
    static Optional<GroupRecord> newest(Collection<Optional<GroupRecord>> records) {
        return records.stream().flatMap(Optional::stream).reduce((a, b) -> b.isNewerThan(a) ? b : a);
    }
}
