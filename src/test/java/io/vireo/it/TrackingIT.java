package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that keep copies: the same said to redis-server and to Vireo, and everything compared that any of the clients
 * gets, answers and messages, in their order.
 */
@NeedsRedis
class TrackingIT {
    private static final String[] NAMES = {"a", "b", "c", "r"};

    private static final List<String> SCRIPT = """
        a: CLIENT TRACKINGINFO
        a: CLIENT GETREDIR
        a: CLIENT TRACKING
        a: CLIENT TRACKING maybe
        a: CLIENT TRACKING ON more
        a: CLIENT TRACKING ON REDIRECT
        a: CLIENT TRACKING ON REDIRECT x
        a: CLIENT TRACKING ON REDIRECT 0
        a: CLIENT TRACKING ON REDIRECT 99999
        a: CLIENT TRACKING ON REDIRECT $r REDIRECT $r
        a: CLIENT TRACKING ON PREFIX a
        a: CLIENT TRACKING OFF PREFIX a
        a: CLIENT TRACKING ON BCAST OPTIN
        a: CLIENT TRACKING ON OPTIN OPTOUT
        a: CLIENT TRACKING ON BCAST PREFIX a PREFIX b PREFIX ab
        a: CLIENT TRACKING ON BCAST PREFIX same PREFIX same
        a: CLIENT CACHING YES
        a: CLIENT CACHING
        a: CLIENT INFO
        r: SUBSCRIBE __redis__:invalidate
        a: CLIENT TRACKING ON REDIRECT $r
        a: CLIENT INFO
        a: CLIENT TRACKINGINFO
        a: CLIENT GETREDIR
        a: CLIENT CACHING YES
        a: CLIENT CACHING maybe
        a: GET k
        b: SET k 1
        b: SET k 2
        a: MGET k l k l
        a: GET k
        a: SET k 3
        b: MSET l 1 k 1
        a: CLIENT TRACKING ON
        a: GET k
        b: SET k 2
        a: HGET k f
        b: DEL k
        a: CLIENT TRACKING ON BCAST
        a: CLIENT TRACKING OFF
        a: CLIENT TRACKING OFF
        b: SET l 2
        a: CLIENT TRACKING ON
        a: MGET 1 2 3
        b: RENAME l 1
        b: COPY 1 2
        b: EXPIRE 1 1000
        a: TTL 1
        b: PERSIST 1
        b: APPEND 3 x
        a: GET 1
        a: GET 2
        b: SWAPDB 0 1
        b: SWAPDB 0 1
        b: MOVE 1 1
        b: SELECT 1
        b: SET 2 other
        b: SELECT 0
        a: EXISTS q
        b: LPUSH q 1 2 3
        a: LRANGE q 0 -1
        b: LPOP q
        a: LLEN q
        b: DEL q
        a: SINTERCARD 2 s t LIMIT 1
        b: SADD t 1
        a: SCARD s
        b: SUNIONSTORE s t
        a: ZRANGE z 0 -1
        a: ZUNION 2 z y WEIGHTS 1 2
        b: ZADD y 1 m
        b: ZADD z 1 m
        a: SORT_RO t
        a: XREAD COUNT 1 STREAMS x 0
        b: XADD x 1-1 f v
        b: SADD t 2
        a: GETEX 3
        a: STRLEN 3
        b: GETEX 3 EX 100
        b: GETDEL 3
        a: OBJECT ENCODING t
        b: SADD t 3
        a: DBSIZE
        a: KEYS nothing*
        a: SCAN 0 MATCH nothing*
        a: GET
        a: nonsense
        a: BITCOUNT bits
        b: SETBIT bits 1 1
        a: PFCOUNT p1 p2
        b: PFADD p2 x
        a: GEOSEARCH g FROMLONLAT 1 1 BYRADIUS 1 m
        b: GEOADD g 1 1 m
        a: TYPE g
        b: DEL g
        a: TOUCH g
        b: SET g 1
        a: MULTI
        a: GET m1
        a: SET m1 1
        a: GET m2
        b: SET m2 1
        a: EXEC
        b: SET m2 2
        a: MULTI
        a: GET m3
        a: DISCARD
        b: SET m3 1
        a: GET m1
        b: MULTI
        b: SET m1 2
        b: DEL m1
        b: FLUSHDB
        b: EXEC
        a: GET m1
        a: MULTI
        a: SET m1 1
        a: FLUSHALL
        a: SET m1 2
        a: EXEC
        a: CLIENT TRACKING ON NOLOOP
        a: CLIENT TRACKINGINFO
        a: GET n
        a: SET n 1
        b: SET n 2
        a: GET n
        b: SET n 3
        a: CLIENT TRACKING OFF
        a: CLIENT TRACKING ON OPTIN
        a: CLIENT TRACKING ON OPTOUT
        a: CLIENT TRACKINGINFO
        a: CLIENT CACHING NO
        a: GET o1
        a: CLIENT CACHING YES
        a: CLIENT TRACKINGINFO
        a: CLIENT SETNAME x
        a: GET o2
        a: CLIENT TRACKINGINFO
        a: GET o3
        b: MSET o1 1 o2 1 o3 1
        a: CLIENT CACHING YES
        a: nonsense
        a: GET o1
        a: CLIENT CACHING YES
        a: GET
        a: GET o1
        b: SET o1 2
        a: CLIENT CACHING YES
        a: MULTI
        a: GET o1
        a: GET o2
        a: EXEC
        a: GET o3
        b: MSET o1 1 o2 1 o3 1
        a: MULTI
        a: GET o1
        a: CLIENT CACHING YES
        a: GET o2
        a: CLIENT TRACKINGINFO
        a: EXEC
        a: CLIENT TRACKINGINFO
        b: MSET o1 1 o2 1 o3 1
        a: CLIENT TRACKING OFF
        a: CLIENT TRACKING ON OPTOUT
        a: GET o1
        a: CLIENT CACHING NO
        a: CLIENT TRACKINGINFO
        a: GET o2
        a: GET o3
        b: MSET o1 1 o2 1 o3 1
        a: RESET
        a: CLIENT TRACKINGINFO
        b: SET o1 2
        a: CLIENT TRACKING ON BCAST PREFIX x PREFIX abc
        a: CLIENT TRACKING ON BCAST PREFIX abcd
        a: CLIENT TRACKING ON BCAST PREFIX ab
        a: CLIENT TRACKING ON BCAST PREFIX d
        a: CLIENT TRACKINGINFO
        a: CLIENT INFO
        b: SET abc 1
        b: SET ab 1
        b: SET x 1
        b: MSET x2 1 abc3 1 x1 1 d 1 e 1
        a: SET x 2
        b: MULTI
        b: SET x 1
        b: SET x3 1
        b: DEL x x3 nothing
        b: EXEC
        c: CLIENT TRACKING ON BCAST PREFIX x NOLOOP
        c: SET x 1
        c: MSET x1 1 y 1
        b: SET x 2
        b: FLUSHALL
        c: FLUSHDB
        a: CLIENT TRACKING ON BCAST
        a: CLIENT TRACKINGINFO
        b: SET xx 1
        b: INFO tracking
        a: CLIENT TRACKING OFF
        c: RESET
        a: CLIENT TRACKING ON BCAST REDIRECT $r PREFIX x
        b: MSET x1 1 x2 2 y 3
        a: CLIENT TRACKING OFF
        a: CLIENT TRACKING ON REDIRECT $r
        a: GET k
        c: CLIENT TRACKING ON REDIRECT $r
        c: GET k
        b: SET k 1
        a: GET k
        a: CLIENT REPLY ON
        r: leave
        a: CLIENT INFO
        b: SET k 2
        a: CLIENT INFO
        a: CLIENT TRACKINGINFO
        b: FLUSHALL
        a: GET k
        a: SET k 1
        r: come
        r: SUBSCRIBE any
        a: CLIENT TRACKING ON REDIRECT $r
        a: CLIENT TRACKINGINFO
        a: GET k
        b: SET k 2
        a: GET k
        a: leave
        b: SET k 3
        b: BLPOP list 0.01
        c: CLIENT TRACKING ON REDIRECT $r
        c: LRANGE list 0 -1
        c: LPOP list
        b: RPUSH list 1
        c: BLPOP list 1
        c: LINDEX list 0
        b: RPUSH list 2
        b: BLMOVE list to LEFT LEFT 1
        """.lines().map(String::strip).toList();

