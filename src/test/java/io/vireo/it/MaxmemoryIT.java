package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory at its limit: the same is asked of Vireo and of redis-server, each with a limit by its own measure. */
@NeedsRedis
@Tag("alone")
class MaxmemoryIT {
    /** Of keys that are alike in age, use and time to live. */
    private static final int GROUPS = 5;

    private static final int KEYS_PER_GROUP = 2000;
    private static final String VALUE = "v".repeat(100);
    /** What a client's buffers may take at a time, which come and go between two looks at them. */
    private static final int BUFFER_BYTES = 100_000;

    private static final String FAR = "100000000";

    @RegisterExtension
    private final Servers servers = new Servers();

    private ServerProcess start(Program program, String... directives) {
        return servers.start(program, directives);
    }

    private static long used(RespClient client) {
        return Long.parseLong(client.info("memory").get("used_memory"));
    }

    private static void limit(RespClient client, long bytes) {
        assertThat(client.run("CONFIG SET maxmemory " + bytes)).isEqualTo("+OK\r\n");
    }

    /** A word a reply begins with, or OK. */
    private static String outcome(Reply reply) {
        return reply.isError() ? reply.text().split(" ", 2)[0] : "OK";
    }

    @Test
    void withoutEvictionTheSameCommandsAreRefusedInTheSameWords() {
        List<String> lines = List.of(
                "SET new 1",
                "APPEND a x",
                "INCR n",
                "LPUSH l x",
                "HSET h f v",
                "SADD s m",
                "ZADD z 1 m",
                "GET a",
                "SETRANGE a 0 b",
                "RENAME a b",
                "COPY b c",
                "EXPIRE b 100",
                "DEL b",
                "MULTI",
                "GET n",
                "EXEC",
                "MULTI",
                "DISCARD",
                "EXEC",
                "PING",
                "FLUSHDB",
                "DBSIZE");
        List<List<String>> answers = new ArrayList<>();
        for (Program program :
                List.of(Program.REDIS, Pair.programs().findFirst().orElseThrow())) {
            RespClient client = start(program).client();
            client.run("MSET a text n 1 b other");
            limit(client, 1);
            answers.add(lines.stream().map(client::run).toList());
            client.ask("CONFIG", "SET", "maxmemory", "0");
            assertThat(client.run("SET new 1")).isEqualTo("+OK\r\n");
        }
        assertThat(answers.get(1)).isEqualTo(answers.get(0));
    }

