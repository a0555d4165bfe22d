package io.vireo.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.replication.FakeReplica;
import io.vireo.replication.Member;
import io.vireo.replication.Replication;
import io.vireo.replication.Rig;
import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.Incarnation;
import io.vireo.topology.NodeId;
import io.vireo.voter.Terms;
import io.vireo.voter.Terms.Door;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitBarrierTest {
    private static final Epoch EPOCH = new Epoch(4);
    private static final Incarnation SELF = node('a', 1);
    private static final Incarnation FIRST = node('b', 2);
    private static final Incarnation SECOND = node('c', 3);
    private static final long LEASE_UNTIL_MS = 1_000;

    private final Rig rig = new Rig();
    private final ReplicationLog log = Rig.log();
    private final Replication replication = new Replication(rig.surroundings(), log);
    private long ownHeld = Long.MAX_VALUE;
    private final CommitBarrier barrier = new CommitBarrier(replication, log, () -> Math.min(ownHeld, log.endOffset()));
    private FakeReplica first;
    private FakeReplica second;
    private long version;
    private boolean touched;
    private long waitsFor;

    private static Incarnation node(char digit, long token) {
        return new Incarnation(new NodeId(Character.toString(digit).repeat(40)), token);
    }

    @BeforeEach
    void lead() {
        replication.startInGroup(Optional.empty(), 0);
        replication.lead(ReplicationId.ofEpoch(EPOCH, new Random(1)));
        first = comes(FIRST);
        second = comes(SECOND);
    }

    @AfterEach
    void release() {
        replication.stop();
        log.freeBacklog();
    }

    private FakeReplica comes(Incarnation who) {
        return FakeReplica.online(replication, "h", (int) who.token(), Optional.of(new Member(who, EPOCH, true)));
    }

    private void adopt(Door door, ConsistencyMode mode, Set<Incarnation> decided, Set<Incarnation> pending) {
        version++;
        barrier.adopt(new Terms(version, EPOCH, SELF, door, LEASE_UNTIL_MS, mode, 1, decided, pending));
    }

    private void strong() {
        adopt(Door.OPEN, ConsistencyMode.STRONG, Set.of(SELF, FIRST, SECOND), Set.of(SELF, FIRST, SECOND));
    }

    private void write() {
        log.effect(0);
        log.begin(1).word("x".getBytes(StandardCharsets.US_ASCII));
        log.commit();
        touch();
    }

    private void touch() {
        barrier.serves();
        touched = true;
    }

    /** Whether what was put into an output when data were touched last may leave by now. */
    private boolean mayLeave(long nowMs) {
        barrier.endTurn(nowMs);
        if (touched) {
            waitsFor = barrier.dependsUpTo();
            touched = false;
        }
        return waitsFor <= barrier.releasedTo();
    }

    /** Whether what is put into an output in a turn in which no data are touched may leave. */
    private boolean idleMayLeave(long nowMs) {
        barrier.endTurn(nowMs);
        return barrier.dependsUpTo() <= barrier.releasedTo();
    }

    private static void holds(FakeReplica replica, long offset) {
        replica.feed.acked(offset);
    }

    @Test
    void inAsyncModeAllLeaves() {
        adopt(Door.OPEN, ConsistencyMode.ASYNC, Set.of(SELF), Set.of(SELF));
        write();
        assertTrue(mayLeave(0));
        assertEquals(Long.MAX_VALUE, barrier.releasedTo());
        assertEquals(log.endOffset(), barrier.left());
    }

    @Test
    void aWriteLeavesWhenEveryMemberHoldsIt() {
        strong();
        write();
        assertFalse(mayLeave(0));
        holds(first, log.endOffset());
        assertFalse(mayLeave(0));
        holds(second, log.endOffset());
        assertTrue(mayLeave(0));
        assertEquals(log.endOffset(), barrier.left());
    }

    @Test
    void aReadWaitsForWhatItMayHaveSeen() {
        strong();
        write();
        barrier.endTurn(0);
        touch();
        assertFalse(mayLeave(0));
        holds(first, log.endOffset());
        holds(second, log.endOffset());
        assertTrue(mayLeave(0));
    }

    @Test
    void whatTouchesNoDataLeavesWhateverAnybodyHolds() {
        strong();
        write();
        barrier.endTurn(0);
        assertTrue(idleMayLeave(0));
        assertTrue(idleMayLeave(LEASE_UNTIL_MS));
        adopt(Door.CLOSED, ConsistencyMode.STRONG, Set.of(SELF), Set.of(SELF));
        assertTrue(idleMayLeave(0));
    }

    @Test
    void whatRunsWhileConnectionsAreFlushedWaitsToo() {
        strong();
        barrier.endTurn(0);
        write();
        assertEquals(log.endOffset(), barrier.dependsUpTo());
    }

    @Test
    void theOwnDiskCountsAsTheOthersDo() {
        strong();
        write();
        ownHeld = 0;
        holds(first, log.endOffset());
        holds(second, log.endOffset());
        assertFalse(mayLeave(0));
        ownHeld = log.endOffset();
        assertTrue(mayLeave(0));
    }

    @Test
    void withoutALeaseNothingLeaves() {
        strong();
        write();
        holds(first, log.endOffset());
        holds(second, log.endOffset());
        assertTrue(mayLeave(LEASE_UNTIL_MS - 1));
        assertFalse(mayLeave(LEASE_UNTIL_MS));
    }

    @Test
    void behindAClosedDoorNothingLeaves() {
        strong();
        write();
        holds(first, log.endOffset());
        holds(second, log.endOffset());
        adopt(Door.CLOSED, ConsistencyMode.STRONG, Set.of(SELF, FIRST), Set.of(SELF, FIRST));
        assertFalse(mayLeave(0));
    }

    /** The terms of a node that ceases to lead say nothing of the mode. */
    @Test
    void whatWasHeldStaysHeldWhenTheNodeCeasesToLead() {
        strong();
        write();
        adopt(Door.CLOSED, ConsistencyMode.ASYNC, Set.of(), Set.of());
        assertTrue(barrier.isStrong());
        assertFalse(mayLeave(0));
    }

    @Test
    void inAnotherEpochAllThatIsThereMayHaveLeft() {
        strong();
        write();
        barrier.endTurn(0);
        assertTrue(barrier.left() < log.endOffset());
        version++;
        Set<Incarnation> self = Set.of(SELF);
        barrier.adopt(new Terms(
                version, new Epoch(5), SELF, Door.OPEN, LEASE_UNTIL_MS, ConsistencyMode.STRONG, 0, self, self));
        assertEquals(log.endOffset(), barrier.left());
    }

    @Test
    void aLongerLeaseCountsWithoutNewTerms() {
        strong();
        write();
        holds(first, log.endOffset());
        holds(second, log.endOffset());
        assertFalse(mayLeave(LEASE_UNTIL_MS));
        Set<Incarnation> all = Set.of(SELF, FIRST, SECOND);
        barrier.renew(
                new Terms(version, EPOCH, SELF, Door.OPEN, 2 * LEASE_UNTIL_MS, ConsistencyMode.STRONG, 1, all, all));
        assertTrue(mayLeave(LEASE_UNTIL_MS));
    }

    @Test
    void onlyAHistoryThatDoesNotContinueTheFormerCutsOff() {
        strong();
        barrier.endTurn(0);
        assertFalse(barrier.isCutOff());
        log.history(log.history().continuedAs(ReplicationId.ofEpoch(new Epoch(5), new Random(2)), log.endOffset()));
        assertFalse(barrier.isCutOff());
        barrier.endTurn(0);
        log.history(ReplicationHistory.ofFullCopy(ReplicationId.ofEpoch(new Epoch(6), new Random(3))));
        assertTrue(barrier.isCutOff());
        barrier.endTurn(0);
        assertFalse(barrier.isCutOff());
    }

    @Test
    void bothSetsCountUntilAChangeIsDecided() {
        adopt(Door.OPEN, ConsistencyMode.STRONG, Set.of(SELF, FIRST, SECOND), Set.of(SELF, FIRST));
        write();
        holds(first, log.endOffset());
        assertFalse(mayLeave(0));
        adopt(Door.OPEN, ConsistencyMode.STRONG, Set.of(SELF, FIRST), Set.of(SELF, FIRST));
        assertTrue(mayLeave(0));
        adopt(Door.OPEN, ConsistencyMode.STRONG, Set.of(SELF, FIRST), Set.of(SELF, FIRST, SECOND));
        assertFalse(mayLeave(0));
    }

    @Test
    void anotherIncarnationOfAMemberHoldsNothing() {
        adopt(Door.OPEN, ConsistencyMode.STRONG, Set.of(SELF, node('b', 99)), Set.of(SELF, node('b', 99)));
        write();
        holds(first, log.endOffset());
        assertFalse(mayLeave(0));
    }

    @Test
    void aMemberThatIsGoneHoldsNothingAnyMore() {
        strong();
        write();
        holds(first, log.endOffset());
        holds(second, log.endOffset());
        assertTrue(mayLeave(0));
        second.close();
        assertFalse(mayLeave(0));
    }

    @Test
    void whenTheModeBecomesStrongAllThatHadLeftHasLeft() {
        adopt(Door.OPEN, ConsistencyMode.ASYNC, Set.of(SELF), Set.of(SELF));
        write();
        long end = log.endOffset();
        strong();
        assertEquals(end, barrier.left());
        write();
        barrier.endTurn(0);
        assertEquals(end, barrier.left());
    }

    @Test
    void replicasAreToldWhatAllHold() {
        strong();
        replication.pump();
        first.took();
        write();
        holds(first, log.endOffset());
        holds(second, log.endOffset());
        barrier.endTurn(0);
        replication.pump();
        assertTrue(first.took().endsWith(":" + log.endOffset() + " 0\r\n"));
    }
}
