package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

class WaitCommandTest {
    private final Rig rig = new Rig();
    private Replication replication;
    private TestServer server;

    @BeforeEach
    void open() {
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

    @Test
    void enoughIsAnsweredAtOnce() {
        assertEquals(":0\r\n", server.run("WAIT 0 0"));
        assertEquals(":0\r\n", server.run("WAIT -3 0"));
        online(1);
        online(2);
        server.run("SET k v");
        replication.feeds().forEach(feed -> feed.acked(replication.log().endOffset()));
        assertEquals(":2\r\n", server.run("WAIT 1 0"));
    }

    @Test
    void itWaitsForTheOffsetOfItsOwnWrites() {
        FakeReplica replica = online(1);
        TestClient reader = server.client();
        server.run("SET k v");
        long written = replication.log().endOffset();
        assertEquals("", server.run("WAIT 1 0"));
        assertEquals(":1\r\n", reader.run("WAIT 1 0"), "this one has written nothing");
        replica.feed.acked(written - 1);
        assertEquals("", server.firstClient().take());
        replica.feed.acked(written);
        assertEquals(":1\r\n", server.firstClient().take());
        assertEquals("+PONG\r\n", server.run("PING"));
    }

    @Test
    void replicasAreAskedOnceForEachWait() {
        FakeReplica replica = online(1);
        server.run("SET k v");
        replica.took();
        server.run("WAIT 1 0");
        replication.pump();
        replication.pump();
        String asked = Rig.frame("REPLCONF GETACK *");
        String sent = replica.took();
        assertTrue(sent.endsWith(asked), sent);
        assertEquals(sent.indexOf(asked), sent.lastIndexOf(asked));
    }

    @Test
    void afterItsTimeItTellsHowManyThereAre() {
        FakeReplica first = online(1);
        online(2);
        server.run("SET k v");
        assertEquals("", server.run("WAIT 2 100"));
        first.feed.acked(replication.log().endOffset());
        server.advanceMs(99);
        server.answerLate();
        assertEquals("", server.firstClient().take());
        server.advanceMs(1);
        server.answerLate();
        assertEquals(":1\r\n", server.firstClient().take());
    }

    @Test
    void aReplicaThatIsGoneDoesNotCount() {
        FakeReplica replica = online(1);
        server.run("SET k v");
        replica.feed.lost();
        assertEquals("", server.run("WAIT 1 10"));
        server.advanceMs(10);
        server.answerLate();
        assertEquals(":0\r\n", server.firstClient().take());
    }

    @Test
    void whoGoesAwayIsForgotten() {
        FakeReplica replica = online(1);
        server.run("SET k v");
        TestClient client = server.client();
        client.run("SET k w");
        assertEquals("", client.run("WAIT 1 0"));
        client.disconnect();
        replica.feed.acked(replication.log().endOffset());
        assertEquals(0, server.dispatcher().blocking().size());
    }

    @Test
    void insideATransactionItDoesNotWait() {
        server.run("MULTI");
        server.run("WAIT 1 0");
        assertEquals("*1\r\n:0\r\n", server.run("EXEC"));
    }

    @ParameterizedTest
    @CsvSource({
        "WAIT x 0,ERR value is not an integer or out of range",
        "WAIT 1 x,ERR timeout is not an integer or out of range",
        "WAIT 1 -1,ERR timeout is negative",
        "WAIT 1,ERR wrong number of arguments for 'wait' command"
    })
    void whatIsNoNumberIsRefused(String line, String error) {
        assertEquals("-" + error + "\r\n", server.run(line));
    }

    @Test
    void aReplicaRefusesIt() {
        replication.replicaOf(new Target("h", 1));
        assertEquals(
                "-ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is"
                        + " configured to be writable (which is not the default) writes to replicas are just local and"
                        + " are not propagated.\r\n",
                server.run("WAIT 1 0"));
    }
}
