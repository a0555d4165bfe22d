package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.testkit.NeedsRedis;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A primary that comes back with nothing, as after a restart without its disk: its replica's data are the last copy. */
@NeedsRedis
class WipeGuardIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    @ParameterizedTest
    @CsvSource({"REDIS, disabled", "VIREO, disabled", "REDIS, swapdb"})
    void dataAreKeptUntilSomebodySaysOtherwise(Program program, String load) {
        ServerProcess primary = servers.start(program);
        primary.run("SET k v");
        ServerProcess replica = servers.startReplica(Program.VIREO, primary, "--repl-diskless-load", load);
        assertNull(replica.info("replication", "master_link_wipe_guard"));
        primary.kill();
        primary.restart();
        replica.awaitLog("WIPE GUARD: MASTER 127.0.0.1:" + primary.port() + " has come back empty");
        assertEquals("data_kept_from_empty_master", replica.info("replication", "master_link_wipe_guard"));
        assertEquals("$1\r\nv\r\n", replica.run("GET k"));

        // A restart of the replica changes nothing about it.
        replica.run("SAVE");
        assertEquals(0, replica.stop());
        replica.restart("--replicaof", "127.0.0.1 " + primary.port(), "--repl-diskless-load", load);
        replica.awaitLog("WIPE GUARD");
        assertEquals("$1\r\nv\r\n", replica.run("GET k"));

        assertEquals("+OK\r\n", replica.run("REPLICAOF 127.0.0.1 " + primary.port()));
        InStep.awaitEqualData(primary, replica);
        assertEquals("$-1\r\n", replica.run("GET k"));
        assertNull(replica.info("replication", "master_link_wipe_guard"));
    }

    @ParameterizedTest
    @CsvSource({"REDIS", "VIREO"})
    void withoutTheGuardTheDataGo(Program program) {
        ServerProcess primary = servers.start(program);
        primary.run("SET k v");
        ServerProcess replica = servers.startReplica(Program.VIREO, primary);
        primary.kill();
        primary.restart();
        replica.awaitLog("WIPE GUARD");
        assertEquals("+OK\r\n", replica.run("CONFIG SET replica-wipe-guard no"));
        InStep.awaitEqualData(primary, replica);
        assertEquals("$-1\r\n", replica.run("GET k"));
    }
}
