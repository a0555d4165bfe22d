package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A replica that takes writes of its own. */
@NeedsRedis
class WritableReplicaIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    @ParameterizedTest
    @MethodSource("io.vireo.it.Pair#all")
    void itDeletesByItselfWhatItsOwnClientsGaveATimeToExpire(Pair pair) {
        ServerProcess primary = servers.start(pair.primary());
        primary.run("SET primarys v EX 1000");
        ServerProcess replica = servers.startReplica(pair.replica(), primary, "--replica-read-only", "no");

        replica.run("SET far v EX 1000");
        replica.run("SET own v PX 300");
        replica.run("HSET hash f v");
        replica.run("PEXPIRE hash 300");
        assertEquals(3, replica.infoNumber("stats", "slave_expires_tracked_keys"));

        Await.until(() -> replica.ask("DBSIZE").number() == 2, "the keys to be deleted without being looked at");
        assertEquals(2, replica.infoNumber("stats", "expired_keys"));
        assertEquals(1, replica.infoNumber("stats", "slave_expires_tracked_keys"));
        assertEquals(":2\r\n", replica.run("EXISTS far primarys"));
        assertEquals(":1\r\n", primary.run("DBSIZE"));
    }
}
