package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The append-only file of running servers: what was answered is there after a kill, replication goes on after any restart,
 * and redis-server reads our files as we read its.
 */
@NeedsRedis
class AppendOnlyIT {
    /** Rounds of kills; more by {@code -Dvireo.kills}. */
    private static final int KILLS = Integer.getInteger("vireo.kills", 4);

    @RegisterExtension
    private final Servers servers = new Servers();

    private static String[] directives(String... more) {
        List<String> words = new ArrayList<>(List.of("--appendonly", "yes", "--save", "", "--shutdown-timeout", "0"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private static Path manifest(ServerProcess server) {
        return server.dir().resolve("appendonlydir/appendonly.aof.manifest");
    }

    /** What a client was answered that counted up until its server was gone: how far, and when. */
    private static final class Count {
        private long last;
        private final NavigableMap<Long, Long> byNanos = new TreeMap<>();

        private void answered(long number) {
            last = number;
            byNanos.put(System.nanoTime(), number);
        }

        /** The last number that was answered so long before the end. */
        private long atLeast(Duration beforeTheEnd) {
            Map.Entry<Long, Long> entry = byNanos.floorEntry(byNanos.lastKey() - beforeTheEnd.toNanos());
            return entry == null ? 0 : entry.getValue();
        }
    }

    /** Counts up by one command after the other until the server is gone. */
    private static Count countUntilGone(ServerProcess server, Runnable meanwhile) throws InterruptedException {
        Count count = new Count();
        Thread killer = Thread.ofPlatform().unstarted(meanwhile);
        try (RespClient client = server.client()) {
            killer.start();
            do {
                count.answered(Long.parseLong(client.ask("INCR", "counter").text()));
            } while (killer.isAlive() || server.runs());
        } catch (RuntimeException | AssertionError e) {
            // It is gone, as was to be.
        }
        killer.join();
        return count;
    }

    /** Under {@code everysec} what was answered in the last second may be gone, and nothing else. */
    @ParameterizedTest
    @CsvSource({"always, 0", "everysec, 1000"})
    void noMoreIsLostByAKillThanWasPromised(String policy, long mostMs) throws InterruptedException {
        String[] directives = directives("--appendfsync", policy);
        ServerProcess server = servers.start(Program.VIREO, directives);
        for (int round = 0; round < KILLS; round++) {
            long lastsMs = 2 * mostMs * round / KILLS;
            Count count = countUntilGone(server, () -> {
                Await.until(() -> server.infoNumber("stats", "total_commands_processed") > 200, "some writes");
                Lasting.ms(lastsMs);
                server.kill();
            });
            server.restart(directives);
            long found = Long.parseLong(server.ask("GET", "counter").text());
            assertThat(found).isBetween(count.atLeast(Duration.ofMillis(mostMs)), count.last + 1);
        }
        assertThat(Tool.run("redis-check-aof", manifest(server).toString()))
                .contains("All AOF files and manifest are valid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void redisReadsOurFilesAndWeReadThoseThatItHasAddedTo(String preamble) {
        ServerProcess ours = servers.start(Program.VIREO, directives("--aof-use-rdb-preamble", preamble));
        try (WriteLoad load = new WriteLoad(ours, 21, 200)) {
            load.write(2_000);
            assertEquals("+Background append only file rewriting started\r\n", ours.run("BGREWRITEAOF"));
            load.write(2_000);
        }
        Await.until(() -> ours.infoNumber("persistence", "aof_rewrite_in_progress") == 0, "the rewrite");
        List<String> before = CanonicalDump.of(ours).linesAliveAt(Long.MAX_VALUE);
        assertEquals(0, ours.stop());
        assertThat(Tool.run("redis-check-aof", manifest(ours).toString()))
                .contains("All AOF files and manifest are valid");

        ServerProcess redis =
                servers.start(Program.REDIS, directives("--dir", ours.dir().toString()));
        assertEquals(before, CanonicalDump.of(redis).linesAliveAt(Long.MAX_VALUE));
        try (WriteLoad load = new WriteLoad(redis, 22, 200)) {
            load.write(1_000);
        }
        List<String> after = CanonicalDump.of(redis).linesAliveAt(Long.MAX_VALUE);
        assertEquals(0, redis.stop());

        ours.restart(directives("--aof-use-rdb-preamble", preamble));
        assertEquals(after, CanonicalDump.of(ours).linesAliveAt(Long.MAX_VALUE));
    }

    private static String commandsIn(ServerProcess server) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(server.dir().resolve("appendonlydir"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".incr.aof")).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    @Test
    void whatIsOnlyForReplicasIsNotInTheFileAndCountsInTheStreamAllTheSame() throws IOException {
        String[] directives = directives("--repl-ping-replica-period", "1");
        ServerProcess primary = servers.start(Program.VIREO, directives);
        ServerProcess replica = servers.startReplica(Program.VIREO, primary, directives);
        // What is written before that is in the base of the copy, and not behind it.
        replica.awaitLog("Background AOF rewrite finished successfully");
        RespClient client = primary.client();
        client.ask("SET", "key", "value");
        client.ask("PUBLISH", "channel", "message");
        client.ask("WAIT", "1", "0");
        long end = InStep.offset(primary);
        Await.until(() -> InStep.offset(primary) > end, "a PING in the stream");
        primary.run("CONFIG SET repl-ping-replica-period 3600"); // none between the look at the files and the kills
        InStep.await(primary, replica);
        Await.until(
                () -> primary.infoNumber("persistence", "aof_buffer_length") == 0
                        && replica.infoNumber("persistence", "aof_buffer_length") == 0,
                "the files");
        primary.kill();
        replica.kill();
        for (ServerProcess server : List.of(primary, replica)) {
            assertThat(commandsIn(server)).contains("value").doesNotContain("PUBLISH", "GETACK", "PING");
        }
        primary.restart(directives);
        replica.restart(replicaOf(primary));
        InStep.awaitEqualData(primary, replica);
        assertEquals(new InStep.Syncs(0, 1), InStep.syncs(primary));
    }

    @ParameterizedTest
    @CsvSource({"kill", "stop"})
    void aReplicaContinuesAfterItsRestart(String how) {
        ServerProcess primary = servers.start(Program.VIREO, directives());
        ServerProcess replica = servers.startReplica(Program.VIREO, primary, directives());
        try (WriteLoad load = new WriteLoad(primary, 23, 200)) {
            load.write(2_000);
            quieten(primary);
            InStep.await(primary, replica);
            Await.until(() -> replica.infoNumber("persistence", "aof_buffer_length") == 0, "the file");
            if (how.equals("kill")) {
                replica.kill();
            } else {
                assertEquals(0, replica.stop());
            }
            load.write(2_000);
        }
        replica.restart(replicaOf(primary));
        InStep.awaitEqualData(primary, replica);
        assertEquals(new InStep.Syncs(1, 1), InStep.syncs(primary));
    }

    @ParameterizedTest
    @CsvSource({"kill", "stop"})
    void replicasContinueAfterARestartOfTheirPrimary(String how) {
        ServerProcess primary = servers.start(Program.VIREO, directives());
        ServerProcess replica = servers.startReplica(Program.VIREO, primary, directives());
        ServerProcess redis = servers.startReplica(Program.REDIS, primary, "--save", "");
        try (WriteLoad load = new WriteLoad(primary, 24, 200)) {
            load.write(2_000);
        }
        quieten(primary);
        InStep.await(primary, replica, redis);
        Await.until(() -> primary.infoNumber("persistence", "aof_buffer_length") == 0, "the file");
        if (how.equals("kill")) {
            primary.kill();
        } else {
            assertEquals(0, primary.stop());
        }
        primary.restart(directives());
        try (WriteLoad load = new WriteLoad(primary, 25, 200)) {
            load.write(500);
        }
        InStep.awaitEqualData(primary, replica, redis);
        assertEquals(new InStep.Syncs(0, 2), InStep.syncs(primary));
    }

    /** From now on nothing comes into the stream by itself: what a kill finds on its way to the file is lost. */
    private static void quieten(ServerProcess primary) {
        primary.run("DEBUG SET-ACTIVE-EXPIRE 0");
        primary.run("CONFIG SET repl-ping-replica-period 3600");
    }

    private static String[] replicaOf(ServerProcess primary) {
        return directives("--replicaof", "127.0.0.1 " + primary.port());
    }

    @Test
    void switchedOnAtARestartItBeginsWithTheRdb() {
        ServerProcess server = servers.start(Program.VIREO, "--save", "3600 1");
        server.run("SET kept 1");
        assertEquals(0, server.stop());
        server.restart(directives());
        assertEquals("1", server.ask("GET", "kept").text());
        server.run("SET more 2");
        Await.until(() -> server.infoNumber("persistence", "aof_buffer_length") == 0, "the file");
        server.kill();
        server.restart(directives());
        assertEquals("1", server.ask("GET", "kept").text());
        assertEquals("2", server.ask("GET", "more").text());
    }

    @Test
    void switchedOnWhileItRunsItHoldsEverything() {
        ServerProcess server = servers.start(Program.VIREO, "--save", "");
        try (WriteLoad load = new WriteLoad(server, 26, 500).inBackground()) {
            load.awaitProgress(2_000);
            assertEquals("+OK\r\n", server.run("CONFIG SET appendonly yes"));
            Await.until(
                    () -> server.infoNumber("persistence", "aof_rewrites") == 1
                            && server.infoNumber("persistence", "aof_rewrite_in_progress") == 0,
                    "the first base");
            load.awaitProgress(2_000);
            load.end();
        }
        List<String> before = CanonicalDump.of(server).linesAliveAt(Long.MAX_VALUE);
        Await.until(() -> server.infoNumber("persistence", "aof_buffer_length") == 0, "the file");
        server.kill();
        server.restart(directives());
        assertEquals(before, CanonicalDump.of(server).linesAliveAt(Long.MAX_VALUE));
    }

    @Test
    void afterAFullCopyItIsBegunAnew() {
        ServerProcess primary = servers.start(Program.REDIS, "--save", "");
        ServerProcess node = servers.start(Program.VIREO, directives());
        node.run("SET old 1");
        try (WriteLoad load = new WriteLoad(primary, 27, 200)) {
            load.write(1_000);
        }
        assertEquals("+OK\r\n", node.run("REPLICAOF 127.0.0.1 " + primary.port()));
        Await.until(() -> node.info("replication", "master_link_status").equals("up"), "the link");
        InStep.await(primary, node);
        Await.until(
                () -> node.infoNumber("persistence", "aof_rewrites") >= 1
                        && node.infoNumber("persistence", "aof_rewrite_in_progress") == 0
                        && node.infoNumber("persistence", "aof_rewrite_scheduled") == 0,
                "the new base");
        node.kill();
        node.restart(replicaOf(primary));
        InStep.awaitEqualData(primary, node);
        assertEquals(new InStep.Syncs(1, 1), InStep.syncs(primary));
    }
}
