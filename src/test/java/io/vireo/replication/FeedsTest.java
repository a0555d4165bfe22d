package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.log.ReplicationLog;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a primary does for its replicas as time goes by. */
class FeedsTest {
    private static final String PING = Rig.frame("PING");

    private final Rig rig = new Rig();
    private final ReplicationLog log = Rig.log();
    private final Replication replication = new Replication(rig.surroundings(), log);
    private FakeReplica replica;

    @BeforeEach
    void feed() {
        replication.start(Optional.empty(), Optional.empty(), 0);
        replication.tick(true);
        replica = FakeReplica.online(replication, "h", 1);
        replication.pump();
        replica.took();
    }

    @AfterEach
    void release() {
        replication.stop();
        log.freeBacklog();
    }

    private String afterMs(long ms) {
        rig.nowMs += ms;
        replica.feed.heard();
        replication.tick(true);
        replication.pump();
        return replica.took();
    }

    @Test
    void aPingComesOncePerPeriod() {
        assertEquals("", afterMs(9_999));
        assertEquals(PING, afterMs(1));
        assertEquals("", afterMs(9_999));
        assertEquals(PING, afterMs(1));
    }

    @Test
    void aShorterPeriodHoldsAtOnce() {
        assertEquals("", afterMs(2_000));
        rig.pingPeriodMs = 1_000;
        assertEquals(PING, afterMs(0));
        assertEquals("", afterMs(999));
        assertEquals(PING, afterMs(1));
    }

    @Test
    void whileTheDataAreLentNothingIsWritten() {
        rig.nowMs += 20_000;
        replication.tick(false);
        replication.pump();
        assertEquals("", replica.took());
    }

    @Test
    void aReplicaThatTakesNothingIsNotSentMore() {
        replica.writable = false;
        assertEquals("", afterMs(10_000));
        replica.writable = true;
        replication.pump();
        assertEquals(PING, replica.took());
    }

    @Test
    void aSilentReplicaIsGivenUp() {
        rig.nowMs += Rig.TIMEOUT_MS + 1;
        replication.tick(true);
        assertTrue(replica.closed);
        assertEquals(List.of(), replication.feeds());
        assertTrue(rig.said().contains("Disconnecting timedout replica (streaming sync): h:1"));
    }

    @Test
    void aCutThatNobodyWaitsForAnyMoreIsAbandoned() {
        FakeReplica one = new FakeReplica("a", 2);
        FakeReplica other = new FakeReplica("b", 3);
        one.askForCopy(replication);
        rig.running = new CutPlan.Running.ToDisk(log.position(), true);
        other.askForCopy(replication);
        rig.took();
        one.feed.lost();
        assertEquals(List.of(), rig.took());
        other.feed.lost();
        assertEquals(List.of("cut to disk abandoned"), rig.took());
    }

    @Test
    void whoeverComesWhileACutCannotBeMadeIsTurnedAway() {
        rig.cutsBegin = false;
        FakeReplica second = new FakeReplica("g", 2);
        second.askForCopy(replication);
        assertTrue(second.closed);
        assertEquals("-ERR BGSAVE failed, replication can't continue\r\n", second.took());
        assertEquals(1, replication.feeds().size());
    }
}