    @RegisterExtension
    final Servers servers = new Servers();

    static Stream<Arguments> seedsAndProtocols() {
        return IntStream.rangeClosed(1, 4)
                .boxed()
                .flatMap(seed -> Stream.of(Arguments.of(seed, 2), Arguments.of(seed, 3)));
    }

    private void compare(List<String> lines, int protocol) {
        ServerProcess redis = servers.start(Program.REDIS);
        ServerProcess other = servers.start(Pair.programs().findFirst().orElseThrow());
        SoftAssertions all = new SoftAssertions();
        try (NamedClients expecting = new NamedClients(redis, protocol, NAMES);
                NamedClients answering = new NamedClients(other, protocol, NAMES)) {
            for (String line : lines) {
                String expected = expecting.say(line);
                all.assertThat(answering.say(line)).describedAs(line).isEqualTo(expected);
            }
        }
        all.assertAll();
    }

    @Test
    void allIsToldTheSameInResp2() {
        compare(SCRIPT, 2);
    }

    @Test
    void allIsToldTheSameInResp3() {
        compare(SCRIPT, 3);
    }

    @ParameterizedTest(name = "seed {0} in RESP{1}")
    @MethodSource("seedsAndProtocols")
    void whateverIsSaidIsToldTheSame(int seed, int protocol) {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(List.of("r: SUBSCRIBE __redis__:invalidate"));
        for (int round = 0; round < 8; round++) {
            // Redis remembers what a client read before it tracked anew; a flush has it forget that.
            lines.addAll(List.of("a: RESET", "b: RESET", "c: RESET", "c: FLUSHALL"));
            Set<String> inMulti = new HashSet<>();
            for (int i = 0; i < 60; i++) {
                String name = NAMES[random.nextInt(3)];
                String words = inMulti.contains(name) ? ofTransaction(random) : anything(random);
                if (words.equals("MULTI")) {
                    inMulti.add(name);
                } else if (words.equals("EXEC") || words.equals("DISCARD")) {
                    inMulti.remove(name);
                }
                lines.add(name + ": " + words);
            }
        }
        compare(lines, protocol);
    }

