package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.backlog.BacklogSegments;
import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a replica is given when it, or its primary, has been away: the same script run on nodes that are all Vireo, and on
 * nodes that are all redis-server. What was seen stands in {@code src/docs/restarts.md}.
 *
 * <p>A figure is what the primary's sockets sent to the replica, which is the only one that it has or the only one that
 * lacks anything then.
 */
@NeedsRedis
class RestartTableIT {
    private static final int KEYS = 200;
    private static final int KEY_BYTES = 1_000;
    /** More than anything that is not a copy of all keys. */
    private static final long LITTLE_BYTES = KEYS * KEY_BYTES / 2;

    private static final String[] RDB = {"--save", "3600 1000000"};
    private static final String[] AOF = {"--appendonly", "yes"};
    private static final String[] AOF_AND_BACKLOG_FILE = {"--appendonly", "yes", "--repl-backlog-file", "yes"};

    private static final Map<Program, Map<RestartRow, Long>> TABLE = new EnumMap<>(Program.class);

    @RegisterExtension
    private final Servers servers = new Servers();

    @AfterAll
    static void thePageSaysWhatIsExpected() throws IOException {
        RestartPage.check(TABLE);
    }

    private static String[] directives(String... more) {
        List<String> words = new ArrayList<>(
                List.of("--repl-ping-replica-period", "3600", "--shutdown-timeout", "0", "--rdbcompression", "no"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private static String[] following(ServerProcess primary, String... more) {
        List<String> words = new ArrayList<>(List.of("--replicaof", "127.0.0.1 " + primary.port()));
        words.addAll(List.of(more));
        return directives(words.toArray(String[]::new));
    }

    private ServerProcess primaryWithData(Program program, String... more) {
        ServerProcess primary = servers.start(program, directives(more));
        for (int i = 0; i < KEYS; i++) {
            primary.run("SET key:" + i + " " + "x".repeat(KEY_BYTES));
        }
        return primary;
    }

    private ServerProcess replicaOf(ServerProcess primary, String... more) {
        ServerProcess replica = servers.start(primary.program(), following(primary, more));
        InStep.await(primary, replica);
        return replica;
    }

    /** A few hundred bytes of stream. */
    private static void writeALittle(ServerProcess primary) {
        for (int i = 0; i < 10; i++) {
            primary.run("SET little:" + i + " " + System.nanoTime());
        }
    }

    private static void awaitFile(ServerProcess server) {
        Await.until(
                () -> server.infoNumber("persistence", "aof_enabled") == 1
                        && server.infoNumber("persistence", "aof_rewrite_in_progress") == 0
                        && server.infoNumber("persistence", "aof_rewrite_scheduled") == 0
                        && server.infoNumber("persistence", "aof_buffer_length") == 0,
                "the append-only file");
    }

    /** What a primary has given so far; nothing at its start. */
    private record Given(InStep.Syncs syncs, long bytes) {
        private static final Given NOTHING = new Given(new InStep.Syncs(0, 0), 0);

        private static Given by(ServerProcess primary) {
            return new Given(InStep.syncs(primary), primary.infoNumber("stats", "total_net_repl_output_bytes"));
        }
    }

    /** Waits until the replica has everything, and notes how. */
    private static void see(RestartRow row, ServerProcess primary, Given before, ServerProcess replica) {
        InStep.awaitEqualData(primary, replica);
        Given after = Given.by(primary);
        long full = after.syncs.full() - before.syncs.full();
        long partial = after.syncs.partial() - before.syncs.partial();
        long bytes = after.bytes - before.bytes;
        TABLE.computeIfAbsent(primary.program(), p -> new EnumMap<>(RestartRow.class))
                .put(row, bytes);

        RestartRow.Outcome expected = row.outcome(primary.program());
        assertEquals(expected.isFull() ? 1 : 0, full, row + ": full copies");
        assertEquals(expected.isFull() ? 0 : 1, partial, row + ": continuations");
        assertEquals(expected.isFull(), bytes > LITTLE_BYTES, row + ": " + bytes + " bytes");
        assertThat(primary.log()).describedAs("%s", row).contains(expected.inLog());
        if (expected.isFull() && primary.program() == Program.VIREO) {
            assertTrue(primary.infoNumber("stats", expected.inInfo()) > 0, row + ": " + expected.inInfo());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReplicaHasBeenAway(Program program) {
        ServerProcess primary = primaryWithData(program);
        ServerProcess replica = replicaOf(primary, RDB);

        replica.stop();
        comesBack(RestartRow.REPLICA_RDB, primary, replica, RDB);
        replica.stop();
        for (int i = 0; i < 30; i++) {
            primary.run("SET large " + "x".repeat(50_000));
        }
        comesBack(RestartRow.REPLICA_BEFORE_BACKLOG, primary, replica, RDB);
        replica.stop();
        comesBack(RestartRow.REPLICA_FIRST_AOF, primary, replica, AOF);
        awaitFile(replica);
        replica.stop();
        comesBack(RestartRow.REPLICA_AOF, primary, replica, AOF);
        awaitFile(replica);
        replica.kill();
        comesBack(RestartRow.REPLICA_AOF_KILLED, primary, replica, AOF);

        ServerProcess other = primaryWithData(program);
        Given before = Given.by(other);
        replica.run("REPLICAOF 127.0.0.1 " + other.port());
        see(RestartRow.REPLICA_OF_ANOTHER, other, before, replica);
    }

    private static void comesBack(RestartRow row, ServerProcess primary, ServerProcess replica, String... files) {
        writeALittle(primary);
        Given before = Given.by(primary);
        replica.restart(following(primary, files));
        see(row, primary, before, replica);
    }

    @ParameterizedTest
    @EnumSource
    void aPrimaryHasBeenAway(Program program) {
        ServerProcess primary = primaryWithData(program, RDB);
        Wire wire = servers.wireTo(primary, 1);
        ServerProcess replica = servers.startReplica(program, primary, wire, directives());

        primary.stop();
        restarted(RestartRow.PRIMARY_RDB, primary, replica, RDB);

        primary.run("CONFIG SET appendonly yes");
        awaitFile(primary);
        writeALittle(primary);
        InStep.await(primary, replica);
        primary.stop();
        restarted(RestartRow.PRIMARY_AOF, primary, replica, AOF);
        writeALittle(primary);
        InStep.await(primary, replica);
        awaitFile(primary);
        primary.kill();
        restarted(RestartRow.PRIMARY_AOF_KILLED, primary, replica, AOF);

        boolean hasBacklogFile = program == Program.VIREO;
        cutOff(wire, replica);
        writeALittle(primary);
        primary.stop();
        primary.restart(directives(hasBacklogFile ? AOF_AND_BACKLOG_FILE : AOF));
        wire.refuse(false);
        see(RestartRow.PRIMARY_AOF_REPLICA_LAGS, primary, Given.NOTHING, replica);
        if (hasBacklogFile) {
            cutOff(wire, replica);
            writeALittle(primary);
            primary.stop();
            primary.restart(directives(AOF_AND_BACKLOG_FILE));
            wire.refuse(false);
            see(RestartRow.PRIMARY_BACKLOG_FILE, primary, Given.NOTHING, replica);

            cutOff(wire, replica);
            writeALittle(primary);
            awaitFile(primary);
            long end = InStep.offset(primary);
            Await.until(() -> BacklogSegments.lastOffset(primary.dir()) >= end, "the backlog to be on disk");
            primary.kill();
            primary.restart(directives(AOF_AND_BACKLOG_FILE));
            wire.refuse(false);
            see(RestartRow.PRIMARY_BACKLOG_FILE_KILLED, primary, Given.NOTHING, replica);
        }

        Await.until(() -> primary.run("SAVE").equals("+OK\r\n"), "a save, once none is under way for a replica");
        writeALittle(primary);
        InStep.await(primary, replica);
        primary.kill();
        restarted(RestartRow.REPLICA_AHEAD, primary, replica, RDB);
    }

    private static void cutOff(Wire wire, ServerProcess replica) {
        wire.refuse(true);
        Await.until(() -> replica.info("replication", "master_link_status").equals("down"), "the link to be down");
    }

    private static void restarted(RestartRow row, ServerProcess primary, ServerProcess replica, String... files) {
        primary.restart(directives(files));
        see(row, primary, Given.NOTHING, replica);
    }

    @ParameterizedTest
    @EnumSource
    void anotherLeads(Program program) {
        ServerProcess first = primaryWithData(program, RDB);
        ServerProcess second = replicaOf(first, RDB);
        Given before = Given.by(second);
        Await.until(
                () -> first.run("FAILOVER TO 127.0.0.1 " + second.port()).equals("+OK\r\n"),
                "a failover to begin"); // a replica of Redis is online a moment after it holds everything
        Await.until(() -> second.info("replication", "role").equals("master"), "the second to lead");
        writeALittle(second);
        see(RestartRow.OLD_PRIMARY_AFTER_FAILOVER, second, before, first);

        ServerProcess third = replicaOf(first);
        writeALittle(second);
        InStep.await(second, first, third);
        before = Given.by(first);
        first.run("REPLICAOF NO ONE");
        writeALittle(first);
        see(RestartRow.REPLICA_OF_PROMOTED, first, before, third);

        second.stop();
        before = Given.by(first);
        second.restart(following(first, RDB));
        see(RestartRow.OLD_PRIMARY_RESTARTED, first, before, second);
    }
}
