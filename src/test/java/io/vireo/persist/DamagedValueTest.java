package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.keyspace.Keyspace;
import io.vireo.testkit.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Values of every type and encoding with bytes changed, left out and put in, under a checksum that is right: what is
 * refused leaves nothing, and what is taken is a value like any other. With {@code -Dvireo.memory.check=true} each access
 * to memory is looked at too.
 */
class DamagedValueTest {
    private static final int FOOTER_BYTES = 10;
    private static final String[] WORDS = {
        "a", "17", "-70000", "word", "x".repeat(70), "9999999999", "", "y".repeat(300)
    };

    /** How a value that was taken is looked through and changed, by type. */
    private static final List<List<String>> USES = List.of(
            List.of("GET k", "STRLEN k", "APPEND k tail", "SETRANGE k 2 xy"),
            List.of("LRANGE k 0 -1", "LPOS k a", "LINSERT k BEFORE a new", "LREM k 0 17", "RPUSH k x", "LTRIM k 1 -2"),
            List.of("SMEMBERS k", "SADD k x 1 99999999999", "SREM k a 17", "SPOP k 3"),
            List.of("HGETALL k", "HSET k new 1 a 2", "HDEL k word 17", "HRANDFIELD k 3"),
            List.of(
                    "ZRANGE k 0 -1 WITHSCORES",
                    "ZADD k 1 new 2 a",
                    "ZRANGEBYSCORE k -inf +inf",
                    "ZPOPMIN k 2",
                    "ZRANK k a"),
            List.of("XRANGE k - +", "XINFO STREAM k FULL", "XADD k * f v", "XAUTOCLAIM k g c 0 0", "XTRIM k MAXLEN 2"));

    private static final List<String> TYPES = List.of("string", "list", "set", "hash", "zset", "stream");

    private static TestServer server() {
        return server(ServerLog.silent());
    }

    private static TestServer server(ServerLog log) {
        return new TestServer(List.of(new DumpCommands(Config.defaults(), log).rows()));
    }

    // Sound values.

    /** The bodies of sound dumps: each type small and large, and the forms that only older servers wrote. */
    private static List<byte[]> bodies() {
        List<byte[]> bodies = new ArrayList<>();
        try (TestServer server = server()) {
            for (int count : new int[] {1, 5, 40, 700}) {
                fill(server, count);
                for (String type : new String[] {"s", "n", "l", "set", "int", "h", "z", "x"}) {
                    byte[] dump = dump(server, type);
                    bodies.add(Arrays.copyOf(dump, dump.length - FOOTER_BYTES));
                }
                server.run("FLUSHALL");
            }
        }
        byte[] ziplist = ziplist("a", "1", "word", "22");
        bodies.add(old(9, HexFormat.of().parseHex("02016101003101620200" + "3233ff")));
        for (int type : new int[] {10, 12, 13}) {
            bodies.add(old(type, ziplist));
        }
        bodies.add(old(11, HexFormat.of().parseHex("0200000003000000" + "010002000300")));
        byte[] quicklist = old(14, ziplist);
        bodies.add(joined(new byte[] {14, 1}, Arrays.copyOfRange(quicklist, 1, quicklist.length)));
        return bodies;
    }

    private static void fill(TestServer server, int count) {
        server.run("SET s " + "text".repeat(count));
        server.run("SET n " + (long) count * count);
        for (int i = 0; i < count; i++) {
            String word = i < WORDS.length && !WORDS[i].isEmpty() ? WORDS[i] : "w" + i;
            server.run("RPUSH l " + word + " " + i);
            server.run("SADD set " + word);
            server.run("SADD int " + (i % 3 == 0 ? i : (long) i << 33));
            server.run("HSET h " + word + " " + i);
            server.run("ZADD z " + i * 0.5 + " " + word);
            server.run("XADD x " + (i + 1) + "-0 f " + word + " g " + i);
        }
        server.run("XGROUP CREATE x g 0");
        server.run("XREADGROUP GROUP g c COUNT " + (count / 2 + 1) + " STREAMS x >");
        server.run("XGROUP CREATECONSUMER x g idle");
        server.run("XDEL x 2-0");
    }

    private static byte[] old(int type, byte[] packed) {
        assertTrue(packed.length < 64);
        return joined(new byte[] {(byte) type, (byte) packed.length}, packed);
    }

    /** A packed list as servers before 7.0 laid it out. */
    private static byte[] ziplist(String... words) {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        int before = 0;
        int last = 0;
        for (String word : words) {
            last = entries.size();
            entries.write(before);
            entries.write(word.length());
            entries.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
            before = 2 + word.length();
        }
        int size = 10 + entries.size() + 1;
        byte[] head = {(byte) size, 0, 0, 0, (byte) (10 + last), 0, 0, 0, (byte) words.length, 0};
        return joined(joined(head, entries.toByteArray()), new byte[] {(byte) 0xff});
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] dump(TestServer server, String key) {
        String reply = server.run("DUMP " + key);
        return latin(reply.substring(reply.indexOf('\n') + 1, reply.length() - 2));
    }

    private static byte[] payload(byte[] body) {
        byte[] whole = Arrays.copyOf(body, body.length + FOOTER_BYTES);
        whole[body.length] = 10;
        long crc = Crc64.update(0, whole, 0, body.length + 2);
        for (int i = 0; i < Long.BYTES; i++) {
            whole[body.length + 2 + i] = (byte) (crc >>> Byte.SIZE * i);
        }
        return whole;
    }

