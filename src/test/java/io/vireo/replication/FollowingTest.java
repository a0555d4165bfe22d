package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a replica reads what its primary sends: lines, a payload, commands, with nothing that marks where one ends. */
class FollowingTest {
    private static final String ID = "a".repeat(40);
    private static final String GREETING = "+PONG\r\n+OK\r\n+OK\r\n";
    private static final String PROMISE = "+FULLRESYNC " + ID + " 70\r\n";

    private final Rig rig = new Rig();
    private final ReplicationLog log = Rig.log();
    private final Replication replication = new Replication(rig.surroundings(), log);

    @BeforeEach
    void follow() {
        replication.start(Optional.of(new Target("h", 1)), Optional.empty(), 0);
        replication.tick(true);
        rig.link().connected();
        assertEquals(List.of("open h:1", "PING"), rig.took());
    }

    @AfterEach
    void release() {
        replication.stop();
        log.rollBackFromPrimary();
        log.freeBacklog();
    }

    private void loaded() {
        rig.hear(GREETING + PROMISE + "$3\r\nabc");
        rig.copy().complete(false);
        rig.copy().loaded(2);
        rig.took();
    }

    @Test
    void aReplicaWithAFileTellsHowFarThatIsOnTheDisk() {
        rig.durableTo = 60;
        rig.hear(GREETING.replace("+OK\r\n+OK", "+OK\r\n+OK vireo") + PROMISE + "$3\r\nabc");
        rig.copy().complete(false);
        rig.took();
        rig.copy().loaded(0);
        assertTrue(rig.took().contains("REPLCONF ACK 70 FACK 60"));
        replication.pump();
        rig.took();

        replication.pump();
        assertEquals(List.of(), rig.took());
        rig.durableTo = 70;
        replication.pump();
        assertEquals(List.of("REPLCONF ACK 70 FACK 70"), rig.took());
        rig.durableTo = -1;
        replication.pump();
        assertEquals(List.of("REPLCONF ACK 70"), rig.took());
    }

    @Test
    void anotherServersPrimaryIsToldOfTheFileWhenItAsks() {
        loaded();
        replication.pump();
        rig.took();
        rig.durableTo = 70;
        replication.pump();
        assertEquals(List.of(), rig.took());
        replication.ackWanted();
        assertEquals(List.of("REPLCONF ACK 70 FACK 70"), rig.took());
    }

    /** What is done does not depend on how the bytes were cut on their way. */
    @Test
    void bytesMayBeCutAnywhere() {
        String first = GREETING + PROMISE + "\n\n$3\r\nabc";
        String stream = Rig.frame("SELECT 3") + Rig.frame("SET k v");
        List<List<String>> all = new ArrayList<>();
        for (int cut = 0; cut <= first.length(); cut++) {
            rig.hear(first.substring(0, cut));
            rig.hear(first.substring(cut));
            rig.copy().complete(false);
            rig.copy().loaded(0);
            int at = Math.min(cut, stream.length());
            rig.hear(stream.substring(0, at));
            rig.hear(stream.substring(at));
            assertEquals(70 + stream.length(), log.endOffset());
            assertEquals(3, log.database());
            List<String> did = new ArrayList<>(rig.took());
            did.removeIf(what -> what.startsWith("bytes ")); // how many parts came is what differs
            all.add(did);
            rig.nowMs += 1;
            replication.replicaOf(new Target("h", cut + 2));
            replication.replicaOf(new Target("h", 1));
            rig.link().connected();
            rig.took();
            log.restartAt(0);
        }
        assertEquals(
                List.of(
                        "REPLCONF listening-port 7000",
                        "REPLCONF capa eof capa psync2 capa vireo",
                        "PSYNC ? -1",
                        "copy receiving 3 bytes from master to disk",
                        "pause",
                        "copy ends, 0 behind",
                        "load",
                        "REPLCONF ACK 70",
                        "stream in 0",
                        "resume",
                        "run SELECT 3",
                        "run SET k v"),
                all.getFirst());
    }

    @Test
    void anEmptyPayloadHasEndedWhenItBegins() {
        rig.hear(GREETING + PROMISE + "$0\r\n");
        assertInstanceOf(LinkState.Checking.class, replication.link());
        assertTrue(rig.took().contains("copy ends, 0 behind"));
    }

    @Test
    void aMarkIsTheEndAndNoPartOfTheCopy() {
        String mark = "m".repeat(40);
        rig.hear(GREETING + PROMISE + "$EOF:" + mark + "\r\nabc" + mark.substring(0, 39));
        assertInstanceOf(LinkState.Receiving.class, replication.link());
        rig.hear("m");
        assertInstanceOf(LinkState.Checking.class, replication.link());
        assertTrue(rig.took().contains("copy ends, 40 behind"));
        assertEquals(43, replication.takenBytes());
        assertEquals(0, replication.payloadBytes(), "not known");
    }

