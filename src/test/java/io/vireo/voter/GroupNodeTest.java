package io.vireo.voter;

import static io.vireo.voter.Some.A;
import static io.vireo.voter.Some.A1;
import static io.vireo.voter.Some.B;
import static io.vireo.voter.Some.B1;
import static io.vireo.voter.Some.C1;
import static io.vireo.voter.Some.V1;
import static io.vireo.voter.Some.V2;
import static io.vireo.voter.Some.V3;
import static io.vireo.voter.Some.async;
import static io.vireo.voter.Some.epoch;
import static io.vireo.voter.Some.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Step;
import io.vireo.config.VoterLost;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.topology.Role;
import io.vireo.topology.RoleChange;
import io.vireo.topology.VoterId;
import io.vireo.voter.Ballot.Elected;
import io.vireo.voter.Ballot.Preparing;
import io.vireo.voter.Ballot.Raising;
import io.vireo.voter.Duty.Following;
import io.vireo.voter.Duty.Leading;
import io.vireo.voter.Duty.Standing;
import io.vireo.voter.InSync.Adopting;
import io.vireo.voter.InSync.Proposing;
import io.vireo.voter.InSync.Settled;
import io.vireo.voter.NodeAction.Adopt;
import io.vireo.voter.NodeAction.Become;
import io.vireo.voter.NodeAction.HandOver;
import io.vireo.voter.NodeAction.Persist;
import io.vireo.voter.NodeAction.Send;
import io.vireo.voter.NodeAction.TakeHistory;
import io.vireo.voter.Terms.Door;
import io.vireo.voter.VoterReply.Accepted;
import io.vireo.voter.VoterReply.Heard;
import io.vireo.voter.VoterReply.Promised;
import io.vireo.voter.VoterReply.Refused;
import io.vireo.voter.VoterReply.StatusIs;
import io.vireo.voter.VoterRequest.Accept;
import io.vireo.voter.VoterRequest.Prepare;
import io.vireo.voter.VoterRequest.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The states of a data node against every event. The node is A; its group has B and C, and three voters. */
class GroupNodeTest {
    private static final GroupRecord FORMER = record(3, 9, B, A1, B1, C1);

    private NodeSettings settings = settings(ConsistencyMode.STRONG, VoterLost.REFUSE, true);
    private long nowMs = 100_000;
    private NodeState state = started(3);
    private List<NodeAction> actions = new ArrayList<>();

    private static NodeSettings settings(ConsistencyMode mode, VoterLost lost, boolean mayFound) {
        return new NodeSettings(Some.VOTERS, Timing.DEFAULT, 1, mayFound, mode, lost, 5_000);
    }

    private NodeState started(long epoch) {
        return GroupNode.start(new NodeMemory(A, 1, epoch(epoch), false), report(A1, 50), 7, settings, nowMs);
    }

    private static NodeReport report(Incarnation who, long offset) {
        return new NodeReport(who.node(), "h:1", 100, epoch(3), offset, true);
    }

    private void on(NodeEvent event) {
        Step<NodeState, NodeAction> step = GroupNode.on(state, event, settings, nowMs);
        state = step.state();
        actions = step.actions();
    }

    private void tickAfter(long ms) {
        nowMs += ms;
        on(new NodeEvent.Tick());
    }

    private void answer(VoterId voter, VoterReply reply) {
        on(new NodeEvent.Answered(voter, reply));
    }

    /** How things stand, as a voter says that is asked now. */
    private void status(VoterId voter, long promised, GroupRecord record, boolean free, Heard... heard) {
        answer(voter, new StatusIs(nowMs, epoch(promised), Optional.ofNullable(record), free, List.of(heard)));
    }

