package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** INFO, MEMORY and LOLWUT, beside those of redis-server. */
@NeedsRedis
class InfoIT {
    /** Fields of Redis 7.0 that Vireo does not have, each with the reason. */
    private static final Map<String, String> LACKING = Map.of(
            "dump_payload_sanitizations", "every payload is checked in depth, so that there is nothing to tell apart");

    /** Fields that Redis 7.0 does not have. */
    private static final Set<String> OWN = Set.of("server_name", "java_version", "vireo_version", "vireo_heap_used");

    /** Counts of full copies by their reason, behind {@code sync_full}. */
    private static final String OWN_COUNTS = "sync_full_";

    @RegisterExtension
    final Servers servers = new Servers();

    private ServerProcess redis;
    private ServerProcess vireo;

    @BeforeEach
    void startBoth() {
        redis = servers.start(Program.REDIS);
        vireo = servers.start(Program.VIREO);
    }

    private Stream<ServerProcess> both() {
        return Stream.of(redis, vireo);
    }

    /** The lines of INFO with no values; titles keep their mark. */
    private static List<String> names(ServerProcess server, String... sections) {
        List<String> words = new ArrayList<>(List.of("INFO"));
        words.addAll(List.of(sections));
        return server.ask(words.toArray(String[]::new))
                .text()
                .lines()
                .map(line -> line.replaceFirst(":.*", ""))
                .toList();
    }

    @Test
    void fieldsAndTheirOrderAreThoseOfRedis() {
        for (String section : List.of(
                "server",
                "clients",
                "memory",
                "persistence",
                "stats",
                "replication",
                "cpu",
                "modules",
                "errorstats",
                "cluster",
                "keyspace")) {
            assertSameFields(section);
        }
    }

    @Test
    void fieldsOfAReplicaAreThoseOfRedis() {
        ServerProcess primary = servers.start(Program.REDIS);
        both().forEach(server -> {
            server.ask("REPLICAOF", "127.0.0.1", "" + primary.port());
            Await.until(() -> "up".equals(server.info("replication", "master_link_status")), "a link of " + server);
        });
        assertSameFields("replication");
        assertEquals(names(redis, "replication"), names(vireo, "replication"));
    }

    @Test
    void fieldsOfAPrimaryWithReplicasAreThoseOfRedis() {
        servers.startReplica(Program.REDIS, redis);
        servers.startReplica(Program.REDIS, vireo);
        assertEquals(names(redis, "replication"), names(vireo, "replication"));
        both().forEach(server -> {
            assertTrue(server.infoNumber("stats", "total_net_repl_output_bytes") > 0, server.toString());
            assertTrue(server.infoNumber("stats", "total_forks") > 0, server.toString());
        });
    }

    private void assertSameFields(String section) {
        List<String> theirs = names(redis, section).stream()
                .filter(name -> !LACKING.containsKey(name))
                .toList();
        List<String> ours = names(vireo, section).stream()
                .filter(name -> !OWN.contains(name) && !name.startsWith(OWN_COUNTS))
                .toList();
        assertEquals(theirs, ours, section);
    }

    @Test
    void theSameSectionsAreShown() {
        assertAll(Stream.of(
                        "",
                        "default",
                        "all",
                        "everything",
                        "cpu sentinel",
                        "cpu all",
                        "cpu default",
                        "commandSTATS MODULES",
                        "nosuch",
                        "cluster keyspace server")
                .map(words -> () -> {
                    String[] sections = words.isEmpty() ? new String[0] : words.split(" ", -1);
                    assertEquals(titles(redis, sections), titles(vireo, sections), words);
                }));
    }

    private static List<String> titles(ServerProcess server, String... sections) {
        return names(server, sections).stream()
                .filter(name -> name.startsWith("#") || name.isEmpty())
                .toList();
    }

    @Test
    void countersBeginAnewAfterAReset() {
        both().forEach(server -> {
            server.ask("SET", "a", "b", "PX", "1");
            server.ask("GET", "nosuch");
            server.ask("NOSUCH");
            Await.until(() -> server.infoNumber("stats", "expired_keys") > 0, "a key to expire on " + server);
            server.ask("SAVE");
            server.ask("BGSAVE");
            assertTrue(server.infoNumber("stats", "total_forks") > 0);
            server.ask("CONFIG", "RESETSTAT");
            for (String field : List.of(
                    "total_connections_received",
                    "total_error_replies",
                    "expired_keys",
                    "keyspace_misses",
                    "total_forks",
                    "latest_fork_usec",
                    "total_net_repl_output_bytes",
                    "rejected_connections",
                    "sync_full")) {
                assertEquals(0, server.infoNumber("stats", field), server + " " + field);
            }
            assertEquals(null, server.info("errorstats", "errorstat_ERR"));
        });
    }

