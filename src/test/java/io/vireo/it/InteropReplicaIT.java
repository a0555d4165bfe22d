package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a replica answers, refuses and tells of itself, to clients and to its primary. */
@NeedsRedis
class InteropReplicaIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    @Test
    void aReplicaRefusesWritesInRedissWords() {
        ServerProcess primary = servers.start(Program.REDIS);
        ServerProcess replica = servers.startReplica(Program.VIREO, primary);
        String refusal = "-READONLY You can't write against a read only replica.\r\n";
        assertEquals(refusal, replica.run("SET k v"));
        assertEquals(refusal, replica.run("FLUSHALL"));
        assertEquals("+OK\r\n", replica.run("CONFIG SET replica-read-only no"));
        assertEquals("+OK\r\n", replica.run("SET k v"));
        assertEquals("$1\r\nv\r\n", replica.run("GET k"));
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void aReplicaWithoutItsPrimaryMayAnswerAdministrationOnly(Program program) {
        ServerProcess primary = servers.start(Program.REDIS);
        primary.run("SET k v");
        ServerProcess replica = servers.startReplica(program, primary, "--replica-serve-stale-data", "no");
        assertEquals("$1\r\nv\r\n", replica.run("GET k"));
        primary.stop();
        Await.until(() -> replica.info("replication", "master_link_status").equals("down"), "the link to be down");
        String refusal = "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n";
        for (String line : List.of("GET k", "EXISTS k", "KEYS *", "DBSIZE", "SCAN 0", "SET k v", "SUBSTR k 0 1")) {
            assertThat(replica.run(line))
                    .describedAs(line)
                    .isIn(refusal, "-READONLY You can't write against a read only replica.\r\n");
        }
        for (String line : List.of("CONFIG GET port", "ROLE", "CLIENT ID", "COMMAND COUNT", "TIME", "LASTSAVE")) {
            assertThat(replica.run(line)).describedAs(line).doesNotStartWith("-");
        }
        assertEquals("+OK\r\n", replica.run("REPLICAOF NO ONE"));
        assertEquals("$1\r\nv\r\n", replica.run("GET k"));
    }

    @Test
    void aStandbyAnswersNoReads() {
        ServerProcess primary = servers.start(Program.VIREO);
        primary.run("SET k v");
        ServerProcess standby = servers.startReplica(Program.VIREO, primary, "--replica-serve-reads", "no");
        assertThat(standby.run("GET k")).startsWith("-");
        assertEquals("+PONG\r\n", standby.run("PING"));
        standby.run("REPLICAOF NO ONE");
        assertEquals("$1\r\nv\r\n", standby.run("GET k"));
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void aReplicaIsSeenByTheNameAndPriorityItGives(Program program) {
        ServerProcess primary = servers.start(program);
        ServerProcess replica = servers.startReplica(
                program.other(),
                primary,
                "--replica-announce-ip",
                "127.0.0.9",
                "--replica-announce-port",
                "7777",
                "--replica-priority",
                "42");
        assertEquals("42", replica.info("replication", "slave_priority"));
        assertThat(primary.info("replication", "slave0")).startsWith("ip=127.0.0.9,port=7777,state=online,");
        assertThat(primary.run("ROLE")).contains("$9\r\n127.0.0.9\r\n$4\r\n7777\r\n");
        assertThat(primary.run("CLIENT LIST TYPE replica").lines().filter(line -> line.contains("flags=S")))
                .hasSize(1);
        assertThat(replica.run("ROLE")).contains("$9\r\nconnected\r\n").contains(":" + primary.port() + "\r\n");
        assertThat(replica.run("CLIENT LIST TYPE master")).contains("flags=M");
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void writesWaitForReplicasOrAreRefusedWithoutThem(Program other) {
        ServerProcess primary =
                servers.start(Program.VIREO, "--min-replicas-to-write", "1", "--min-replicas-max-lag", "2");
        assertEquals("-NOREPLICAS Not enough good replicas to write.\r\n", primary.run("SET k v"));
        assertEquals(":0\r\n", primary.run("WAIT 1 20"));
        ServerProcess replica = servers.startReplica(other, primary);
        Await.until(() -> primary.run("SET k v").equals("+OK\r\n"), "a write to be taken");
        assertEquals(":1\r\n", primary.run("WAIT 1 5000"));
        assertEquals(":1\r\n", primary.run("WAIT 2 100"));
        ServerProcess second = servers.startReplica(Program.REDIS, primary);
        assertEquals("+OK\r\n", primary.run("SET k v2"));
        assertEquals(":2\r\n", primary.run("WAIT 2 10000"));
        replica.stop();
        second.stop();
        Await.until(() -> primary.run("SET k v").startsWith("-NOREPLICAS"), "a write to be refused");
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void aReplicaThatWantsAnAnswerIsDisconnected(Program program) {
        ServerProcess primary = servers.start(program);
        for (String line : List.of("PING", "GET k", "XINFO HELP")) {
            try (RespClient replica = primary.client()) {
                replica.send("PSYNC ? -1\r\n");
                assertThat(replica.read().wire()).startsWith("+FULLRESYNC ");
                replica.send("REPLCONF ACK 0\r\n" + line + "\r\n");
                assertThat(replica.readToEnd()).doesNotContain("PONG").doesNotContain("ERR");
            }
            String name = line.toLowerCase(Locale.ROOT).replace(" k", "").replace(' ', '|');
            primary.awaitLog("Replica generated a reply to command '" + name + "', disconnecting it: ");
        }
        assertEquals("+PONG\r\n", primary.run("PING"));
        primary.awaitLog("== CRITICAL == This master is sending an error to its replica: 'Replica can't interact with"
                + " the keyspace' after processing the command 'get'");
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void aFlushEndsASnapshotOfWhatWasThere(Program program) {
        ServerProcess primary = servers.start(
                program,
                "--save",
                "",
                "--repl-diskless-sync-delay",
                "0",
                "--rdb-key-save-delay",
                "100000",
                "--enable-debug-command",
                "yes");
        primary.run("DEBUG POPULATE 1000");
        ServerProcess replica = servers.start(program);
        replica.run("REPLICAOF 127.0.0.1 " + primary.port());
        primary.awaitLog("Background RDB transfer started by pid");
        primary.run("FLUSHALL");
        primary.run("SET after flush");
        InStep.awaitEqualData(primary, replica);
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void aSnapshotOnDiskThatNoReplicaWaitsForAnyMoreIsBrokenOff(Program program) {
        ServerProcess primary = servers.start(
                program,
                "--save",
                "",
                "--repl-diskless-sync",
                "no",
                "--rdb-key-save-delay",
                "1000000",
                "--enable-debug-command",
                "yes");
        primary.run("DEBUG POPULATE 100");
        ServerProcess replica = servers.start(program);
        replica.run("REPLICAOF 127.0.0.1 " + primary.port());
        Await.until(() -> primary.info("persistence", "rdb_bgsave_in_progress").equals("1"), "the snapshot to begin");
        replica.run("REPLICAOF NO ONE");
        Await.until(
                () -> primary.info("persistence", "rdb_bgsave_in_progress").equals("0"), "the snapshot to be ended");
    }
}