    private static String anything(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> "CLIENT TRACKING ON NOLOOP";
            case 1 -> "CLIENT TRACKING ON REDIRECT $r";
            case 2 -> random.nextBoolean() ? "CLIENT TRACKING ON OPTIN" : "CLIENT TRACKING ON OPTOUT";
            case 3 -> random.nextBoolean() ? "CLIENT CACHING YES" : "CLIENT CACHING NO";
            case 4 -> "CLIENT TRACKING ON BCAST PREFIX " + key(random);
            case 5 -> "CLIENT TRACKING ON BCAST NOLOOP REDIRECT $r";
            case 6 -> "CLIENT TRACKINGINFO";
            case 7 -> random.nextInt(10) == 0 ? "FLUSHALL" : "DEL " + key(random);
            case 8 -> "MULTI";
            default -> readOrWrite(random);
        };
    }

    /** Not how the client tracks: of what a transaction changes Redis tells as the client tracks when it ends. */
    private static String ofTransaction(Random random) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> "EXEC";
            case 2 -> random.nextInt(5) == 0 ? "DISCARD" : "CLIENT TRACKINGINFO";
            case 3 -> random.nextInt(10) == 0 ? "FLUSHDB" : "GET " + key(random);
            default -> readOrWrite(random);
        };
    }

    private static String readOrWrite(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> "MSET " + key(random) + " 1 " + key(random) + " 2";
            case 1 -> "MGET " + key(random) + " " + key(random);
            case 2 -> "RENAME " + key(random) + " " + key(random);
            case 3 -> "APPEND " + key(random) + " x";
            case 4 -> "INCR " + key(random);
            default -> "GET " + key(random);
        };
    }

    private static String key(Random random) {
        return "k" + random.nextInt(6);
    }

    private static RespClient tracking(ServerProcess server, String... how) {
        RespClient client = server.client();
        client.run("HELLO 3");
        List<String> words = new ArrayList<>(List.of("CLIENT", "TRACKING", "ON"));
        words.addAll(List.of(how));
        assertEquals("+OK\r\n", client.ask(words.toArray(String[]::new)).wire());
        return client;
    }

    private static final String ALL = ">2\r\n$10\r\ninvalidate\r\n_\r\n";

    private static String invalidated(String key) {
        return ">2\r\n$10\r\ninvalidate\r\n*1\r\n$" + key.length() + "\r\n" + key + "\r\n";
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatExpiresIsToldThoughNobodyAsksForIt(Program program) {
        ServerProcess server = servers.start(program);
        RespClient reader = tracking(server);
        RespClient broadcast = tracking(server, "BCAST", "PREFIX", "short");
        server.run("SET short lived PX 100");
        assertEquals(invalidated("short"), broadcast.read().wire());
        reader.run("GET short");
        assertEquals(invalidated("short"), reader.read().wire());
        assertEquals(invalidated("short"), broadcast.read().wire());
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatIsEvictedIsToldBeforeTheReplyOfWhoNeedsTheRoom(Program program) {
        ServerProcess server = servers.start(program, "--maxmemory-policy", "allkeys-random");
        server.ask("SET", "large", "x".repeat(1 << 20));
        RespClient reader = tracking(server);
        reader.run("STRLEN large");
        long used = server.infoNumber("memory", "used_memory");
        server.ask("CONFIG", "SET", "maxmemory", Long.toString(used - (1 << 19)));
        assertEquals(invalidated("large"), reader.read().wire());
    }

    @ParameterizedTest
    @EnumSource
    void reloadedDataAreToldAsAFlush(Program program) {
        ServerProcess server = servers.start(program, "--enable-debug-command", "yes");
        server.run("SET k 1");
        RespClient reader = tracking(server);
        reader.run("GET k");
        assertEquals("+OK\r\n", server.run("DEBUG RELOAD"));
        assertEquals(ALL, reader.read().wire());
        assertEquals(0, server.infoNumber("stats", "tracking_total_keys"));
    }

    @ParameterizedTest
    @MethodSource("io.vireo.it.Pair#all")
    void aReplicaTellsWhatItsPrimaryChangesAndThatItTakesAnothersData(Pair pair) {
        ServerProcess primary = servers.start(pair.primary());
        ServerProcess replica = servers.start(pair.replica());
        replica.run("SET k old");
        RespClient reader = tracking(replica);
        reader.run("GET k");
        replica.run("REPLICAOF 127.0.0.1 " + primary.port());
        assertEquals(ALL, reader.read().wire());
        InStep.await(primary, replica);
        reader.run("GET k");
        primary.run("SET k new");
        assertEquals(invalidated("k"), reader.read().wire());
    }

    @ParameterizedTest
    @EnumSource
    void theTableCountsAsUsedMemoryAndKeepsItsLimit(Program program) {
        ServerProcess server = servers.start(program);
        RespClient reader = tracking(server);
        long before = server.infoNumber("memory", "used_memory");
        List<String[]> reads = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            reads.add(new String[] {"EXISTS", "a key of some length:" + i});
        }
        reader.pipeline(reads);
        long after = server.infoNumber("memory", "used_memory");
        assertTrue(after - before > 50_000 * 30, "used before " + before + ", after " + after);
        assertEquals(50_000, server.infoNumber("stats", "tracking_total_keys"));
        assertEquals(50_000, server.infoNumber("stats", "tracking_total_items"));
        assertEquals(1, server.infoNumber("clients", "tracking_clients"));

        server.run("CONFIG SET tracking-table-max-keys 100");
        Await.until(
                () -> server.infoNumber("stats", "tracking_total_keys") <= 100, "no more keys than may be remembered");
        long told = 50_000 - server.infoNumber("stats", "tracking_total_keys");
        for (long i = 0; i < told; i++) {
            assertEquals("invalidate", reader.read().items().getFirst().text());
        }
        assertEquals("+PONG\r\n", reader.run("PING"));
    }
}