    @Test
    void memoryFollowsTheData() {
        long empty = vireo.infoNumber("memory", "used_memory");
        for (int i = 0; i < 100; i++) {
            vireo.ask("SET", "key:" + i, "x".repeat(10_000));
        }
        long full = vireo.infoNumber("memory", "used_memory");
        assertTrue(full - empty > 1_000_000 && full - empty < 1_300_000, empty + " " + full);
        long counted = 0;
        for (int i = 0; i < 100; i++) {
            counted += vireo.ask("MEMORY", "USAGE", "key:" + i).number();
        }
        long dataset = vireo.infoNumber("memory", "used_memory_dataset");
        assertTrue(Math.abs(dataset - counted) <= 100 * Long.BYTES + 100, dataset + " " + counted);
        vireo.ask("FLUSHALL");
        Await.until(() -> vireo.infoNumber("memory", "used_memory") - empty < 100_000, "memory to be freed");
        assertTrue(vireo.infoNumber("memory", "used_memory_peak") >= full);
    }

    @Test
    void whileDataAreLoadedTheyAreToldOfFromAside() {
        ServerProcess server = servers.start(Program.VIREO, "--rdbcompression", "no");
        for (int i = 0; i < 5_000; i++) {
            server.ask("SET", "key:" + i, "x".repeat(1_000));
        }
        long full = server.infoNumber("memory", "used_memory");
        server.ask("SAVE");
        server.stop();
        server.launch("--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024");
        Await.until(() -> "1".equals(server.info("persistence", "loading")), "a loading");
        Await.until(() -> server.infoNumber("memory", "used_memory") > 0, "a part of the data");
        long part = server.infoNumber("memory", "used_memory");
        assertTrue(part < full, part + " of " + full);
        long announced = server.infoNumber("persistence", "loading_rdb_used_mem");
        assertTrue(Math.abs(full - announced) <= full / 100, announced + " of " + full);
        assertEquals("1", server.info("persistence", "loading"));
        assertEquals(Map.of(), server.client().info("keyspace"));
        assertEquals("OK", server.ask("CONFIG", "RESETSTAT").text());
        assertTrue(server.ask("MEMORY", "STATS").text().startsWith("LOADING"));
        assertTrue(server.ask("MEMORY", "HELP").items().size() > 2);
        assertEquals("OK", server.ask("SLOWLOG", "RESET").text());
        Await.until(() -> server.infoNumber("memory", "used_memory") > part, "more of the data");
        server.ask("CONFIG", "SET", "key-load-delay", "0");
        server.kill();
    }

    @Test
    void everyTypeHasAUsageThatGrowsWithItsValue() {
        for (String add : List.of("RPUSH k ?", "SADD k ?", "HSET k ? v", "ZADD k 1 ?", "APPEND k ?")) {
            vireo.ask("DEL", "k");
            long before = 0;
            for (int i = 0; i < 2_000; i++) {
                vireo.run(add.replace("?", "element:" + i));
                if (i % 500 == 499) {
                    long now = vireo.ask("MEMORY", "USAGE", "k").number();
                    assertTrue(now >= before, add + " " + before + " " + now);
                    before = now;
                }
            }
            assertTrue(before > 2_000 * 10, add + " " + before);
        }
    }

    @Test
    void memoryStatsHaveTheSameNames() {
        both().forEach(server -> server.ask("SET", "a", "b"));
        assertEquals(namesOfStats(redis), namesOfStats(vireo));
    }

    private static List<String> namesOfStats(ServerProcess server) {
        List<Reply> map = server.ask("MEMORY", "STATS").items();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < map.size(); i += 2) {
            names.add(map.get(i).text());
            names.addAll(map.get(i + 1).texts().stream()
                    .filter(text -> text.startsWith("overhead"))
                    .toList());
        }
        return names;
    }

    @Test
    void memoryIsRefusedInTheSameWords() {
        for (String line : List.of(
                "MEMORY USAGE nosuch",
                "MEMORY USAGE nosuch SAMPLES",
                "MEMORY USAGE nosuch SAMPLES x",
                "MEMORY USAGE nosuch SAMPLES -1",
                "MEMORY USAGE nosuch SAMPLES 0",
                "MEMORY USAGE nosuch SAMPLE 1",
                "MEMORY USAGE",
                "MEMORY NOSUCH",
                "MEMORY PURGE",
                "LOLWUT VERSION x")) {
            assertEquals(redis.run(line), vireo.run(line), line);
        }
    }

    @Test
    void textsAreTexts() {
        for (String line : List.of("MEMORY DOCTOR", "MEMORY MALLOC-STATS", "LOLWUT", "LATENCY DOCTOR")) {
            try (RespClient client = vireo.client()) {
                client.ask("HELLO", "3");
                assertTrue(client.run(line).startsWith("="), line);
            }
        }
        assertTrue(vireo.ask("LOLWUT").text().matches("(?s).*\\nVireo ver\\. .*, Redis ver\\. [\\d.]+\\n"));
        assertEquals(1, vireo.ask("LOLWUT", "VERSION", "5").text().lines().count());
    }

    @Test
    void nothingIsLackingThatRedisDoesNotHave() {
        assertTrue(new TreeSet<>(names(redis, "everything")).containsAll(LACKING.keySet()));
        assertTrue(new TreeSet<>(names(vireo, "everything")).containsAll(OWN));
    }
}
