package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Full copies between Vireo and the real server, every way and under writes: what arrives is what there is. */
@NeedsRedis
class InteropFullSyncIT {
    private static final int KEYS = 400;

    @RegisterExtension
    private final Servers servers = new Servers();

    static Stream<Pair> pairs() {
        return Pair.all();
    }

    static Stream<Arguments> ways() {
        return Pair.all()
                .flatMap(pair -> Stream.of("no", "yes")
                        .flatMap(diskless -> Stream.of("disabled", "swapdb")
                                .filter(load -> load.equals("disabled") || pair.replica() == Program.VIREO)
                                .map(load -> Arguments.of(pair, diskless, load))));
    }

    private static void fill(ServerProcess server, int keys) {
        assertEquals("+OK\r\n", server.run("DEBUG POPULATE " + keys + " filled 60"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void severalReplicasAreServedUnderWrites(Pair pair, String diskless, String load) {
        ServerProcess primary = servers.start(
                pair.primary(),
                "--repl-diskless-sync",
                diskless,
                "--enable-debug-command",
                "yes",
                "--repl-backlog-size",
                "50mb");
        fill(primary, 20_000);
        WriteLoad load1 = new WriteLoad(primary, 1, KEYS);
        load1.write(3_000);
        load1.inBackground();
        String[] following = {"--replicaof", "127.0.0.1 " + primary.port(), "--repl-diskless-load", load};
        ServerProcess first = servers.start(pair.replica(), following);
        ServerProcess second = servers.start(pair.replica(), following);
        ServerProcess third = servers.start(pair.replica().other(), "--replicaof", "127.0.0.1 " + primary.port());
        for (ServerProcess replica : new ServerProcess[] {first, second, third}) {
            Await.until(() -> replica.info("replication", "master_link_status").equals("up"), "the link of " + replica);
        }
        load1.awaitProgress(500);
        load1.end();
        InStep.awaitEqualData(primary, first, second, third);
        assertEquals(3, primary.infoNumber("replication", "connected_slaves"));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void passwordsAreAskedForAndGiven(Pair pair) {
        ServerProcess primary = servers.start(pair.primary(), "--requirepass", "secret");
        primary.run("SET k v");
        ServerProcess wrong =
                servers.start(pair.replica(), "--replicaof", "127.0.0.1 " + primary.port(), "--masterauth", "wrong");
        wrong.awaitLog("Unable to AUTH to MASTER: -WRONGPASS");
        ServerProcess none = servers.start(pair.replica(), "--replicaof", "127.0.0.1 " + primary.port());
        none.awaitLog("NOAUTH Authentication required");
        assertEquals("down", none.info("replication", "master_link_status"));

        assertEquals("+OK\r\n", wrong.run("CONFIG SET masterauth secret"));
        InStep.awaitEqualData(primary, wrong);
        assertEquals("+OK\r\n", none.run("CONFIG SET masterauth secret masteruser default"));
        InStep.awaitEqualData(primary, none);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aCopyThatIsCutLeavesTheOldData(Pair pair) {
        ServerProcess primary = servers.start(pair.primary(), "--enable-debug-command", "yes");
        fill(primary, 30_000);
        Wire wire = servers.wireTo(primary, 7);
        ServerProcess replica = servers.start(pair.replica());
        replica.run("SET old value");
        wire.cutAfter(100_000);
        assertEquals("+OK\r\n", replica.run("REPLICAOF 127.0.0.1 " + wire.port()));
        Await.until(() -> wire.cutsDone() == 1, "the copy to be cut");
        InStep.await(primary, replica);
        assertEquals("$-1\r\n", replica.run("GET old"));
        InStep.awaitEqualData(primary, replica);
    }

    @Test
    void swapdbServesTheOldDataOfTheSameHistoryUntilTheNewAreThere() {
        ServerProcess primary =
                servers.start(Program.REDIS, "--enable-debug-command", "yes", "--repl-backlog-size", "16kb");
        fill(primary, 20_000);
        Wire wire = servers.wireTo(primary, 5);
        ServerProcess replica = servers.startReplica(Program.VIREO, primary, wire, "--repl-diskless-load", "swapdb");
        wire.refuse(true);
        primary.run("SET new value");
        for (int i = 0; i < 40; i++) {
            primary.run("SET filler " + "x".repeat(1_000));
        }
        wire.throttle(1_000_000);
        wire.refuse(false);
        Await.until(() -> replica.info("persistence", "async_loading").equals("1"), "a loading beside the old data");
        assertEquals("0", replica.info("persistence", "loading"));
        assertThat(replica.run("GET filled:7")).startsWith("$60");
        assertEquals("$-1\r\n", replica.run("GET new"));
        wire.throttle(0);
        InStep.awaitEqualData(primary, replica);
        assertEquals("$5\r\nvalue\r\n", replica.run("GET new"));
        assertEquals("0", replica.info("persistence", "async_loading"));
        assertTrue(replica.logged("MASTER <-> REPLICA sync: Swapping active DB with loaded DB") == 2);
    }

    @Test
    void swapdbHidesTheOldDataOfAnotherHistoryAndKeepsThemIfTheCopyFails() {
        ServerProcess primary = servers.start(Program.REDIS, "--enable-debug-command", "yes");
        fill(primary, 20_000);
        Wire wire = servers.wireTo(primary, 6);
        ServerProcess replica = servers.start(Program.VIREO, "--repl-diskless-load", "swapdb");
        replica.run("SET old value");
        wire.throttle(500_000);
        replica.run("REPLICAOF 127.0.0.1 " + wire.port());
        Await.until(() -> replica.info("persistence", "loading").equals("1"), "a loading");
        assertEquals("-LOADING Redis is loading the dataset in memory\r\n", replica.run("GET old"));
        wire.refuse(true);
        Await.until(() -> replica.run("GET old").equals("$5\r\nvalue\r\n"), "the old data to be back");
        assertEquals("+OK\r\n", replica.run("REPLICAOF NO ONE"));
        assertEquals("+OK\r\n", replica.run("SET mine 1"));
    }
}
