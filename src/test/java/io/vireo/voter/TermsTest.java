package io.vireo.voter;

import static io.vireo.voter.Some.A1;
import static io.vireo.voter.Some.B1;
import static io.vireo.voter.Some.B2;
import static io.vireo.voter.Some.C1;
import static io.vireo.voter.Some.epoch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.voter.Terms.Door;
import io.vireo.voter.Terms.Refusal;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What may be applied and what may leave, and the acknowledgements that it depends on. */
class TermsTest {
    private static final Epoch EPOCH = epoch(4);
    private static final long LEASE_UNTIL_MS = 1_000;

    private static Terms terms(Door door, ConsistencyMode mode, Set<Incarnation> decided, Set<Incarnation> pending) {
        return new Terms(1, EPOCH, A1, door, LEASE_UNTIL_MS, mode, 1, decided, pending);
    }

    private static Terms strong(Incarnation... members) {
        return terms(Door.OPEN, ConsistencyMode.STRONG, Set.of(members), Set.of(members));
    }

    private static Acks acks(long end) {
        return Acks.none(EPOCH).with(B1, 10, end, 0).with(C1, 20, end, 0);
    }

    @Test
    void theReleaseOffsetIsWhereTheLastMemberStands() {
        assertEquals(10, strong(A1, B1, C1).releaseOffset(acks(30), 30));
        assertEquals(20, strong(A1, C1).releaseOffset(acks(30), 30));
        assertEquals(5, strong(A1, B1, C1).releaseOffset(acks(30), 5), "its own disk counts too");
    }

    @Test
    void bothSetsCountWhileAChangeIsPending() {
        Terms shrinking = terms(Door.OPEN, ConsistencyMode.STRONG, Set.of(A1, B1, C1), Set.of(A1, C1));
        Terms growing = terms(Door.OPEN, ConsistencyMode.STRONG, Set.of(A1, C1), Set.of(A1, B1, C1));

        assertEquals(10, shrinking.releaseOffset(acks(30), 30));
        assertEquals(10, growing.releaseOffset(acks(30), 30));
    }

    @Test
    void aMemberThatHasToldNothingHoldsEverythingBack() {
        assertEquals(Acks.NOTHING, strong(A1, B1).releaseOffset(Acks.none(EPOCH), 30));
        assertFalse(strong(A1, B1).mayLeave(EPOCH, 0, false, Acks.NOTHING, 0), "even a read of an empty log");
    }

    @Test
    void acknowledgementsOfAnotherEpochCountForNothing() {
        Acks former = Acks.none(epoch(3)).with(B1, 30, 30, 0);

        assertEquals(Acks.NOTHING, strong(A1, B1).releaseOffset(former, 30));
    }

    @Test
    void whatAMemberHasLostCountsNoMore() {
        Acks acks = Acks.none(EPOCH).with(B1, 25, 30, 0);
        assertEquals(25, strong(A1, B1).releaseOffset(acks, 30));

        assertEquals(7, strong(A1, B1).releaseOffset(acks.with(B1, 7, 30, 1), 30), "it has less than before");
        assertEquals(
                Acks.NOTHING, strong(A1, B1).releaseOffset(acks.with(B2, 25, 30, 1), 30), "another incarnation speaks");
    }

    @Test
    void aCommandIsRefusedBehindAClosedDoorWithoutALeaseOrWithTooFewMembers() {
        Set<Incarnation> both = Set.of(A1, B1);
        assertEquals(Refusal.NONE, strong(A1, B1).refusal(true, LEASE_UNTIL_MS - 1));
        assertEquals(Refusal.NO_LEASE, strong(A1, B1).refusal(false, LEASE_UNTIL_MS));
        assertEquals(Refusal.TOO_FEW_MEMBERS, strong(A1).refusal(true, 0));
        assertEquals(Refusal.NONE, strong(A1).refusal(false, 0), "a read needs no copies");
        for (Door door : Set.of(Door.DRAINING, Door.CLOSED)) {
            assertEquals(
                    Refusal.NOT_LEADING,
                    terms(door, ConsistencyMode.STRONG, both, both).refusal(false, 0));
        }
        Set<Incarnation> alone = Set.of(A1);
        assertEquals(
                Refusal.NONE,
                terms(Door.OPEN, ConsistencyMode.ASYNC, alone, alone).refusal(true, 0));
    }

