package io.vireo.voter;

import static io.vireo.voter.Some.A;
import static io.vireo.voter.Some.A1;
import static io.vireo.voter.Some.B;
import static io.vireo.voter.Some.B1;
import static io.vireo.voter.Some.V1;
import static io.vireo.voter.Some.V2;
import static io.vireo.voter.Some.V3;
import static io.vireo.voter.Some.epoch;
import static io.vireo.voter.Some.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Step;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.VoterSet;
import io.vireo.voter.Voter.VoterSettings;
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
import io.vireo.voter.VoterState.Voting;
import io.vireo.voter.VoterState.Writing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every state of a voter against every event. */
class VoterTest {
    private static final VoterSettings SETTINGS = new VoterSettings(Some.VOTERS, V1, Timing.DEFAULT);
    private static final Peer PEER = new Peer("p");
    private static final Peer OTHER = new Peer("q");
    private static final GroupRecord OLD = record(3, 5, A, A1, B1);

    /** Lease and margin. */
    private static final long GRANT_MS = 840;

    private long nowMs = 10_000;
    private VoterState state = voting(3, 33, OLD);
    private List<VoterAction> actions = new ArrayList<>();

    private static VoterMemory memory(long promised, long nonce, GroupRecord record) {
        return new VoterMemory(1, Optional.of(new Votes(epoch(promised), nonce, Optional.of(record))), Set.of(), false);
    }

    private static Voting voting(long promised, long nonce, GroupRecord record) {
        return new Voting(memory(promised, nonce, record), Grant.nobodyUntil(0), Hearsay.NONE);
    }

    private void on(VoterEvent event) {
        Step<VoterState, VoterAction> step = Voter.on(state, event, SETTINGS, nowMs);
        state = step.state();
        actions = step.actions();
    }

    private void ask(VoterRequest request) {
        on(new Asked(PEER, request));
    }

    /** Lets the write that was asked for succeed. */
    private void persisted() {
        on(new Persisted(assertInstanceOf(Writing.class, state).memory()));
    }

    private void answers(VoterReply... replies) {
        List<VoterAction> expected = new ArrayList<>();
        for (VoterReply reply : replies) {
            expected.add(new Answer(PEER, reply));
        }
        assertEquals(expected, actions);
    }

    private Grant grant() {
        return assertInstanceOf(Voting.class, state).grant();
    }

    // Promises.