    @Test
    void aTransactionQueuedInTimeIsRefusedAsAWhole() {
        for (Program program :
                List.of(Program.REDIS, Pair.programs().findFirst().orElseThrow())) {
            ServerProcess server = start(program);
            RespClient writer = server.client();
            RespClient reader = server.client();
            RespClient other = server.client();
            writer.run("SET a 1");
            assertThat(writer.run("MULTI") + writer.run("INCR a")).isEqualTo("+OK\r\n+QUEUED\r\n");
            assertThat(reader.run("MULTI") + reader.run("GET a")).isEqualTo("+OK\r\n+QUEUED\r\n");
            limit(other, 1);
            assertThat(writer.run("EXEC"))
                    .isEqualTo("-EXECABORT Transaction discarded because of: OOM command not allowed when used memory >"
                            + " 'maxmemory'.\r\n");
            assertThat(reader.run("EXEC")).isEqualTo("*1\r\n$1\r\n1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl"})
    void memoryStaysWithinTheLimitAndReplicasFollow(String policy) {
        ServerProcess primary = start(Program.VIREO, "--maxmemory-policy", policy);
        ServerProcess replica = servers.startReplica(Program.REDIS, primary);
        RespClient client = primary.client();
        long limit = used(client) + 2_000_000;
        limit(client, limit);
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 20; round++) {
            List<String[]> batch = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                String value = "v".repeat(random.nextInt(300));
                batch.add(new String[] {"SET", "key:" + random.nextInt(30_000), value, "EX", FAR});
            }
            assertThat(client.pipeline(batch)).allMatch(reply -> outcome(reply).equals("OK"));
            Map<String, String> memory = client.info("memory");
            long counted =
                    Long.parseLong(memory.get("used_memory")) - Long.parseLong(memory.get("mem_not_counted_for_evict"));
            assertThat(counted).isLessThanOrEqualTo(limit + BUFFER_BYTES);
        }
        assertThat(Long.parseLong(client.info("stats").get("evicted_keys"))).isGreaterThan(1000);
        limit(client, 0); // to ask for all of it takes memory too
        InStep.awaitEqualData(primary, replica);
    }

    @ParameterizedTest
    @ValueSource(strings = {"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"})
    void whatDoesNotExpireStaysAndThenWritesAreRefused(String policy) {
        List<String> ends = new ArrayList<>();
        for (Program program :
                List.of(Program.REDIS, Pair.programs().findFirst().orElseThrow())) {
            RespClient client = start(program, "--maxmemory-policy", policy).client();
            List<String[]> fill = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                fill.add(new String[] {"SET", "stays:" + i, VALUE});
                fill.add(new String[] {"SET", "goes:" + i, VALUE, "EX", FAR});
            }
            client.pipeline(fill);
            limit(client, 1000);
            Await.until(() -> client.ask("DBSIZE").number() == 1000, "all that may go to have gone");
            ends.add(client.run("SET more x") + client.run("EXISTS stays:0 stays:500 stays:999 goes:0 goes:999"));
        }
        assertThat(ends.get(1)).isEqualTo(ends.get(0));
    }

    @ParameterizedTest
    @MethodSource("io.vireo.it.Pair#all")
    void aFullCopyTellsHowKeysAreUsed(Pair pair) {
        String[] byFrequency = {"--maxmemory-policy", "volatile-lfu", "--lfu-decay-time", "0", "--lfu-log-factor", "0"};
        ServerProcess primary = start(pair.primary(), byFrequency);
        RespClient client = primary.client();
        List<String> keys = fillWithAllKinds(client);
        for (int i = 0; i < keys.size(); i++) {
            for (int use = 0; use <= i; use++) {
                client.ask("TOUCH", keys.get(i));
            }
        }
        ServerProcess replica = servers.startReplica(pair.replica(), primary, byFrequency);
        assertThat(frequencies(replica.client(), keys)).isEqualTo(frequencies(client, keys));
        assertThat(new HashSet<>(frequencies(client, keys))).hasSizeGreaterThan(5);
    }

    @Test
    void aReloadKeepsHowLongKeysWereIdle() {
        ServerProcess server =
                start(Program.VIREO, "--maxmemory-policy", "allkeys-lru", "--enable-debug-command", "yes");
        RespClient client = server.client();
        List<String> keys = fillWithAllKinds(client);
        Await.until(
                () -> keys.stream()
                        .allMatch(key -> client.ask("OBJECT", "IDLETIME", key).number() >= 3),
                "some seconds to go by");
        client.ask("TOUCH", keys.get(0));
        assertThat(client.run("DEBUG RELOAD")).isEqualTo("+OK\r\n");
        for (int i = 0; i < keys.size(); i++) {
            long idle = client.ask("OBJECT", "IDLETIME", keys.get(i)).number();
            assertThat(idle >= 3)
                    .describedAs(keys.get(i) + " is idle for " + idle)
                    .isEqualTo(i > 0);
        }
    }

    @Test
    void aReplicaLeavesEvictionToItsPrimaryUnlessToldOtherwise() {
        ServerProcess primary = start(Program.REDIS);
        RespClient writer = primary.client();
        ServerProcess replica = servers.startReplica(
                Program.VIREO, primary, "--maxmemory", "100kb", "--maxmemory-policy", "allkeys-lru");
        List<String[]> batch = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            batch.add(new String[] {"SET", "key:" + i, VALUE});
        }
        writer.pipeline(batch);
        InStep.awaitEqualData(primary, replica);
        assertThat(replica.infoNumber("stats", "evicted_keys")).isZero();

        replica.run("CONFIG SET replica-ignore-maxmemory no");
        Await.until(() -> replica.ask("DBSIZE").number() < 1000, "the replica to evict by itself");
        writer.run("SET one more");
        InStep.await(primary, replica);
        assertThat(primary.ask("DBSIZE").number()).isEqualTo(5001);
        assertThat(replica.info("replication", "master_link_status")).isEqualTo("up");

        // The stream is not refused where nothing may go any more; what a client asks is.
        replica.run("CONFIG SET maxmemory-policy noeviction maxmemory 1 replica-read-only no");
        writer.run("SET two more");
        InStep.await(primary, replica);
        assertThat(replica.run("EXISTS two")).isEqualTo(":1\r\n");
        assertThat(replica.run("SET three more")).startsWith("-OOM");
    }

    /** Keys whose values lie in every way there is. */
    private static List<String> fillWithAllKinds(RespClient client) {
        client.run("SET text abc EX 100000");
        client.run("SET number 12345");
        client.ask("SET", "long", "x".repeat(200_000), "EX", FAR);
        client.ask("SET", "longer", "x".repeat(6_000_000));
        client.run("HSET packed a 1 b 2");
        client.run("SADD numbers 1 2 3");
        List<String[]> many = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            many.add(new String[] {"HSET", "hash", "field:" + i, "value"});
            many.add(new String[] {"ZADD", "sorted", Integer.toString(i), "member:" + i});
            many.add(new String[] {"RPUSH", "list", "element:" + i + "x".repeat(100)});
        }
        client.pipeline(many);
        client.run("PEXPIRE hash 100000000");
        return List.of("text", "number", "long", "longer", "packed", "numbers", "hash", "sorted", "list");
    }

    private static List<Long> frequencies(RespClient client, List<String> keys) {
        return keys.stream()
                .map(key -> client.ask("OBJECT", "FREQ", key).number())
                .toList();
    }

    /** From the group that should go first to the one that should stay. */
    @ParameterizedTest
    @ValueSource(
            strings = {"allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-lfu", "volatile-ttl"})
    void asMuchOfEachGroupIsLeftAsInRedis(String policy) {
        RespClient redis = start(Program.REDIS, "--maxmemory-policy", policy).client();
        RespClient vireo = start(Pair.programs().findFirst().orElseThrow(), "--maxmemory-policy", policy)
                .client();
        List<RespClient> both = List.of(redis, vireo);
        for (int group = 0; group < GROUPS; group++) {
            for (RespClient client : both) {
                client.pipeline(keysOf(group, policy));
            }
            if (policy.endsWith("lru")) {
                awaitIdle(both, group);
            }
        }
        if (policy.endsWith("lfu")) {
            both.forEach(MaxmemoryIT::useByGroup);
        }
        both.forEach(MaxmemoryIT::evictHalf);
        double[] expected = shares(redis);
        double[] actual = shares(vireo);
        String shares = policy + ": redis-server keeps " + text(expected) + ", Vireo " + text(actual);
        assertThat(quality(actual)).describedAs(shares).isGreaterThan(quality(expected) - 0.15);
        for (int group = 0; group < GROUPS; group++) {
            assertThat(Math.abs(actual[group] - expected[group]))
                    .describedAs(shares)
                    .isLessThan(0.25);
        }
    }

    private static List<String[]> keysOf(int group, String policy) {
        List<String[]> batch = new ArrayList<>();
        for (int i = 0; i < KEYS_PER_GROUP; i++) {
            String seconds = policy.endsWith("ttl") ? Integer.toString(100_000 * (group + 1)) : FAR;
            batch.add(new String[] {"SET", "key:" + group + ":" + i, VALUE, "EX", seconds});
        }
        return batch;
    }

    private static void awaitIdle(List<RespClient> clients, int group) {
        String[] question = {"OBJECT", "IDLETIME", "key:" + group + ":0"};
        Await.until(
                () -> clients.stream().allMatch(client -> client.ask(question).number() >= 1),
                "a second to go by for both");
    }

    private static void useByGroup(RespClient client) {
        for (int group = 1; group < GROUPS; group++) {
            List<String[]> batch = new ArrayList<>();
            for (int use = 0; use < 5 << group; use++) {
                for (int i = 0; i < KEYS_PER_GROUP; i++) {
                    batch.add(new String[] {"TOUCH", "key:" + group + ":" + i});
                }
            }
            client.pipeline(batch);
        }
    }

    /** Lowers the limit bit by bit; the command that follows evicts all that is above it. */
    private static void evictHalf(RespClient client) {
        client.run("CONFIG SET maxmemory-eviction-tenacity 100");
        long before = client.ask("DBSIZE").number();
        long limit = used(client);
        while (client.ask("DBSIZE").number() > before / 2) {
            limit -= 20_000;
            limit(client, limit);
        }
        limit(client, 0);
    }

    /** Of each group the share that is left. */
    private static double[] shares(RespClient client) {
        return IntStream.range(0, GROUPS)
                .mapToDouble(group -> {
                    List<String[]> batch = new ArrayList<>();
                    for (int i = 0; i < KEYS_PER_GROUP; i++) {
                        batch.add(new String[] {"EXISTS", "key:" + group + ":" + i});
                    }
                    long left = client.pipeline(batch).stream()
                            .mapToLong(Reply::number)
                            .sum();
                    return (double) left / KEYS_PER_GROUP;
                })
                .toArray();
    }

    /** The mean group of what is left: higher is better. */
    private static double quality(double[] shares) {
        double sum = 0;
        double weighted = 0;
        for (int group = 0; group < GROUPS; group++) {
            sum += shares[group];
            weighted += shares[group] * group;
        }
        return weighted / sum;
    }

    private static String text(double[] shares) {
        StringBuilder text = new StringBuilder();
        for (double share : shares) {
            text.append(String.format(Locale.ROOT, "%.2f ", share));
        }
        return text.toString();
    }
}
