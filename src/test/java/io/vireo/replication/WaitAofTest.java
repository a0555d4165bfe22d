package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WAITAOF, with files whose progress a test says. */
class WaitAofTest {
    private final Rig rig = new Rig();
    private Replication replication;
    private TestServer server;

    @BeforeEach
    void open() {
        rig.durableTo = 0;
        server = new TestServer(log -> {
            replication = new Replication(rig.surroundings(), log);
            return List.of(new WaitCommand(replication).rows());
        });
        replication.start(Optional.empty(), Optional.empty(), 0);
    }

    @AfterEach
    void close() {
        replication.stop();
        server.close();
    }

    private FakeReplica online(int port) {
        return FakeReplica.online(replication, "h", port);
    }

    private long end() {
        return replication.log().endOffset();
    }

    /** Our own file is on the disk up to there, as the end of a turn finds out. */
    private void flushedTo(long offset) {
        rig.durableTo = offset;
        replication.pump();
    }

    private static String reply(int local, int replicas) {
        return "*2\r\n:" + local + "\r\n:" + replicas + "\r\n";
    }

    private String late() {
        return server.firstClient().take();
    }

    @Test
    void enoughIsAnsweredAtOnce() {
        FakeReplica replica = online(1);
        assertEquals(reply(1, 1), server.run("WAITAOF 1 0 0"), "nothing was written that a disk could lack");
        server.run("SET k v");
        replica.feed.acked(end(), end());
        flushedTo(end());
        assertEquals(reply(1, 1), server.run("WAITAOF 1 1 0"));
    }

    @Test
    void itWaitsForTheLocalFlushOfItsOwnWrites() {
        online(1);
        TestClient reader = server.client();
        server.run("SET k v");
        long written = end();
        assertEquals("", server.run("WAITAOF 1 0 0"));
        assertEquals(reply(1, 1), reader.run("WAITAOF 1 0 0"), "this one has written nothing");
        flushedTo(written - 1);
        assertEquals("", late());
        flushedTo(written);
        assertEquals(reply(1, 0), late());
        assertEquals("+PONG\r\n", server.run("PING"));
    }

    @Test
    void aReplicaThatHasItOnlyInMemoryDoesNotCount() {
        FakeReplica replica = online(1);
        server.run("SET k v");
        assertEquals("", server.run("WAITAOF 0 1 0"));
        replica.feed.acked(end());
        replica.feed.acked(end(), end() - 1);
        assertEquals("", late());
        replica.feed.acked(end(), end());
        assertEquals(reply(0, 1), late());
    }

    @Test
    void bothAreWaitedForAtATime() {
        FakeReplica replica = online(1);
        server.run("SET k v");
        assertEquals("", server.run("WAITAOF 1 1 0"));
        flushedTo(end());
        assertEquals("", late());
        replica.feed.acked(end(), end());
        assertEquals(reply(1, 1), late());
    }

    @Test
    void replicasAreAskedOnlyWhereTheyAreWaitedFor() {
        FakeReplica replica = online(1);
        String asked = Rig.frame("REPLCONF GETACK *");
        server.run("SET k v");
        server.run("WAITAOF 1 0 0");
        replication.pump();
        assertFalse(replica.took().contains(asked));
        TestClient other = server.client();
        other.run("SET k w");
        other.run("WAITAOF 0 1 0");
        replication.pump();
        assertTrue(replica.took().endsWith(asked));
    }

    @Test
    void afterItsTimeItTellsHowManyThereAre() {
        FakeReplica replica = online(1);
        server.run("SET k v");
        assertEquals("", server.run("WAITAOF 1 2 100"));
        replica.feed.acked(end(), end());
        server.advanceMs(99);
        server.answerLate();
        assertEquals("", late());
        server.advanceMs(1);
        server.answerLate();
        assertEquals(reply(0, 1), late());
    }

    @Test
    void insideATransactionItDoesNotWait() {
        online(1);
        server.run("SET k v");
        server.run("MULTI");
        server.run("WAITAOF 1 1 0");
        assertEquals("*1\r\n" + reply(0, 0), server.run("EXEC"));
    }

    @Test
    void aReplicaThatIsGoneDoesNotCount() {
        FakeReplica replica = online(1);
        server.run("SET k v");
        replica.feed.acked(end(), end());
        assertEquals(reply(0, 1), server.run("WAITAOF 0 1 0"));
        replica.feed.lost();
        assertEquals("", server.run("WAITAOF 0 1 0"));
    }

    @Test
    void aFileThatIsTurnedOffIsNotWaitedFor() {
        online(1);
        server.run("SET k v");
        assertEquals("", server.run("WAITAOF 1 0 0"));
        flushedTo(-1);
        assertEquals("-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n", late());
        assertEquals("", server.run("WAITAOF 0 1 0"), "the file of a replica is another matter");
    }

    @Test
    void withoutAFileOnlyReplicasCount() {
        rig.durableTo = -1;
        FakeReplica replica = online(1);
        server.run("SET k v");
        assertEquals(
                "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.\r\n",
                server.run("WAITAOF 1 0 0"));
        replica.feed.acked(end(), end());
        assertEquals(reply(0, 1), server.run("WAITAOF 0 1 0"));
    }

    @ParameterizedTest
    @CsvSource({
        "WAITAOF x 0 0,ERR value is not an integer or out of range",
        "'WAITAOF 2 0 0','ERR value is out of range, value must between 0 and 1'",
        "'WAITAOF -1 0 0','ERR value is out of range, value must between 0 and 1'",
        "'WAITAOF 0 x 0','ERR value is out of range, must be positive'",
        "'WAITAOF 0 -1 0','ERR value is out of range, must be positive'",
        "WAITAOF 0 1 x,ERR timeout is not an integer or out of range",
        "WAITAOF 0 1 -1,ERR timeout is negative",
        "WAITAOF 0 1,ERR wrong number of arguments for 'waitaof' command"
    })
    void whatIsNoNumberIsRefused(String line, String error) {
        assertEquals("-" + error + "\r\n", server.run(line));
    }

    @Test
    void aReplicaRefusesIt() {
        replication.replicaOf(new Target("h", 1));
        assertEquals(
                "-ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just"
                        + " local and are not propagated.\r\n",
                server.run("WAITAOF 0 1 0"));
        assertEquals(
                "-ERR value is out of range, value must between 0 and 1\r\n",
                server.run("WAITAOF 5 1 0"),
                "arguments are looked at first");
    }
}