    @Test
    void aPromiseIsAnsweredWhenItIsOnTheDiskAndGrantsFromThen() {
        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));

        assertEquals(List.of(new Persist(memory(4, 44, OLD))), actions);
        nowMs += 100;
        persisted();

        answers(new Promised(epoch(4), 44, Optional.of(OLD), false));
        assertEquals(Grant.to(B, nowMs + GRANT_MS), grant());
    }

    @Test
    void aPromiseThatIsAskedForTwiceIsGivenTwiceAndWrittenOnce() {
        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));
        persisted();

        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));

        answers(new Promised(epoch(4), 44, Optional.of(OLD), false));
    }

    @Test
    void anEpochThatIsNotHigherIsRefused() {
        ask(new Prepare(epoch(3), B, 44, Epoch.NONE));
        answers(new Refused(epoch(3), epoch(3)));

        ask(new Prepare(epoch(2), B, 33, Epoch.NONE));
        answers(new Refused(epoch(2), epoch(3)));
    }

    @Test
    void anotherNodesLeaseKeepsACandidateOutUntilItIsOver() {
        ask(new Accept(OLD, 33, 1));
        long untilMs = nowMs + GRANT_MS;

        nowMs = untilMs - 1;
        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));
        answers(new Refused(epoch(4), epoch(3)));

        nowMs = untilMs;
        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));
        assertInstanceOf(Writing.class, state);
    }

    @Test
    void theHolderOfTheLeaseMayStandAgain() {
        ask(new Accept(OLD, 33, 1));

        ask(new Prepare(epoch(4), A, 44, Epoch.NONE));

        assertInstanceOf(Writing.class, state);
    }

    @Test
    void aLeaseThatWasHandedOverKeepsNobodyOutButOnlyForTheNextEpoch() {
        ask(new Accept(OLD, 33, 1));
        ask(new Prepare(epoch(4), B, 44, epoch(2)));
        answers(new Refused(epoch(4), epoch(3)));

        ask(new Prepare(epoch(4), B, 44, epoch(3)));

        assertInstanceOf(Writing.class, state);
    }

    // Records.

    @Test
    void aNewerRecordIsWrittenAndARenewalIsNot() {
        GroupRecord next = record(3, 6, A, A1);
        ask(new Accept(next, 33, 77));
        assertEquals(List.of(new Persist(memory(3, 33, next))), actions);
        persisted();
        answers(new Accepted(epoch(3), 6, 77));
        assertEquals(Grant.to(A, nowMs + GRANT_MS), grant());

        nowMs += 80;
        ask(new Accept(next, 33, 157));
        answers(new Accepted(epoch(3), 6, 157));
        assertEquals(Grant.to(A, nowMs + GRANT_MS), grant());
    }

    @Test
    void anOlderRecordIsIgnoredAndRenewsNothing() {
        ask(new Accept(record(3, 4, A, A1), 33, 77));

        answers();
        assertEquals(Grant.nobodyUntil(0), grant());
    }

    @Test
    void aRecordOfALowerEpochOrOfAnotherCandidateIsRefused() {
        ask(new Accept(record(2, 9, B, B1), 22, 1));
        answers(new Refused(epoch(2), epoch(3)));

        ask(new Accept(record(3, 6, B, B1), 99, 1));
        answers(new Refused(epoch(3), epoch(3)));
    }

    @Test
    void aRecordOfAHigherEpochIsTakenWithoutAPromise() {
        GroupRecord next = record(5, 6, B, B1);

        ask(new Accept(next, 55, 1));

        assertEquals(List.of(new Persist(memory(5, 55, next))), actions);
    }

    @Test
    void aVoterThatHadLostItsFileWantsToPromiseFirst() {
        VoterMemory reborn = new VoterMemory(1, memory(3, 33, OLD).votes(), Set.of(), true);
        state = new Voting(reborn, Grant.nobodyUntil(0), Hearsay.NONE);
        GroupRecord next = record(5, 6, B, B1);

        ask(new Accept(next, 55, 1));
        answers(new Refused(epoch(5), epoch(3)));
        ask(new Prepare(epoch(5), B, 55, Epoch.NONE));
        persisted();
        answers(new Promised(epoch(5), 55, Optional.of(OLD), true));
        ask(new Accept(next, 55, 1));

        assertInstanceOf(Writing.class, state);
    }

    // The rest of what is asked.

    @Test
    void aCandidateThatGivesUpLetsOthersIn() {
        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));
        persisted();

        ask(new Release(epoch(4), 45));
        assertEquals(Grant.to(B, nowMs + GRANT_MS), grant());
        ask(new Release(epoch(4), 44));
        assertEquals(Grant.nobodyUntil(0), grant());
        answers();
    }

    @Test
    void aReleaseThatComesAfterTheRecordIsTooLate() {
        ask(new Accept(OLD, 33, 1));

        ask(new Release(epoch(3), 33));

        assertEquals(Grant.to(A, nowMs + GRANT_MS), grant());
    }

    @Test
    void howThingsStandDependsOnWhoAsks() {
        ask(new Accept(OLD, 33, 1));
        NodeReport report = new NodeReport(B, "b:1", 100, epoch(3), 9, true);

        ask(new Status(B, 5, Optional.of(report)));
        answers(new StatusIs(5, epoch(3), Optional.of(OLD), false, List.of(new VoterReply.Heard(report, 0))));

        nowMs += 30;
        ask(new Status(A, 6, Optional.empty()));
        answers(new StatusIs(6, epoch(3), Optional.of(OLD), true, List.of(new VoterReply.Heard(report, 30))));
    }

    @Test
    void aFencePromisesTheEpochAndGrantsNothing() {
        ask(new Fence(epoch(4), 7));
        persisted();
        answers(new Fenced(epoch(4), 7, Optional.of(OLD)));
        assertEquals(Grant.nobodyUntil(0), grant());

        ask(new Fence(epoch(4), 7));
        answers(new Fenced(epoch(4), 7, Optional.of(OLD)));
        ask(new Fence(epoch(4), 8));
        answers(new Refused(epoch(4), epoch(4)));
        ask(new Accept(record(3, 6, A, A1), 33, 1));
        answers(new Refused(epoch(3), epoch(4)));
    }

    @Test
    void anotherVoterIsToldWhatWasPromised() {
        ask(new Recall(8));

        answers(new Recalled(8, epoch(3), Set.of()));
    }

    @Test
    void whatAVoterIsNotWaitingForChangesNothing() {
        VoterState before = state;

        on(new Tick());
        on(new Persisted(memory(9, 9, OLD)));
        on(new PersistFailed());
        on(new Answered(V2, new Empty(1, 1)));
        on(new Answered(V2, new Fenced(epoch(9), 1, Optional.empty())));

        assertSame(before, state);
        answers();
    }

    // Writing.

    @Test
    void questionsWaitForTheDiskAndAreAnsweredInOrder() {
        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));
        on(new Asked(OTHER, new Recall(8)));
        assertEquals(List.of(), actions);
        ask(new Prepare(epoch(5), B, 55, Epoch.NONE));
        ask(new Recall(9));
        assertEquals(List.of(), actions);

        persisted();

        assertEquals(
                List.of(
                        new Answer(PEER, new Promised(epoch(4), 44, Optional.of(OLD), false)),
                        new Answer(OTHER, new Recalled(8, epoch(4), Set.of())),
                        new Persist(memory(5, 55, OLD))),
                actions);
        persisted();
        answers(new Promised(epoch(5), 55, Optional.of(OLD), false), new Recalled(9, epoch(5), Set.of()));
    }

    @Test
    void aWriteThatFailsIsRepeatedAndNothingIsAnsweredMeanwhile() {
        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));
        on(new PersistFailed());
        assertInstanceOf(Say.class, actions.getFirst());

        on(new Tick());
        assertEquals(List.of(), actions);
        nowMs += 500;
        on(new Tick());
        assertEquals(List.of(new Persist(memory(4, 44, OLD))), actions);

        persisted();
        answers(new Promised(epoch(4), 44, Optional.of(OLD), false));
    }

    @Test
    void theWriteOfSomethingElseIsNotTheOneWaitedFor() {
        ask(new Prepare(epoch(4), B, 44, Epoch.NONE));
        VoterState writing = state;

        on(new Persisted(memory(3, 33, OLD)));
        on(new Answered(V2, new Empty(1, 1)));
        on(new Tick());

        assertSame(writing, state);
        answers();
    }

    // Starting.

    private void start(Optional<VoterMemory> file, VoterSettings settings) {
        Step<VoterState, VoterAction> step = Voter.start(file, 111, settings, nowMs);
        state = step.state();
        actions = step.actions();
    }

    @Test
    void aVoterThatStartsKeepsEveryCandidateOutForALeaseAndTakesRecordsAtOnce() {
        start(Optional.of(memory(3, 33, OLD)), SETTINGS);
        nowMs += GRANT_MS - 1;
        ask(new Prepare(epoch(4), A, 44, Epoch.NONE));
        answers(new Refused(epoch(4), epoch(3)));

        ask(new Accept(OLD, 33, 1));
        answers(new Accepted(epoch(3), 5, 1));
        ask(new Prepare(epoch(4), B, 45, epoch(3)));
        assertInstanceOf(Writing.class, state);
    }

    @Test
    void aVoterThatIsAloneFoundsItsRegisterAtOnce() {
        VoterSettings alone = new VoterSettings(new VoterSet("main", List.of(V1)), V1, Timing.DEFAULT);
        start(Optional.empty(), alone);
        Step<VoterState, VoterAction> asks = Voter.on(state, new Persisted(VoterMemory.unborn(111)), alone, nowMs);

        VoterMemory founded = new VoterMemory(111, Optional.of(Votes.NONE), Set.of(111L), false);
        assertTrue(asks.actions().contains(new Persist(founded)));
        Step<VoterState, VoterAction> votes = Voter.on(asks.state(), new Persisted(founded), alone, nowMs);
        assertEquals(new Voting(founded, Grant.nobodyUntil(nowMs), Hearsay.NONE), votes.state());
    }

    /** A voter without a file, whose birth is on the disk, and which has asked the others. */
    private void withoutFile() {
        start(Optional.empty(), SETTINGS);
        assertEquals(List.of(new Persist(VoterMemory.unborn(111))), actions);
        persisted();
        assertEquals(List.of(new Ask(V2, new Recall(nowMs)), new Ask(V3, new Recall(nowMs))), actions);
    }

    @Test
    void anEmptyVoterAnswersOnlyThatItIsEmpty() {
        withoutFile();
        for (VoterRequest request : List.of(
                new Prepare(epoch(4), B, 44, Epoch.NONE),
                new Accept(OLD, 33, 1),
                new Release(epoch(3), 33),
                new Status(B, 5, Optional.empty()),
                new Fence(epoch(4), 7))) {
            ask(request);
            answers();
            assertInstanceOf(Asking.class, state);
        }

        ask(new Recall(8));
        answers(new Empty(8, 111));
    }

    @Test
    void aRegisterIsFoundedWhenAllOthersAreEmptyInOneRound() {
        withoutFile();
        on(new Answered(V2, new Empty(nowMs, 222)));
        assertInstanceOf(Asking.class, state);
        nowMs += 350; // another round: what was said before does not count any more
        on(new Tick());
        on(new Answered(V3, new Empty(nowMs, 333)));
        assertInstanceOf(Asking.class, state);

        on(new Answered(V2, new Empty(nowMs - 350, 222)));
        assertInstanceOf(Asking.class, state);
        on(new Answered(V2, new Empty(nowMs, 222)));

        VoterMemory founded = new VoterMemory(111, Optional.of(Votes.NONE), Set.of(111L, 222L, 333L), false);
        assertEquals(founded, state.memory());
        persisted();
        assertEquals(Grant.nobodyUntil(nowMs), grant());
    }

    @Test
    void anEmptyVoterThatWasSeenWhenTheRegisterWasFoundedHasNeverVoted() {
        withoutFile();

        on(new Answered(V3, new Recalled(nowMs, epoch(8), Set.of(111L, 222L, 333L))));

        assertEquals(new VoterMemory(111, Optional.of(Votes.NONE), Set.of(111L, 222L, 333L), false), state.memory());
    }

    /** A voter that has lost its file, and asks the others to fence. */
    private void fencing() {
        withoutFile();
        on(new Answered(V2, new Recalled(nowMs, epoch(8), Set.of(9L))));
        assertInstanceOf(Asking.class, state);
        on(new Answered(V3, new Recalled(nowMs, epoch(6), Set.of(9L))));
        assertEquals(epoch(9), assertInstanceOf(Fencing.class, state).epoch());
    }

    @Test
    void aVoterThatLostItsFileComesBackOverAFencedMajority() {
        fencing();
        long nonce = ((Fencing) state).nonce();
        assertTrue(actions.contains(new Ask(V2, new Fence(epoch(9), nonce))));
        assertTrue(actions.contains(new Ask(V3, new Fence(epoch(9), nonce))));

        on(new Answered(V2, new Fenced(epoch(9), nonce, Optional.of(OLD))));
        on(new Answered(V2, new Fenced(epoch(9), nonce, Optional.of(OLD)))); // twice the same is one
        assertInstanceOf(Fencing.class, state);
        on(new Answered(V3, new Fenced(epoch(9), nonce + 1, Optional.empty()))); // of another attempt
        assertInstanceOf(Fencing.class, state);
        GroupRecord newer = record(5, 7, B, B1);
        on(new Answered(V3, new Fenced(epoch(9), nonce, Optional.of(newer))));

        VoterMemory reborn =
                new VoterMemory(111, Optional.of(new Votes(epoch(9), nonce, Optional.of(newer))), Set.of(), true);
        assertTrue(actions.contains(new Persist(reborn)));
        persisted();
        assertEquals(Grant.nobodyUntil(nowMs + GRANT_MS), grant());
    }

    @Test
    void aFenceThatIsRefusedOrTakesTooLongIsBegunAnew() {
        fencing();
        VoterState fencing = state;

        on(new Answered(V2, new Refused(epoch(9), epoch(11))));
        assertInstanceOf(Asking.class, state);

        state = fencing;
        nowMs += 100;
        on(new Tick());
        assertEquals(2, actions.size(), "asked again");
        nowMs += 600;
        on(new Tick());
        assertInstanceOf(Asking.class, state);
    }

    @Test
    void aFencingVoterAnswersOnlyThatItIsEmpty() {
        fencing();

        ask(new Prepare(epoch(19), B, 44, Epoch.NONE));
        answers();
        ask(new Accept(record(19, 9, A, A1), 33, 1));
        answers();
        ask(new Fence(epoch(19), 1));
        answers();
        ask(new Recall(8));
        answers(new Empty(8, 111));
        on(new Persisted(VoterMemory.unborn(111)));
        on(new PersistFailed());
        on(new Answered(V2, new Recalled(nowMs, epoch(20), Set.of())));
        on(new Answered(V2, new Empty(nowMs, 5)));

        assertEquals(Map.of(), assertInstanceOf(Fencing.class, state).fences());
    }

    @Test
    void oneEmptyVoterBesideOneThatVotesIsNoReasonToVote() {
        withoutFile();

        on(new Answered(V2, new Empty(nowMs, 222)));
        on(new Answered(V3, new Recalled(nowMs, epoch(6), Set.of(9L))));

        assertInstanceOf(Asking.class, state);
    }

    @Test
    void aVoterThatDiedBeforeItHadVotesAsksAgainUnderTheSameBirth() {
        start(Optional.of(VoterMemory.unborn(5)), SETTINGS);

        assertEquals(5, assertInstanceOf(Asking.class, state).memory().birth());
        assertEquals(2, actions.size());
    }
}
