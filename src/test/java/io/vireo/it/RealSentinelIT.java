package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three redis-sentinels watch over nodes that have no voters: they find them, and replace their primary. */
@NeedsRedis
@Tag("alone")
class RealSentinelIT {
    private static SentinelSet set;

    @BeforeAll
    static void start() {
        set = SentinelSet.started(Program.VIREO, Collections.nCopies(3, Place.LOOPBACK));
    }

    @AfterAll
    static void end() {
        set.close();
    }

    private static ServerProcess awaitAnother(ServerProcess old) {
        Await.until(
                () -> set.without(old).stream().anyMatch(ReplicaSet::isPrimary)
                        && set.without(old).stream().allMatch(node -> set.primaryPort(node) != old.port()),
                "another primary");
        return set.without(old).stream()
                .filter(ReplicaSet::isPrimary)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPrimaryThatIsKilledIsReplacedAndComesBackAsAReplica() {
        ServerProcess old = set.awaitWhole();
        old.run("SET before kill");
        set.awaitWhole();
        old.kill();
        ServerProcess heir = awaitAnother(old);
        assertEquals("$4\r\nkill\r\n", heir.run("GET before"));
        assertEquals("+OK\r\n", heir.run("SET after kill"));
        set.machine(old).getLast().kill();
        set.restart(old);
        set.awaitWhole(); // on a busy machine the sentinels may have replaced the primary again
        assertEquals("$4\r\nkill\r\n", old.run("GET after"));
    }

    /** Its clients are closed, and the files of all three say who follows whom. */
    @Test
    void anAskedFailoverIsWrittenIntoTheFilesOfTheNodes() {
        ServerProcess old = set.awaitWhole();
        try (RespClient client = old.client()) {
            client.ask("SET", "before", "failover");
            set.awaitWhole();
            set.handOver(old);
            assertThrows(RuntimeException.class, client::read, "a client of the former primary");
        }
        awaitAnother(old);
        Await.until(RealSentinelIT::doFilesSayWhoFollowsWhom, "the files of all three to say who follows whom");
    }

    private static boolean doFilesSayWhoFollowsWhom() throws IOException {
        ServerProcess primary = set.awaitWhole();
        for (ServerProcess node : set.nodes()) {
            boolean follows =
                    Files.readString(SentinelSet.file(node)).contains("replicaof 127.0.0.1 " + primary.port());
            if (follows == (node == primary)) {
                return false;
            }
        }
        return true;
    }
}
