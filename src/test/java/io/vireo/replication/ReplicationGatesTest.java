package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.command.Gates;
import io.vireo.command.Session;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import io.vireo.pubsub.Channels;
import io.vireo.pubsub.PubSubCommands;
import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node lets pass, by its role, its configuration and its links. */
class ReplicationGatesTest {
    private static final String NO_REPLICAS = "-NOREPLICAS Not enough good replicas to write.\r\n";
    private static final String READ_ONLY = "-READONLY You can't write against a read only replica.\r\n";
    private static final String STALE =
            "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n";
    private static final String OK = "+OK\r\n";

    private final Rig rig = new Rig();
    private final Config config = Config.of();
    private Replication replication;
    private TestServer server;

    @BeforeEach
    void open() {
        Gates gates = new Gates();
        server = new TestServer(
                log -> {
                    replication = new Replication(rig.surroundings(), log);
                    ReplicationGates ours =
                            new ReplicationGates(config, replication, () -> Group.NONE, new Keyspace(16));
                    ours.addTo(gates);
                    replication.onRoleChange(ours::arm);
                    return List.of(new WaitCommand(replication).rows(), new PubSubCommands(new Channels()).rows());
                },
                gates);
        replication.start(Optional.empty(), Optional.empty(), 0);
    }

    @AfterEach
    void close() {
        replication.stop();
        server.dispatcher().log().rollBackFromPrimary();
        server.close();
    }

    private void followAndStream() {
        replication.replicaOf(new Target("h", 1));
        rig.link().connected();
        rig.hear("+PONG\r\n+OK\r\n+OK\r\n+CONTINUE\r\n");
    }

    @Test
    void aPrimaryTakesAllUntilMoreIsAskedFor() {
        assertEquals(OK, server.run("SET k v"));
        config.put(Options.MIN_REPLICAS_TO_WRITE, 1);
        assertEquals(NO_REPLICAS, server.run("SET k v"));
        assertEquals("$1\r\nv\r\n", server.run("GET k"));
        FakeReplica replica = FakeReplica.online(replication, "h", 1);
        assertEquals(OK, server.run("SET k w"));
        rig.nowMs += 10_000;
        assertEquals(OK, server.run("SET k w"), "the lag that is allowed");
        rig.nowMs += 1;
        assertEquals(NO_REPLICAS, server.run("SET k w"));
        replica.feed.acked(0);
        assertEquals(OK, server.run("SET k w"));
        config.put(Options.MIN_REPLICAS_TO_WRITE, 2);
        assertEquals(NO_REPLICAS, server.run("SET k w"));
        config.put(Options.MIN_REPLICAS_MAX_LAG, 0);
        assertEquals(OK, server.run("SET k w"), "no limit of lag: no limit at all");
    }

    @Test
    void aReplicaTakesNoWritesUnlessItIsToldTo() {
        followAndStream();
        assertEquals(READ_ONLY, server.run("SET k v"));
        assertEquals("$-1\r\n", server.run("GET k"));
        config.put(Options.REPLICA_READ_ONLY, false);
        assertEquals(OK, server.run("SET k v"));
        config.put(Options.MIN_REPLICAS_TO_WRITE, 1);
        assertEquals(OK, server.run("SET k v"), "replicas are asked for by a primary only");
        config.put(Options.REPLICA_READ_ONLY, true);
        replication.replicaOfNoOne();
        assertEquals(NO_REPLICAS, server.run("SET k v"));
    }

    @Test
    void aStandbyAnswersAdministrationOnly() {
        config.put(Options.REPLICA_SERVE_READS, false);
        assertEquals("$-1\r\n", server.run("GET k"));
        followAndStream();
        assertEquals("-", server.run("GET k").substring(0, 1));
        assertEquals("+PONG\r\n", server.run("PING"));
        config.put(Options.REPLICA_SERVE_READS, true);
        assertEquals("$-1\r\n", server.run("GET k"));
    }

    @Test
    void oldDataAreNotShownWhereTheyShallNotBe() {
        followAndStream();
        config.put(Options.REPLICA_SERVE_STALE_DATA, false);
        assertEquals("$-1\r\n", server.run("GET k"), "the link is up");
        rig.link().lost("gone");
        assertEquals(STALE, server.run("GET k"));
        assertEquals(STALE, server.run("PING"), "PING is not among the commands for old data");
        assertEquals(OK, server.run("CLIENT SETNAME x"));
        config.put(Options.REPLICA_SERVE_STALE_DATA, true);
        assertEquals("$-1\r\n", server.run("GET k"));
    }

    @Test
    void thePrimaryItselfPassesEveryGate() {
        followAndStream();
        config.put(Options.REPLICA_SERVE_STALE_DATA, false);
        config.put(Options.REPLICA_SERVE_READS, false);
        rig.link().lost("gone");
        TestClient primary = server.client();
        primary.session().kind(Session.Kind.PRIMARY);
        assertEquals(OK, primary.run("SET k v"));
    }

    @Test
    void aReplicaOfOursIsNoClient() {
        String error = "-ERR Replica can't interact with the keyspace\r\n";
        FakeReplica.online(replication, "h", 1);
        config.put(Options.MIN_REPLICAS_TO_WRITE, 1);
        config.put(Options.MIN_REPLICAS_TO_WRITE, 0); // has the gates armed anew, as a node does when one comes
        TestClient replica = server.client();
        replica.session().kind(Session.Kind.REPLICA);
        for (String line : List.of("GET k", "SET k v", "PUBLISH c m")) {
            assertEquals(error, replica.run(line), line);
        }
        assertEquals("+PONG\r\n", replica.run("PING"));
    }

    @Test
    void aTransactionIsRefusedAsAWhole() {
        assertEquals(OK, server.run("MULTI"));
        assertEquals("+QUEUED\r\n", server.run("SET k v"));
        followAndStream();
        assertEquals("-EXECABORT Transaction discarded because of: " + READ_ONLY.substring(1), server.run("EXEC"));
    }
}