    // RESTORE.

    private static String restore(TestServer server, String key, byte[] payload) {
        return server.client().run(latin("RESTORE"), latin(key), latin("0"), payload);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aDamagedPayloadIsRefusedOrAValueLikeAnyOther(long seed) {
        Random random = new Random(seed);
        List<byte[]> bodies = bodies();
        int taken = 0;
        try (TestServer server = server()) {
            long before = server.keyspace().usedBytes();
            for (byte[] body : bodies) {
                assertEquals(
                        "+OK\r\n",
                        restore(server, "k", payload(body)),
                        HexFormat.of().formatHex(body));
                use(server);
            }
            for (int round = 0; round < 2_500; round++) {
                byte[] other = bodies.get(random.nextInt(bodies.size()));
                byte[] body = Damage.of(bodies.get(random.nextInt(bodies.size())), other, random);
                String reply = restore(server, "k", payload(body));
                if (reply.equals("+OK\r\n")) {
                    taken++;
                    use(server);
                } else {
                    assertEquals("-ERR Bad data format\r\n", reply);
                }
                assertEquals(":0\r\n", server.run("DBSIZE"));
            }
            free(server.keyspace());
            assertEquals(before, server.keyspace().usedBytes(), "nothing leaks");
        }
        assertTrue(taken > 100, taken + " were taken");
    }

    /** What is wrong with a value that Redis would refuse too, in the words that it has for that. */
    @ParameterizedTest
    @CsvSource({
        "13, 13000000 0b000000 0200 000161 030131 ff, Hash ziplist integrity check failed.",
        "12, 13000000 0b000000 0200 000161 030131 ff, Zset ziplist integrity check failed.",
        "10, 13000000 0b000000 0200 000161 030131 ff, Ziplist integrity check failed.",
        "9, 01 fe01000000 61 01 00 62 ff, Zipmap integrity check failed.",
        "9, 01 01 61 fe01000000 00 62 ff, Zipmap integrity check failed.",
        "9, 00 ff, Zipmap integrity check failed.",
        "9, 02 01 61 01 00 62 01 61 01 00 63 ff, Duplicate",
        "16, 0b000000 0200 8161 02 01, Hash listpack integrity check failed.",
        "17, 0b000000 0200 8161 02 01, Zset listpack integrity check failed.",
        "18, 01 01 00, Quicklist integrity check failed.",
        "18, 01 02 00, Quicklist integrity check failed.",
        "11, 02000000 0300 0000, Intset integrity check failed."
    })
    void theLogSaysWhyAValueIsRefused(int type, String hex, String why, @TempDir Path dir) throws IOException {
        Path file = dir.resolve("log");
        byte[] packed = HexFormat.of().parseHex(hex.replace(" ", ""));
        byte[] body = type == 18 ? joined(new byte[] {18}, packed) : old(type, packed);
        try (TestServer server = server(new ServerLog(file, LogLevel.WARNING))) {
            assertEquals("-ERR Bad data format\r\n", restore(server, "k", payload(body)));
        }
        String log = Files.readString(file);
        assertTrue(log.contains(why), log);
        assertTrue(log.contains("integrity check failed"), log);
    }

    /** Dumps a value and makes it again, looks it through, changes it, and deletes it. */
    private static void use(TestServer server) {
        assertEquals("+OK\r\n", restore(server, "again", dump(server, "k")));
        assertEquals(server.run("TYPE k"), server.run("TYPE again"));
        String type = server.run("TYPE k");
        for (String line : USES.get(TYPES.indexOf(type.substring(1, type.length() - 2)))) {
            server.run(line);
        }
        server.run("DEL k again");
    }

    private static void free(Keyspace keyspace) {
        while (keyspace.freeStep(1_000_000)) {
            // goes on until nothing is left to free
        }
    }

    // Files.

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aDamagedFileIsRefusedOrLoadedAndNothingLeaks(long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> bodies = bodies();
        byte[] saved = RdbReaderTest.saved("types");
        int taken = 0;
        for (int round = 0; round < 250; round++) {
            byte[] rdb = random.nextInt(4) == 0 ? Damage.of(saved, file(bodies, random), random) : file(bodies, random);
            byte[] damaged = Damage.of(rdb, saved, random);
            try (Keyspace keyspace = new Keyspace(16)) {
                keyspace.owner().claim();
                RdbLoader.Settings settings = new RdbLoader.Settings(true, false, 0, 0);
                try {
                    new RdbLoader(new KeyspaceTarget(keyspace), settings, ServerLog.silent())
                            .load(new ArraySource(damaged, 1 + random.nextInt(5_000), random.nextBoolean()));
                    taken++;
                } catch (RdbException e) {
                    assertTrue(e.getMessage().length() > 10);
                }
                keyspace.flushAll();
                free(keyspace);
                assertEquals(0, keyspace.usedBytes(), "nothing leaks, round " + round);
            }
        }
        assertTrue(taken > 0, taken + " were taken");
    }

    /** Some values as a file, without a checksum. */
    private static byte[] file(List<byte[]> bodies, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(latin("REDIS0010"));
        for (int i = 0; i < 4; i++) {
            byte[] body = bodies.get(random.nextInt(bodies.size()));
            out.write(body[0]);
            out.writeBytes(new byte[] {1, (byte) ('a' + i)});
            out.write(body, 1, body.length - 1);
        }
        out.write(RdbFormat.OP_EOF);
        out.writeBytes(new byte[Long.BYTES]);
        return out.toByteArray();
    }
}