    private <T extends NodeAction> List<T> all(Class<T> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private <R extends VoterRequest> List<R> sent(Class<R> kind) {
        return all(Send.class).stream()
                .map(Send::request)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private Terms terms() {
        return all(Adopt.class).getLast().terms();
    }

    private Leading leading() {
        return assertInstanceOf(Leading.class, state.duty());
    }

    private <T extends Ballot> T ballot(Class<T> kind) {
        return assertInstanceOf(
                kind, assertInstanceOf(Standing.class, state.duty()).ballot());
    }

    private void persisted() {
        on(new NodeEvent.Persisted(all(Persist.class).getFirst().memory()));
    }

    // Following.

    @Test
    void aNodeStartsAsAReplicaAndFollowsThePrimaryOfTheNewestRecord() {
        status(V1, 3, FORMER, false);

        assertEquals(List.of(new Become(new RoleChange(Role.REPLICA, epoch(3), Optional.of(B)))), actions);
        status(V2, 2, record(2, 8, A, A1), false);
        assertEquals(List.of(), actions, "an older record is no news");
    }

    @Test
    void theVotersAreAskedRegularly() {
        tickAfter(0);
        assertEquals(3, sent(VoterRequest.Status.class).size());
        tickAfter(99);
        assertEquals(List.of(), actions);
        tickAfter(1);
        assertEquals(3, sent(VoterRequest.Status.class).size());
    }

    /** Says to the node that a majority is free, and lets the wait for those pass who would lead better. */
    private void freeFor(GroupRecord record, long promised) {
        status(V1, promised, record, true);
        status(V2, promised, record, true);
        tickAfter(1);
    }

    @Test
    void aNodeStandsAfterSilenceWhenAMajorityIsFreeAndIsAskedAgain() {
        freeFor(FORMER, 3);
        Following waiting = assertInstanceOf(Following.class, state.duty());
        long untilMs = waiting.waiting().orElseThrow().untilMs();
        assertTrue(untilMs - nowMs < 150, "nobody would lead better");

        nowMs = untilMs;
        on(new NodeEvent.Tick());
        assertInstanceOf(Following.class, state.duty(), "it was not asked again yet");
        freeFor(FORMER, 3);

        assertEquals(epoch(4), ballot(Raising.class).epoch());
        assertEquals(List.of(new Persist(new NodeMemory(A, 1, epoch(4), false))), all(Persist.class));
        assertEquals(List.of(), sent(Prepare.class), "nobody hears of it before it is on the disk");
    }

    private void assertDoesNotWaitToStand() {
        assertEquals(
                Optional.empty(),
                assertInstanceOf(Following.class, state.duty()).waiting());
    }

    @Test
    void aNodeThatIsNoMemberDoesNotStand() {
        freeFor(record(3, 9, B, B1, C1), 3);
        assertDoesNotWaitToStand();
        freeFor(record(3, 10, B, new Incarnation(A, 2), B1), 3);
        assertDoesNotWaitToStand();
    }

    @Test
    void inAsyncModeAnyWholeNodeMayStand() {
        nowMs += Timing.DEFAULT.loadingMs();
        freeFor(async(3, 9, B, B1), 3);

        assertTrue(assertInstanceOf(Following.class, state.duty()).waiting().isPresent());
    }

    @Test
    void aNodeThatHasJustStartedWaitsForThoseThatMayHoldMore() {
        freeFor(async(3, 9, B, B1), 3);
        assertDoesNotWaitToStand();
        status(V1, 3, async(3, 9, B, B1), true, new Heard(report(B1, 40), 0));
        status(V2, 3, async(3, 9, B, B1), true);
        tickAfter(1);
        assertTrue(assertInstanceOf(Following.class, state.duty()).waiting().isPresent());
    }

    @Test
    void aNodeDoesNotStandThatIsHalfACopyOrHasPriorityZero() {
        on(new NodeEvent.Stands(new NodeReport(A, "h:1", 100, epoch(3), 50, false)));
        freeFor(async(3, 9, B, B1), 3);
        assertDoesNotWaitToStand();
        on(new NodeEvent.Stands(new NodeReport(A, "h:1", 0, epoch(3), 50, true)));
        freeFor(FORMER, 3);
        assertDoesNotWaitToStand();
    }

    @Test
    void onlyWhoWasNotToldToFollowFoundsAGroup() {
        freeFor(null, 0);
        assertTrue(assertInstanceOf(Following.class, state.duty()).waiting().isPresent());

        settings = settings(ConsistencyMode.STRONG, VoterLost.REFUSE, false);
        state = started(0);
        freeFor(null, 0);
        assertDoesNotWaitToStand();
    }

    @Test
    void aNodeThatHearsAPrimaryWithoutALeaseStandsLater() {
        on(new NodeEvent.StreamHeard(epoch(3)));
        freeFor(FORMER, 3);
        on(new NodeEvent.StreamHeard(epoch(3)));

        long waitMs = assertInstanceOf(Following.class, state.duty())
                        .waiting()
                        .orElseThrow()
                        .untilMs()
                - nowMs;
        assertTrue(waitMs >= 500 && waitMs < 650, "as long as a silence, and then as it comes: " + waitMs);
        nowMs += waitMs;
        on(new NodeEvent.StreamHeard(epoch(3)));
        freeFor(FORMER, 3);
        assertEquals(epoch(4), ballot(Raising.class).epoch());
    }

    @Test
    void aNodeDoesNotStandWhereNoMajorityIsFree() {
        status(V1, 3, FORMER, true);
        status(V2, 3, FORMER, false);
        tickAfter(1);
        assertDoesNotWaitToStand();
        status(V3, 3, FORMER, true);
        nowMs += 350;
        tickAfter(1);
        assertDoesNotWaitToStand(); // the answers are too old
    }

    @Test
    void whoWouldLeadBetterHasThePrecedence() {
        Heard better = new Heard(report(C1, 51), 0);
        Heard thePrimary = new Heard(report(B1, 99), 0);
        status(V1, 3, FORMER, true, better, thePrimary);
        status(V2, 3, FORMER, true, better);

        tickAfter(1);

        long waitMs = assertInstanceOf(Following.class, state.duty())
                        .waiting()
                        .orElseThrow()
                        .untilMs()
                - nowMs;
        assertTrue(waitMs >= 150 && waitMs < 300, "one would lead better: " + waitMs);
    }

    @Test
    void aStreamOfAHigherEpochIsFollowedWhenThatIsOnTheDisk() {
        on(new NodeEvent.StreamHeard(epoch(5)));

        assertTrue(state.takesStreamOf(epoch(5)));
        assertFalse(state.takesStreamOf(epoch(4)));
        assertFalse(state.mayAcknowledge(epoch(5)));
        persisted();
        assertTrue(state.mayAcknowledge(epoch(5)));
    }

    @Test
    void aWriteThatFailsIsRepeatedAtTheNextTick() {
        on(new NodeEvent.StreamHeard(epoch(5)));
        on(new NodeEvent.PersistFailed());
        assertEquals(List.of(), actions);

        tickAfter(1);

        assertEquals(1, all(Persist.class).size());
        persisted();
        assertEquals(epoch(5), state.durableEpoch());
    }

    @Test
    void theTargetOfAHandoverStandsAtOnceAndNamesWhatWasReleased() {
        on(new NodeEvent.HandoverOffered(epoch(2)));
        assertInstanceOf(Following.class, state.duty(), "an old offer");

        on(new NodeEvent.HandoverOffered(epoch(3)));
        persisted();

        assertEquals(epoch(3), sent(Prepare.class).getFirst().released());
    }

    @Test
    void whatDoesNotConcernAReplicaChangesNothing() {
        status(V1, 3, FORMER, false);
        NodeState before = state;
        for (NodeEvent event : List.of(
                new NodeEvent.Acked(B1, epoch(3), 1, 1),
                new NodeEvent.Adopted(1, 1),
                new NodeEvent.Drained(1, 1),
                new NodeEvent.HistoryTaken(epoch(3), 1),
                new NodeEvent.HandoverWanted(Optional.empty()),
                new NodeEvent.ModeWanted(ConsistencyMode.ASYNC),
                new NodeEvent.Answered(V1, new Accepted(epoch(3), 9, 1)),
                new NodeEvent.EpochPresented(epoch(3)))) {
            on(event);
            assertEquals(before, state, event.toString());
            assertEquals(List.of(), actions);
        }
    }

    // Nodes without data, in async mode.

    private static NodeReport empty(Incarnation who, boolean whole) {
        return new NodeReport(who.node(), "h:1", 100, Epoch.NONE, 0, whole);
    }

    /** Whether an empty node stands where these others are heard of. */
    private boolean standsEmpty(GroupRecord newest, Heard... heard) {
        settings = settings(ConsistencyMode.ASYNC, VoterLost.REFUSE, true);
        state = GroupNode.start(new NodeMemory(A, 1, epoch(3), false), empty(A1, true), 7, settings, nowMs);
        for (int i = 0; i < 20; i++) {
            tickAfter(50);
            status(V1, 3, newest, true, heard);
            status(V2, 3, newest, true, heard);
            tickAfter(1);
        }
        return state.duty() instanceof Standing;
    }

    @Test
    void anEmptyNodeLeadsWhereAllWhoWereInSyncAreAsEmpty() {
        assertTrue(standsEmpty(async(3, 9, B, A1, B1), new Heard(empty(B1, true), 10)));
    }

    @Test
    void anEmptyNodeLeavesTheLeadToWhoeverMayHaveData() {
        GroupRecord record = async(3, 9, B, A1, B1, C1);
        Heard emptyB = new Heard(empty(B1, true), 10);
        assertFalse(standsEmpty(record, emptyB), "C is not heard of: it may be loading");
        assertFalse(standsEmpty(record, emptyB, new Heard(empty(C1, false), 10)), "C is loading");
        assertFalse(standsEmpty(record, emptyB, new Heard(report(C1, 50), 10)), "C has data");
        assertFalse(standsEmpty(record, emptyB, new Heard(empty(C1, true), 60_000)), "C was empty long ago");
        assertTrue(standsEmpty(record, emptyB, new Heard(empty(C1, true), 10)));
    }

    @Test
    void anEmptyNodeDoesNotWaitForEverForOneThatIsGone() {
        GroupRecord record = async(3, 9, B, A1, B1, C1);
        assertFalse(standsEmpty(record, new Heard(empty(B1, true), 10)));
        nowMs += Timing.DEFAULT.emptyMs();
        for (int i = 0; i < 20; i++) {
            tickAfter(50);
            status(V1, 3, record, true, new Heard(empty(B1, true), 10));
            status(V2, 3, record, true, new Heard(empty(B1, true), 10));
            tickAfter(1);
        }
        assertInstanceOf(Standing.class, state.duty());
    }

    // Standing.

    private void stand() {
        freeFor(FORMER, 3);
        nowMs += 150;
        freeFor(FORMER, 3);
        persisted();
    }

    private Promised promise(GroupRecord record) {
        Ballot ballot = ((Standing) state.duty()).ballot();
        return new Promised(ballot.epoch(), ballot.nonce(), Optional.ofNullable(record), false);
    }

    @Test
    void aMajorityOfPromisesElectsWhoIsListedInTheNewestRecord() {
        stand();
        assertEquals(3, sent(Prepare.class).size());

        answer(V1, promise(record(2, 7, A, A1)));
        answer(V1, promise(record(2, 7, A, A1))); // twice the same is one
        ballot(Preparing.class);
        answer(V3, promise(FORMER));

        assertEquals(List.of(new TakeHistory(epoch(4))), all(TakeHistory.class));
        assertEquals(Optional.of(FORMER), ballot(Elected.class).newest());
    }

    @Test
    void whoIsNotListedInTheNewestPromiseReleasesAndWaits() {
        stand();
        answer(V1, promise(FORMER));

        answer(V3, promise(record(3, 10, B, B1, C1)));

        assertEquals(3, sent(Release.class).size());
        Following following = assertInstanceOf(Following.class, state.duty());
        assertTrue(following.notBeforeMs() >= nowMs + 500);
    }

    @Test
    void aPromiseOfAnotherAttemptDoesNotCount() {
        stand();
        answer(V1, promise(FORMER));

        answer(V2, new Promised(epoch(4), 1, Optional.of(FORMER), false));
        answer(V2, new Promised(epoch(3), ballot(Preparing.class).nonce(), Optional.of(FORMER), false));

        ballot(Preparing.class);
    }

    @Test
    void aBallotThatAMajorityRefusesIsOverAndTheNextHasAnotherEpoch() {
        stand();
        answer(V1, new Refused(epoch(4), epoch(6)));
        ballot(Preparing.class);
        answer(V2, new Refused(epoch(4), epoch(4)));

        assertInstanceOf(Following.class, state.duty());
        nowMs += 500;
        freeFor(FORMER, 6);
        nowMs += 150;
        freeFor(FORMER, 6);
        assertEquals(epoch(7), ballot(Raising.class).epoch());
    }

    @Test
    void aBallotThatTakesTooLongIsReleased() {
        stand();
        tickAfter(100);
        assertEquals(3, sent(Prepare.class).size(), "asked again");
        tickAfter(400);

        assertEquals(3, sent(Release.class).size());
        assertInstanceOf(Following.class, state.duty());
    }

    @Test
    void aPromiseThatIsFoundAfterASleepElectsNobody() {
        stand();
        answer(V1, promise(FORMER));
        nowMs += 5_000;

        answer(V2, promise(FORMER));

        assertInstanceOf(Following.class, state.duty());
    }

    @Test
    void aCandidateGivesWayToARecordOfItsEpochOrALaterOne() {
        stand();

        status(V1, 5, record(5, 10, B, B1, A1), false);

        assertInstanceOf(Following.class, state.duty());
        assertEquals(new RoleChange(Role.REPLICA, epoch(5), Optional.of(B)), state.role());
    }

    @Test
    void whatDoesNotConcernACandidateChangesNothing() {
        stand();
        Duty before = state.duty();
        for (NodeEvent event : List.of(
                new NodeEvent.Acked(B1, epoch(4), 1, 1),
                new NodeEvent.Adopted(1, 1),
                new NodeEvent.Drained(1, 1),
                new NodeEvent.HistoryTaken(epoch(4), 1),
                new NodeEvent.HandoverWanted(Optional.empty()),
                new NodeEvent.HandoverOffered(epoch(4)),
                new NodeEvent.LeadAnyway(),
                new NodeEvent.StreamHeard(epoch(3)),
                new NodeEvent.EpochPresented(epoch(3)),
                new NodeEvent.Answered(V1, new Accepted(epoch(4), 9, 1)))) {
            on(event);
            assertSame(before, state.duty(), event.toString());
        }
        assertFalse(state.takesStreamOf(epoch(9)));
    }

    // Leading.

    /** Elected in epoch 4 with a log of 50; the first record is on its way. */
    private void elected() {
        stand();
        answer(V1, promise(FORMER));
        answer(V2, promise(FORMER));
        on(new NodeEvent.HistoryTaken(epoch(4), 50));
    }

    private void accept(VoterId voter) {
        answer(voter, new Accepted(epoch(4), leading().inSync().sent().seq(), nowMs));
    }

    private void lead() {
        elected();
        accept(V1);
        accept(V3);
    }

    @Test
    void nothingIsServedBeforeAMajorityHasTheFirstRecord() {
        elected();
        GroupRecord first = record(4, 10, A, A1, C1);
        assertEquals(first, sent(Accept.class).getFirst().record());

        accept(V1);
        assertEquals(Door.CLOSED, terms().door());
        assertEquals(Lease.NEVER, terms().leaseUntilMs());
        accept(V3);

        assertEquals(Door.OPEN, terms().door());
        assertEquals(nowMs + 800, terms().leaseUntilMs());
        assertEquals(List.of(new Become(new RoleChange(Role.PRIMARY, epoch(4), Optional.empty()))), all(Become.class));
        assertEquals(new Settled(first), leading().inSync());
    }

    @Test
    void aDecisionThatComesAfterASleepBeginsNothing() {
        elected();
        long sentAtMs = nowMs;
        nowMs += 5_000;

        answer(V1, new Accepted(epoch(4), 10, sentAtMs));
        answer(V2, new Accepted(epoch(4), 10, sentAtMs));

        assertEquals(Role.REPLICA, state.role().role());
        assertTrue(nowMs >= terms().leaseUntilMs());
    }

    @Test
    void theLeaseIsCountedFromWhenTheRenewalWasSent() {
        lead();
        long sentAtMs = nowMs + 80;
        tickAfter(80);
        assertEquals(sentAtMs, sent(Accept.class).getFirst().sentAtMs());
        nowMs += 300;

        answer(V1, new Accepted(epoch(4), 10, sentAtMs));
        answer(V2, new Accepted(epoch(4), 10, sentAtMs));

        assertEquals(sentAtMs + 800, terms().leaseUntilMs());
    }

    @Test
    void aLostLeaseMayComeBackInTheSameEpoch() {
        lead();
        tickAfter(3_000);
        assertInstanceOf(Leading.class, state.duty());

        accept(V1);
        accept(V2);

        assertEquals(nowMs + 800, terms().leaseUntilMs());
    }

    @Test
    void theLeaseIsNotRenewedForAKeyspaceThatStandsStill() {
        lead();
        on(new NodeEvent.KeyspaceRuns());
        tickAfter(5_000);
        assertFalse(sent(Accept.class).isEmpty());
        tickAfter(100);
        assertEquals(List.of(), sent(Accept.class));
        on(new NodeEvent.KeyspaceRuns());
        tickAfter(1);
        assertFalse(sent(Accept.class).isEmpty());
    }

    private void assertSteppedDown() {
        assertInstanceOf(Following.class, state.duty());
        assertEquals(Door.CLOSED, terms().door());
        assertEquals(Role.REPLICA, state.role().role());
    }

    @Test
    void aRecordOfAHigherEpochEndsAnEpoch() {
        lead();

        status(V3, 5, record(5, 11, B, B1), false);

        assertSteppedDown();
    }

    @Test
    void aHigherPromiseEndsAnEpochOnlyWithoutTheLease() {
        lead();
        status(V3, 5, FORMER, false);
        tickAfter(1);
        assertInstanceOf(Leading.class, state.duty());

        tickAfter(800);

        assertSteppedDown();
    }

    @Test
    void aRivalIsAnsweredByAnotherElectionUnderTheLeaseAndByAnEndWithoutIt() {
        lead();
        NodeState leading = state;
        on(new NodeEvent.EpochPresented(epoch(9)));
        assertEquals(epoch(10), ballot(Raising.class).epoch());
        assertEquals(Door.CLOSED, terms().door());

        state = leading;
        nowMs += 800;
        on(new NodeEvent.EpochPresented(epoch(9)));
        assertSteppedDown();

        state = leading;
        on(new NodeEvent.EpochPresented(epoch(4)));
        assertSame(leading.duty(), state.duty());
    }

    @Test
    void votersThatPromisedTheSameEpochToAnotherMakeTheNodeStandAgain() {
        lead();
        answer(V2, new Refused(epoch(4), epoch(4)));
        tickAfter(100);
        assertEquals(1, sent(Prepare.class).size(), "it may only have forgotten");
        accept(V1);
        accept(V3);
        for (int i = 0; i < 10; i++) {
            tickAfter(100);
            if (state.duty() instanceof Leading) {
                accept(V1);
                accept(V3);
            }
        }

        assertEquals(epoch(5), ballot(Raising.class).epoch());
    }

    @Test
    void aReplicaIsTakenInWhenTheKeyspaceCountsItAndItHoldsWhatHadLeft() {
        lead();
        on(new NodeEvent.Acked(B1, epoch(4), 50, 50));
        tickAfter(1);
        Adopting adopting = assertInstanceOf(Adopting.class, leading().inSync());
        assertEquals(record(4, 11, A, A1, B1, C1), adopting.next());
        assertEquals(adopting.next().inSync(), terms().pending());
        long version = terms().version();

        on(new NodeEvent.Adopted(version - 1, 50));
        assertInstanceOf(Adopting.class, leading().inSync());
        on(new NodeEvent.Adopted(version, 60));
        assertInstanceOf(Adopting.class, leading().inSync(), "something had left that it lacks");
        on(new NodeEvent.Acked(B1, epoch(4), 60, 60));

        assertInstanceOf(Proposing.class, leading().inSync());
        assertEquals(3, sent(Accept.class).size());
        accept(V1);
        assertInstanceOf(Proposing.class, leading().inSync());
        accept(V2);
        assertEquals(new Settled(record(4, 11, A, A1, B1, C1)), leading().inSync());
    }

    @Test
    void aChangeThatNobodyHasHeardOfIsGivenUpAndOneThatIsSentIsNot() {
        lead();
        on(new NodeEvent.Acked(B1, epoch(4), 50, 50));
        on(new NodeEvent.Acked(C1, epoch(4), 50, 50));
        tickAfter(1);
        NodeState adopting = state;
        Terms before = terms();
        for (int i = 0; i < 6; i++) {
            tickAfter(100);
            accept(V1);
            accept(V2);
        }
        assertEquals(record(4, 10, A, A1, C1), leading().inSync().sent());
        assertTrue(terms().version() > before.version());

        state = adopting;
        on(new NodeEvent.Adopted(before.version(), 50));
        tickAfter(700);
        assertInstanceOf(Proposing.class, leading().inSync());
        tickAfter(2_000);
        assertInstanceOf(Proposing.class, leading().inSync());
    }

    @Test
    void theModeChangesByARecord() {
        lead();
        on(new NodeEvent.ModeWanted(ConsistencyMode.ASYNC));
        tickAfter(1);
        assertEquals(ConsistencyMode.STRONG, terms().mode());
        on(new NodeEvent.Adopted(terms().version(), 50));
        accept(V1);
        assertEquals(ConsistencyMode.STRONG, terms().mode());
        accept(V2);

        assertEquals(ConsistencyMode.ASYNC, terms().mode());
    }

    @Test
    void inAsyncModeTheOperatorMayHaveItGoOnWithoutALease() {
        settings = settings(ConsistencyMode.ASYNC, VoterLost.SERVE, true);
        lead();
        on(new NodeEvent.ModeWanted(ConsistencyMode.ASYNC));
        tickAfter(1);
        on(new NodeEvent.Adopted(terms().version(), 50));
        accept(V1);
        accept(V2);

        assertEquals(Long.MAX_VALUE, terms().leaseUntilMs());
    }

    // The handover.

    private void drain() {
        lead();
        on(new NodeEvent.Acked(C1, epoch(4), 50, 50));
        status(V1, 4, leading().inSync().sent(), true, new Heard(report(C1, 50), 0));
        on(new NodeEvent.HandoverWanted(Optional.empty()));
    }

    @Test
    void aHandoverDrainsFallsSilentAndOnlyThenTellsTheTarget() {
        drain();
        assertEquals(Door.DRAINING, terms().door());
        long version = terms().version();
        on(new NodeEvent.Drained(version, 51));
        assertInstanceOf(Handover.Draining.class, leading().handover(), "the target lacks something");

        on(new NodeEvent.Acked(C1, epoch(4), 51, 51));
        on(new NodeEvent.Drained(version, 51));
        assertEquals(Door.CLOSED, terms().door());
        assertEquals(List.of(), all(HandOver.class));
        on(new NodeEvent.Adopted(terms().version(), 51));

        assertEquals(List.of(new HandOver(Some.C, epoch(4))), all(HandOver.class));
    }

    @Test
    void aHandoverThatDoesNotDrainInTimeIsOver() {
        drain();

        tickAfter(400);

        assertInstanceOf(Handover.None.class, leading().handover());
        assertEquals(Door.OPEN, terms().door());
    }

    @Test
    void aPrimaryThatHasHandedOverServesAgainOnlyInANewEpoch() {
        drain();
        on(new NodeEvent.Drained(terms().version(), 50));
        on(new NodeEvent.Adopted(terms().version(), 50));
        for (int i = 0; i < 7; i++) {
            tickAfter(100);
            accept(V1);
            accept(V2);
            assertEquals(Door.CLOSED, terms().door());
        }

        tickAfter(100);

        assertEquals(epoch(5), ballot(Raising.class).epoch());
    }

    @Test
    void nobodyIsHandedOverToWhoIsNoMemberOrIsNotThere() {
        lead();
        on(new NodeEvent.Acked(B1, epoch(4), 50, 50));
        status(V1, 4, leading().inSync().sent(), true, new Heard(report(B1, 50), 0));

        on(new NodeEvent.HandoverWanted(Optional.of(B)));
        assertInstanceOf(Handover.None.class, leading().handover());
        on(new NodeEvent.HandoverWanted(Optional.of(Some.C)));
        assertInstanceOf(Handover.None.class, leading().handover());
        assertInstanceOf(Say.class, actions.getFirst());
    }

    @Test
    void whatDoesNotConcernAPrimaryChangesNothing() {
        lead();
        Duty before = state.duty();
        Epoch other = epoch(3);
        for (NodeEvent event : List.of(
                new NodeEvent.Acked(B1, other, 50, 50),
                new NodeEvent.Adopted(99, 1),
                new NodeEvent.Drained(99, 1),
                new NodeEvent.HistoryTaken(epoch(4), 1),
                new NodeEvent.HandoverOffered(epoch(4)),
                new NodeEvent.LeadAnyway(),
                new NodeEvent.StreamHeard(other),
                new NodeEvent.Answered(V1, new Accepted(other, 10, 1)),
                new NodeEvent.Answered(V1, new Refused(other, epoch(4))),
                new NodeEvent.Answered(V1, new Promised(epoch(4), 1, Optional.empty(), true)))) {
            on(event);
            assertEquals(before, state.duty(), event.toString());
        }
    }
}
