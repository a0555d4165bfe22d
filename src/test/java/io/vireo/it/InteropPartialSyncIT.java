package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Links that break between Vireo and the real server, every way: what was missed is sent, and only that. */
@NeedsRedis
class InteropPartialSyncIT {
    private static final int KEYS = 300;

    @RegisterExtension
    private final Servers servers = new Servers();

    static Stream<Pair> pairs() {
        return Pair.all();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aLinkCutAgainAndAgainUnderWritesLosesNothing(Pair pair) {
        ServerProcess primary = servers.start(pair.primary(), "--repl-backlog-size", "50mb");
        Wire wire = servers.wireTo(primary, 11);
        ServerProcess replica = servers.startReplica(pair.replica(), primary, wire);
        WriteLoad load = new WriteLoad(primary, 2, KEYS).inBackground();
        for (int i = 0; i < 4; i++) {
            load.awaitProgress(400);
            switch (i) {
                case 0 -> wire.cut();
                case 1 -> primary.run("CLIENT KILL TYPE replica");
                case 2 -> replica.run("CLIENT KILL TYPE master");
                default -> {
                    long done = wire.cutsDone();
                    wire.cutAfter(20_000);
                    Await.until(() -> wire.cutsDone() > done, "a cut in the middle of the stream");
                }
            }
            long partial = i + 1;
            Await.until(() -> InStep.syncs(primary).partial() == partial, "partial resync " + partial);
        }
        load.awaitProgress(400);
        load.end();
        InStep.awaitEqualData(primary, replica);
        assertEquals(new InStep.Syncs(1, 4), InStep.syncs(primary));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aReplicaThatMissedMoreThanTheBacklogIsCopiedAnew(Pair pair) {
        ServerProcess primary = servers.start(pair.primary(), "--repl-backlog-size", "16kb");
        Wire wire = servers.wireTo(primary, 12);
        ServerProcess replica = servers.startReplica(pair.replica(), primary, wire);
        wire.refuse(true);
        Await.until(() -> replica.info("replication", "master_link_status").equals("down"), "the link to be down");
        for (int i = 0; i < 60; i++) {
            primary.run("SET k" + i + " " + "x".repeat(1_000));
        }
        wire.refuse(false);
        InStep.awaitEqualData(primary, replica);
        assertEquals(2, InStep.syncs(primary).full());
        assertEquals(0, InStep.syncs(primary).partial());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void afterAPromotionTheOthersGoOnFromWhereTheyWere(Pair pair) {
        ServerProcess old = servers.start(pair.primary());
        ServerProcess heir = servers.startReplica(pair.replica(), old);
        ServerProcess other = servers.startReplica(pair.primary(), old);
        WriteLoad load = new WriteLoad(old, 3, KEYS);
        load.write(1_000);
        load.end();
        old.run("FLUSHDB"); // what may expire in between would be deleted by both, each in a stream of its own
        old.run("SELECT 0");
        for (int db = 0; db < 4; db++) {
            old.run("SELECT " + db);
            old.run("FLUSHDB");
            old.run("SET k" + db + " v");
        }
        InStep.await(old, heir, other);
        assertEquals("+OK\r\n", heir.run("REPLICAOF NO ONE"));
        assertEquals("+OK\r\n", other.run("REPLICAOF 127.0.0.1 " + heir.port()));
        assertEquals("+OK\r\n", old.run("REPLICAOF 127.0.0.1 " + heir.port()));
        heir.run("SET after promotion");
        InStep.awaitEqualData(heir, other, old);
        assertEquals(new InStep.Syncs(0, 2), InStep.syncs(heir));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aReplicaThatStoodStillGoesOn(Pair pair) {
        ServerProcess primary = servers.start(
                pair.primary(),
                "--repl-timeout",
                "2",
                "--repl-ping-replica-period",
                "1",
                "--repl-backlog-size",
                "20mb");
        ServerProcess replica = servers.startReplica(pair.replica(), primary, "--repl-timeout", "2");
        replica.freeze();
        Await.until(() -> primary.info("replication", "connected_slaves").equals("0"), "the replica to be given up");
        WriteLoad load = new WriteLoad(primary, 4, KEYS);
        load.write(500);
        load.end();
        replica.thaw();
        InStep.awaitEqualData(primary, replica);
        assertEquals(new InStep.Syncs(1, 1), InStep.syncs(primary));
        assertTrue(primary.logged("Disconnecting timedout replica") > 0);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aReplicaThatWasKilledComesBackWhole(Pair pair) {
        ServerProcess primary = servers.start(pair.primary());
        ServerProcess replica = servers.startReplica(pair.replica(), primary);
        WriteLoad load = new WriteLoad(primary, 5, KEYS).inBackground();
        load.awaitProgress(300);
        replica.kill();
        load.awaitProgress(300);
        replica.restart("--replicaof", "127.0.0.1 " + primary.port());
        load.end();
        InStep.awaitEqualData(primary, replica);
    }

    /** A primary that says nothing is left, and asked again. */
    @ParameterizedTest
    @MethodSource("pairs")
    void aPrimaryThatFellSilentIsAskedAgain(Pair pair) {
        ServerProcess primary =
                servers.start(pair.primary(), "--repl-ping-replica-period", "1", "--repl-timeout", "100");
        Wire wire = servers.wireTo(primary, 13);
        ServerProcess replica = servers.startReplica(pair.replica(), primary, wire, "--repl-timeout", "2");
        wire.swallow(true);
        replica.awaitLog("MASTER timeout: no data nor PING received...");
        primary.run("SET k v");
        wire.swallow(false);
        wire.cut();
        InStep.awaitEqualData(primary, replica);
        assertEquals(1, InStep.syncs(primary).full());
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void keysThatExpireWhileTheirPrimaryIsDownAreGoneOnItsReplicasToo(Program program) {
        String[] settings = {"--save", "900 1", "--enable-debug-command", "yes"};
        ServerProcess primary = servers.start(program, settings);
        ServerProcess replica = servers.startReplica(program.other(), primary);
        primary.run("DEBUG SET-ACTIVE-EXPIRE 0");
        for (int i = 0; i < 20; i++) {
            primary.run("SET short:" + i + " v PX 1");
        }
        primary.run("SET long v");
        InStep.await(primary, replica);
        primary.stop();
        primary.restart(settings);
        Await.until(() -> replica.info("replication", "master_link_status").equals("up"), "the link to be up");
        Await.until(() -> replica.run("DBSIZE").equals(":1\r\n"), "the replica to be told of the expired keys");
        assertEquals("20", primary.info("persistence", "rdb_last_load_keys_expired"));
        assertEquals("1", primary.info("stats", "sync_partial_ok"));
        InStep.awaitEqualData(primary, replica);
    }
}
