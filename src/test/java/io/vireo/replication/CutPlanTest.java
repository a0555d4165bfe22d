package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.log.StreamPosition;
import io.vireo.replication.CutPlan.Arrival;
import io.vireo.replication.CutPlan.Running;
import io.vireo.replication.CutPlan.Waiting;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CutPlanTest {
    private static final StreamPosition CUT = new StreamPosition("a".repeat(40), 81);
    private static final Replica NEW = new Replica("h", 1, true, true, false, true, true);
    private static final Replica OLD = new Replica("h", 2, false, false, false, false, true);
    private static final CutPlan.Settings DISK = new CutPlan.Settings(false, 5_000, 0);
    private static final CutPlan.Settings DISKLESS = new CutPlan.Settings(true, 5_000, 0);
    private static final CutPlan.Settings AT_ONCE = new CutPlan.Settings(true, 0, 0);

    private static Arrival waiting(String why) {
        return new Arrival(new CutPlan.Wait(), List.of(Say.notice(why)));
    }

    private static Arrival starting(Medium medium) {
        return new Arrival(new CutPlan.Start(medium), List.of());
    }

    @Test
    void whereNothingRunsACutBegins() {
        assertEquals(starting(Medium.DISK), CutPlan.arrived(NEW, new Running.Nothing(), DISK));
        assertEquals(starting(Medium.SOCKETS), CutPlan.arrived(NEW, new Running.Nothing(), AT_ONCE));
        assertEquals(starting(Medium.DISK), CutPlan.arrived(OLD, new Running.Nothing(), AT_ONCE));
        assertEquals(starting(Medium.DISK), CutPlan.arrived(OLD, new Running.Nothing(), DISKLESS));
    }

    @Test
    void aDisklessCutWaitsForOthersToCome() {
        assertEquals(
                waiting("Delay next BGSAVE for diskless SYNC"), CutPlan.arrived(NEW, new Running.Nothing(), DISKLESS));
    }

    @Test
    void aCutThatIsBeingSavedIsJoinedIfTheStreamSinceIsHeld() {
        assertEquals(
                new Arrival(new CutPlan.Join(CUT), List.of(Say.notice("Waiting for end of BGSAVE for SYNC"))),
                CutPlan.arrived(NEW, new Running.ToDisk(CUT, true), DISK));
        assertEquals(
                waiting("Can't attach the replica to the current BGSAVE. Waiting for next BGSAVE for SYNC"),
                CutPlan.arrived(NEW, new Running.ToDisk(CUT, false), DISK));
    }

    @Test
    void aCutThatIsBeingSentIsNotJoined() {
        assertEquals(
                waiting("Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC"),
                CutPlan.arrived(NEW, new Running.ToSockets(), DISKLESS));
    }

    @Test
    void cutsDoNotOverlap() {
        assertEquals(
                waiting("No BGSAVE in progress, but another BG operation is active. BGSAVE for replication delayed"),
                CutPlan.arrived(NEW, new Running.OfAnotherKind(), DISK));
    }

    @Test
    void nobodyWaitingNeedsNoCut() {
        assertEquals(Optional.empty(), CutPlan.due(List.of(), DISK, 1_000));
    }

    @Test
    void aCutToDiskIsDueAtOnce() {
        assertEquals(Optional.of(Medium.DISK), CutPlan.due(List.of(new Waiting(NEW, 1_000)), DISK, 1_000));
    }

    @Test
    void aDisklessCutIsDueWhenTheFirstHasWaitedLongEnough() {
        List<Waiting> waiting = List.of(new Waiting(NEW, 3_000), new Waiting(NEW, 1_000));
        assertEquals(Optional.empty(), CutPlan.due(waiting, DISKLESS, 5_999));
        assertEquals(Optional.of(Medium.SOCKETS), CutPlan.due(waiting, DISKLESS, 6_000));
    }

    @Test
    void aDisklessCutIsDueWhenEnoughHaveCome() {
        CutPlan.Settings two = new CutPlan.Settings(true, 5_000, 2);
        assertEquals(Optional.empty(), CutPlan.due(List.of(new Waiting(NEW, 1_000)), two, 1_000));
        assertEquals(
                Optional.of(Medium.SOCKETS),
                CutPlan.due(List.of(new Waiting(NEW, 1_000), new Waiting(NEW, 1_000)), two, 1_000));
    }

    @Test
    void oneReplicaThatNeedsALengthMakesItACutToDisk() {
        List<Waiting> waiting = List.of(new Waiting(NEW, 1_000), new Waiting(OLD, 1_000));
        assertEquals(Optional.of(Medium.DISK), CutPlan.due(waiting, AT_ONCE, 1_000));
    }
}
