package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailoverCommandTest {
    private static final String OK = "+OK\r\n";

    private final Rig rig = new Rig();
    private Replication replication;
    private TestServer server;

    @BeforeEach
    void open() {
        server = new TestServer(log -> {
            replication = new Replication(rig.surroundings(), log);
            return List.of(new FailoverCommand(replication, () -> Group.NONE).rows());
        });
        replication.start(Optional.empty(), Optional.empty(), 0);
    }

    @AfterEach
    void close() {
        replication.stop();
        server.close();
    }

    private FakeReplica online(String host, int port) {
        FakeReplica replica = FakeReplica.online(replication, host, port);
        rig.took();
        return replica;
    }

    private String state() {
        return replication.failoverState().word();
    }

    @ParameterizedTest
    @CsvSource({
        "FAILOVER,ERR FAILOVER requires connected replicas.",
        "FAILOVER ABORT,ERR No failover in progress.",
        "FAILOVER TIMEOUT 0,ERR FAILOVER timeout must be greater than 0",
        "FAILOVER TIMEOUT x,ERR value is not an integer or out of range",
        "FAILOVER TIMEOUT,ERR syntax error",
        "FAILOVER TIMEOUT 1 TIMEOUT 2,ERR syntax error",
        "FAILOVER TO h,ERR syntax error",
        "FAILOVER TO h x,ERR value is not an integer or out of range",
        "FAILOVER TO h 1 TO h 1,ERR syntax error",
        "FAILOVER FORCE FORCE,ERR syntax error",
        "FAILOVER ABORT NOW,ERR syntax error"
    })
    void whatCannotBeMeantIsRefused(String line, String error) {
        assertEquals("-" + error + "\r\n", server.run(line));
        assertEquals("no-failover", state());
        assertEquals(List.of(), rig.took());
    }

    @ParameterizedTest
    @CsvSource({
        "FAILOVER TO h 2,ERR FAILOVER target HOST and PORT is not a replica.",
        "FAILOVER TO g 1,ERR FAILOVER target HOST and PORT is not a replica.",
        "FAILOVER TO h 4294967297,ERR FAILOVER target HOST and PORT is not a replica.",
        "FAILOVER TO H 3,ERR FAILOVER target replica is not online.",
        "FAILOVER FORCE,ERR FAILOVER with force option requires both a timeout and target HOST and IP.",
        "FAILOVER TO h 1 FORCE,ERR FAILOVER with force option requires both a timeout and target HOST and IP.",
        "FAILOVER FORCE TIMEOUT 5,ERR FAILOVER with force option requires both a timeout and target HOST and IP."
    })
    void aTargetMustBeAReplicaThatGetsTheStream(String line, String error) {
        online("h", 1);
        rig.cutsBegin = true;
        new FakeReplica("h", 3).askForCopy(replication);
        rig.took();
        assertEquals("-" + error + "\r\n", server.run(line));
        assertEquals(List.of(), rig.took());
    }

    @Test
    void itBeginsOnceAndMayBeGivenUp() {
        FakeReplica replica = online("h", 1);
        server.run("SET k v");
        assertEquals(OK, server.run("FAILOVER TO H 1 TIMEOUT 50"));
        assertEquals("waiting-for-sync", state());
        assertEquals("-ERR FAILOVER already in progress.\r\n", server.run("FAILOVER"));
        assertEquals(OK, server.run("FAILOVER ABORT"));
        assertEquals("no-failover", state());
        assertEquals(List.of("writes wait", "writes go on"), rig.took());
        replica.feed.acked(replication.log().endOffset());
        replication.pump();
        assertTrue(replication.isPrimary());
    }

    @Test
    void whoHasAcknowledgedAllIsFollowedAtTheEndOfTheTurn() {
        online("h", 1);
        FakeReplica second = online("h", 2);
        server.run("SET k v");
        assertEquals(OK, server.run("FAILOVER"));
        replication.pump();
        assertEquals("waiting-for-sync", state());
        second.feed.acked(replication.log().endOffset());
        assertEquals("waiting-for-sync", state(), "a replica is not left in the middle of what it says");
        replication.pump();
        assertEquals("failover-in-progress", state());
        assertEquals(Optional.of(new Target("h", 2)), replication.primary());
        assertEquals(List.of("writes wait", "open h:2"), rig.took());
        assertEquals("-ERR FAILOVER already in progress.\r\n", server.run("FAILOVER"));
    }

    @Test
    void theHeirsAnswerEndsIt() {
        online("h", 1);
        String id = replication.log().history().id();
        server.run("FAILOVER");
        replication.pump();
        rig.link().connected();
        rig.hear("+PONG\r\n+OK\r\n+OK\r\n");
        long next = replication.log().endOffset() + 1;
        assertTrue(rig.took().contains("PSYNC " + id + " " + next + " FAILOVER"));
        rig.hear("+CONTINUE " + "b".repeat(40) + "\r\n");
        assertEquals("no-failover", state());
        assertTrue(rig.took().contains("writes go on"));
        assertTrue(replication.isLinkUp());
        assertEquals("b".repeat(40), replication.log().history().id());
        assertEquals(id, replication.log().history().formerId());
        assertEquals("-ERR FAILOVER is not valid when server is a replica.\r\n", server.run("FAILOVER"));
    }

    @Test
    void anHeirThatRefusesLeavesUsLeadingUnderANewId() {
        online("h", 1);
        String id = replication.log().history().id();
        server.run("FAILOVER");
        replication.pump();
        rig.link().connected();
        rig.hear("+PONG\r\n+OK\r\n+OK\r\n-ERR no\r\n");
        assertEquals("no-failover", state());
        assertTrue(replication.isPrimary());
        assertEquals(id, replication.log().history().formerId());
        assertTrue(rig.took().contains("writes go on"));
    }

    @Test
    void meanwhileNothingIsWrittenForReplicas() {
        FakeReplica replica = online("h", 1);
        server.run("SET k v");
        replication.pump();
        replica.took();
        server.run("FAILOVER");
        replication.acks().ask();
        rig.nowMs += 100_000;
        replica.feed.heard();
        replication.tick(true);
        replication.pump();
        assertEquals("", replica.took());
    }

    @Test
    void anHeirLeadsIfItKnowsTheStream() {
        assertEquals(Replication.TakeOver.LEADS_ALREADY, replication.takeOver("a".repeat(40)));
        replication.replicaOf(new Target("h", 1));
        assertEquals(Replication.TakeOver.OTHER_STREAM, replication.takeOver("a".repeat(40)));
        assertTrue(!replication.isPrimary());
        String id = replication.log().history().id();
        assertEquals(Replication.TakeOver.DONE, replication.takeOver(id.toUpperCase(java.util.Locale.ROOT)));
        assertTrue(replication.isPrimary());
        assertEquals(id, replication.log().history().formerId());
    }
}
