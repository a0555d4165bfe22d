package io.vireo.voter;

import static io.vireo.voter.Some.A;
import static io.vireo.voter.Some.A1;
import static io.vireo.voter.Some.B;
import static io.vireo.voter.Some.B1;
import static io.vireo.voter.Some.B2;
import static io.vireo.voter.Some.C1;
import static io.vireo.voter.Some.async;
import static io.vireo.voter.Some.epoch;
import static io.vireo.voter.Some.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.config.VoterLost;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import io.vireo.voter.Ballot.Cause;
import io.vireo.voter.InSync.Adopting;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is a member of the in-sync set, at the beginning of an epoch and later. */
class InSyncTest {
    private static final NodeSettings SETTINGS = settings(1);
    private static final long END = 50;
    private static final long LEN0 = 40;

    private Acks acks = Acks.none(epoch(4));

    private static NodeSettings settings(int minSync) {
        return new NodeSettings(
                Some.VOTERS, Timing.DEFAULT, minSync, true, ConsistencyMode.STRONG, VoterLost.REFUSE, 5_000);
    }

    /** Who should be a member, 10 s after the epoch began. */
    private Set<Incarnation> due(GroupRecord record) {
        return InSync.due(record, A1, acks, LEN0, 0, SETTINGS, 10_000);
    }

    private void acked(Incarnation who, long offset, long atMs) {
        acks = acks.with(who, offset, END, atMs);
    }

    @Test
    void aReplicaThatHoldsEverythingIsTakenIn() {
        acked(B1, END, 9_900);

        assertEquals(Set.of(A1, B1), due(record(4, 1, A, A1)));
    }

    @Test
    void aReplicaThatIsBehindOrSilentIsNot() {
        acked(B1, END - 1, 9_900);
        acked(C1, END, 9_699);

        assertEquals(Set.of(A1), due(record(4, 1, A, A1)));
    }

    @Test
    void aReplicaThatLacksSomethingOfTheTailThatTheEpochBeganWithIsNot() {
        acks = acks.with(B1, LEN0 - 1, LEN0 - 1, 9_900); // all there was, by a wrong account

        assertEquals(Set.of(A1), due(record(4, 1, A, A1)));
    }

    @Test
    void aSilentMemberLeavesUnlessTheSetWouldBeTooSmall() {
        acked(B1, END, 9_900);
        acked(C1, END, 9_400);

        assertEquals(Set.of(A1, B1), due(record(4, 1, A, A1, B1, C1)));
        assertEquals(
                Set.of(A1, C1),
                InSync.due(record(4, 1, A, A1, C1), A1, Acks.none(epoch(4)), LEN0, 0, SETTINGS, 10_000));
        assertEquals(
                Set.of(A1), InSync.due(async(4, 1, A, A1, C1), A1, Acks.none(epoch(4)), LEN0, 0, SETTINGS, 10_000));
    }

    @Test
    void nobodyIsLateWhenTheEpochHasJustBegun() {
        assertEquals(
                Set.of(A1, B1, C1),
                InSync.due(record(4, 1, A, A1, B1, C1), A1, acks, LEN0, 9_600, settings(0), 10_000));
        assertEquals(Set.of(A1), InSync.due(record(4, 1, A, A1, B1, C1), A1, acks, LEN0, 9_400, settings(0), 10_000));
    }

    @Test
    void aMemberThatCameBackAsAnotherIsReplacedInOneRecord() {
        acked(B2, 10, 9_900);
        assertEquals(Set.of(A1, B1), due(record(4, 1, A, A1, B1)), "not before the new one holds everything");

        acked(B2, END, 9_950);
        assertEquals(Set.of(A1, B2), due(record(4, 1, A, A1, B1)));
    }

    @Test
    void aMemberThatIsKeptForTheNumberIsRatherOneThatMayComeBack() {
        acked(B2, 10, 9_900);

        assertEquals(Set.of(A1, C1), due(record(4, 1, A, A1, B1, C1)));
    }

    @Test
    void aNewMemberMustHoldWhatHadLeftBeforeTheVotersHearOfIt() {
        Adopting adopting = new Adopting(record(4, 1, A, A1), record(4, 2, A, A1, B1), 7, 500, Optional.empty());
        assertFalse(adopting.isReady(Acks.none(epoch(4)).with(B1, 99, END, 0)), "not adopted yet");

        Adopting adopted = new Adopting(record(4, 1, A, A1), record(4, 2, A, A1, B1), 7, 500, Optional.of(END));
        assertFalse(adopted.isReady(Acks.none(epoch(4)).with(B1, END - 1, END, 0)));
        assertTrue(adopted.isReady(Acks.none(epoch(4)).with(B1, END, END, 0)));
    }

    @Test
    void theFirstRecordLeavesTheFormerPrimaryOutWhereThatDoesNoHarm() {
        GroupRecord three = record(3, 9, B, A1, B1, C1);
        assertEquals(Set.of(A1, C1), InSync.first(Optional.of(three), A1, Cause.SUSPICION, SETTINGS));
        assertEquals(Set.of(A1, B1, C1), InSync.first(Optional.of(three), A1, Cause.handover(epoch(3)), SETTINGS));
        assertEquals(Set.of(A1, B1, C1), InSync.first(Optional.of(three), A1, Cause.SUSPICION, settings(2)));
        assertEquals(Set.of(A1, B1), InSync.first(Optional.of(record(3, 9, B, A1, B1)), A1, Cause.SUSPICION, SETTINGS));
        assertEquals(Set.of(A1, B1), InSync.first(Optional.of(record(3, 9, A, A1, B1)), A1, Cause.SUSPICION, SETTINGS));
    }

    @Test
    void whoIsNoMemberBeginsAlone() {
        assertEquals(Set.of(A1), InSync.first(Optional.empty(), A1, Cause.SUSPICION, SETTINGS));
        assertEquals(Set.of(A1), InSync.first(Optional.of(async(3, 9, B, B1, C1)), A1, Cause.SUSPICION, SETTINGS));
        assertEquals(Set.of(A1), InSync.first(Optional.of(record(3, 9, B, A1, B1, C1)), A1, Cause.OPERATOR, SETTINGS));
    }
}