    @Test
    void aLineWithoutEndIsNoLine() {
        rig.hear("+".repeat(64 << 10));
        assertInstanceOf(LinkState.Pinging.class, replication.link());
        rig.hear("++");
        assertInstanceOf(LinkState.Waiting.class, replication.link());
        assertTrue(rig.said().contains("Failed to read response from the server: a line is too long"));
        assertEquals(List.of("close"), rig.took());
    }

    @Test
    void aStreamWaitsWhileTheDataAreLent() {
        loaded();
        rig.mayRun = false;
        rig.hear(Rig.frame("SET k v"));
        assertEquals(List.of("pause"), rig.took());
        assertEquals(70, log.endOffset());
        assertEquals(70 + Rig.frame("SET k v").length(), replication.receivedOffset());
        rig.nowMs += Rig.TIMEOUT_MS - 1;
        replication.goOn();
        rig.nowMs += Rig.TIMEOUT_MS - 1;
        replication.tick(false);
        assertTrue(replication.isLinkUp(), "the primary is not called silent meanwhile");
        rig.took();
        rig.mayRun = true;
        replication.goOn();
        assertEquals(List.of("resume", "run SET k v"), rig.took());
        replication.goOn();
        assertEquals(List.of(), rig.took());
    }

    @Test
    void aCopyThatComesTooFastIsHeldBack() {
        rig.hear(GREETING + PROMISE + "$3\r\na");
        rig.took();
        rig.copy().congested(true);
        rig.copy().congested(false);
        assertEquals(List.of("pause", "resume"), rig.took());
        rig.hear("bc");
        rig.took();
        rig.copy().congested(true);
        assertEquals(List.of(), rig.took(), "all has come: the connection is paused already");
    }

    @Test
    void whatIsToldOfAnAttemptThatWasGivenUpIsNotHeard() {
        rig.hear(GREETING + PROMISE + "$3\r\na");
        PrimaryConnection.Listener oldLink = rig.link();
        IncomingCopy.Listener oldCopy = rig.copy();
        replication.replicaOf(new Target("g", 2));
        rig.took();
        oldLink.connected();
        Rig.hear(oldLink, "bc");
        oldLink.lost("gone");
        oldCopy.congested(true);
        oldCopy.complete(false);
        oldCopy.unusable("why");
        oldCopy.loaded(0);
        oldCopy.loadFailed("why");
        assertEquals(List.of(), rig.took());
        assertInstanceOf(LinkState.Connecting.class, replication.link());
    }

    @Test
    void aCommandThatFailsEndsTheLinkBeforeIt() {
        loaded();
        String good = Rig.frame("SET k v");
        rig.refusal = "BAD";
        rig.hear(good + Rig.frame("BAD x") + good);
        assertEquals(70 + good.length(), log.endOffset());
        assertEquals(List.of("run SET k v", "close", "stream ends"), rig.took());
        LinkState.Waiting waiting = assertInstanceOf(LinkState.Waiting.class, replication.link());
        assertEquals(
                new StreamPosition(ID, 70 + good.length()), waiting.course().position());
    }

    @Test
    void aTransactionCountsAtItsEnd() {
        loaded();
        String begun = Rig.frame("MULTI") + Rig.frame("SET k v");
        rig.hear(begun);
        assertEquals(70, log.endOffset());
        rig.hear(Rig.frame("EXEC"));
        assertEquals(70 + begun.length() + Rig.frame("EXEC").length(), log.endOffset());
        rig.hear(begun);
        rig.link().lost("gone");
        assertEquals(70 + begun.length() + Rig.frame("EXEC").length(), log.endOffset());
    }

    @Test
    void thePrimaryIsToldHowFarWeAre() {
        loaded();
        replication.ackWanted();
        assertEquals(List.of("REPLCONF ACK 70"), rig.took());
        rig.nowMs += 1_000;
        replication.tick(true);
        assertEquals(List.of("REPLCONF ACK 70"), rig.took());
    }

    @Test
    void itIsKnownHowLongThePrimaryWasSilentAndGone() {
        assertEquals(-1, replication.silentMs());
        assertEquals(-1, replication.downMs());
        loaded();
        rig.nowMs += 300;
        assertEquals(300, replication.silentMs());
        assertEquals(-1, replication.downMs());
        rig.link().lost("gone");
        rig.nowMs += 500;
        assertEquals(-1, replication.silentMs());
        assertEquals(500, replication.downMs());
    }
}