    @Test
    void bytesLeaveOnlyInTheirEpochUnderTheLeaseAndWhenAllHoldThem() {
        Terms terms = strong(A1, B1);

        assertTrue(terms.mayLeave(EPOCH, 10, true, 10, LEASE_UNTIL_MS - 1));
        assertFalse(terms.mayLeave(EPOCH, 11, true, 10, LEASE_UNTIL_MS - 1));
        assertFalse(terms.mayLeave(EPOCH, 10, true, 10, LEASE_UNTIL_MS));
        assertFalse(terms.mayLeave(epoch(3), 10, true, 10, 0));
        assertFalse(strong(A1).mayLeave(EPOCH, 10, true, 10, 0), "too few copies");
        assertTrue(strong(A1).mayLeave(EPOCH, 10, false, 10, 0), "a read needs none");
    }

    @Test
    void whatIsHeldLeavesWhileAHandoverDrainsAndNeverAfter() {
        Set<Incarnation> both = Set.of(A1, B1);

        assertTrue(terms(Door.DRAINING, ConsistencyMode.STRONG, both, both).mayLeave(EPOCH, 10, true, 10, 0));
        assertFalse(terms(Door.CLOSED, ConsistencyMode.STRONG, both, both).mayLeave(EPOCH, 10, true, 10, 0));
    }

    @Test
    void aSetThatIsToBecomeTooSmallAcknowledgesNothing() {
        Terms shrinking = terms(Door.OPEN, ConsistencyMode.STRONG, Set.of(A1, B1), Set.of(A1));

        assertFalse(shrinking.mayLeave(EPOCH, 10, true, 10, 0));
    }

    @Test
    void inAsyncModeNobodyIsWaitedFor() {
        Terms async = terms(Door.OPEN, ConsistencyMode.ASYNC, Set.of(A1), Set.of(A1));

        assertTrue(async.mayLeave(EPOCH, 30, true, Acks.NOTHING, 0));
        assertFalse(async.mayLeave(EPOCH, 30, true, 30, LEASE_UNTIL_MS));
    }

    @Test
    void aReplicaIsCaughtUpThatReachesWhatTheLogWas() {
        Acks acks = Acks.none(EPOCH).with(B1, 10, 30, 0);
        assertFalse(acks.isCaughtUp(B1, 500, 0));

        acks = acks.with(B1, 29, 60, 100);
        assertFalse(acks.isCaughtUp(B1, 500, 100));
        acks = acks.with(B1, 30, 90, 200); // the end of time 0
        assertTrue(acks.isCaughtUp(B1, 500, 200));
        acks = acks.with(B1, 31, 90, 501); // alive, and not nearer
        assertFalse(acks.isCaughtUp(B1, 500, 501));
        acks = acks.with(B1, 90, 90, 600);
        assertTrue(acks.isCaughtUp(B1, 500, 1_100));
        assertFalse(acks.isCaughtUp(B1, 500, 1_101), "silent");
    }

    @Test
    void theLeaseEndsWhenTheMajoritysRenewalWasSentLongAgo() {
        Lease lease = Lease.NONE.renewed(Some.V1, 300);
        assertEquals(Lease.NEVER, lease.untilMs(2, 800));

        lease = lease.renewed(Some.V2, 100);
        assertEquals(900, lease.untilMs(2, 800));
        lease = lease.renewed(Some.V3, 200).renewed(Some.V3, 150); // an answer that comes late
        assertEquals(1_000, lease.untilMs(2, 800));
    }
}
