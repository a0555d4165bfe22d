package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.RdbException.Fault;
import io.vireo.persist.RdbLoader.Loaded;
import io.vireo.persist.RdbLoader.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RdbLoaderTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final Settings PRIMARY = new Settings(true, true, NOW_MS, 0);
    private static final Settings REPLICA = new Settings(true, false, NOW_MS, 0);

    @TempDir
    private Path directory;

    private final Keyspace keyspace = new Keyspace(16);
    private final KeyspaceTarget target = new KeyspaceTarget(keyspace);
    private ServerLog log;

    @BeforeEach
    void open() {
        keyspace.owner().claim();
        keyspace.newTurn(NOW_MS);
        log = new ServerLog(directory.resolve("log"), LogLevel.NOTICE);
    }

    private Loaded load(byte[] rdb, Settings settings) throws IOException, RdbException {
        return new RdbLoader(target, settings, log).load(new ArraySource(rdb));
    }

    /** What the log says, without times. */
    private List<String> logged() throws IOException {
        Path file = directory.resolve("log");
        return Files.exists(file)
                ? Files.readAllLines(file).stream()
                        .map(line -> line.replaceFirst("^\\d+:. .{24} ", ""))
                        .toList()
                : List.of();
    }

    private static Bytes latin(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The keyspace as an image shows it. */
    private Map<Integer, Map<String, RdbImage.Held>> held() {
        keyspace.viewAsPrimaryStream(true);
        Map<Integer, Map<String, RdbImage.Held>> all = new TreeMap<>();
        for (int i = 0; i < keyspace.databases(); i++) {
            Map<String, RdbImage.Held> one = new TreeMap<>();
            int database = i;
            keyspace.db(i).forEachKey(key -> {
                byte[] name = key.toArray();
                one.put(
                        RdbImage.latin(name, 0, name.length),
                        new RdbImage.Held(
                                value(database, key), keyspace.db(database).expireAtMs(key)));
            });
            if (!one.isEmpty()) {
                all.put(i, one);
            }
        }
        return all;
    }

    private String value(int database, Bytes key) {
        byte[] bytes = keyspace.db(database).readString(key).bytes().toArray();
        return RdbImage.latin(bytes, 0, bytes.length);
    }

    @Test
    void whatRedisSavedIsLoadedAndLogged() throws IOException, RdbException {
        byte[] rdb = RdbReaderTest.saved("strings");
        Loaded loaded = load(rdb, PRIMARY);
        assertEquals(RdbImage.of(rdb).databases, held());
        assertEquals(16, loaded.keys());
        assertEquals(0, loaded.expired());
        assertEquals("7.0.15", loaded.facts().version());
        assertEquals("Loading RDB produced by version 7.0.15", logged().get(0).substring(2));
        assertEquals("* RDB age 0 seconds", logged().get(1));
        assertTrue(logged().get(2).matches("\\* RDB memory usage when created 1\\.\\d\\d Mb"), logged().get(2));
        assertEquals("* Done loading RDB, keys loaded: 16, keys expired: 0.", logged().get(3));
        assertEquals(4, logged().size());
        assertEquals("int", keyspace.db(0).encodingOf(latin("int64")));
        assertEquals("int", keyspace.db(0).encodingOf(latin("int16")));
        assertEquals("embstr", keyspace.db(0).encodingOf(latin("embstr")));
        assertEquals("raw", keyspace.db(0).encodingOf(latin("raw")));
    }

    @Test
    void aPrimaryLeavesExpiredKeysOutAndAReplicaKeepsThem() throws IOException, RdbException {
        String past = "fc" + String.format("%016x", Long.reverseBytes(NOW_MS - 1));
        String now = "fc" + String.format("%016x", Long.reverseBytes(NOW_MS));
        String beforeTime = "fc" + String.format("%016x", Long.reverseBytes(-5));
        byte[] rdb = RdbBytes.version(10)
                .hex(past + "00")
                .string("past")
                .string("x")
                .hex(past + "00")
                .string("number")
                .hex("c005")
                .hex(now + "00")
                .string("now")
                .string("x")
                .hex(beforeTime + "00")
                .string("before time")
                .string("x")
                .hex("00")
                .string("never")
                .string("x")
                .end();
        Loaded loaded = load(rdb, PRIMARY);
        assertEquals(2, loaded.keys());
        assertEquals(3, loaded.expired());
        assertEquals(
                Map.of(0, Map.of("now", new RdbImage.Held("x", NOW_MS), "never", new RdbImage.Held("x", -1))), held());
        assertEquals("* Done loading RDB, keys loaded: 2, keys expired: 3.", logged().getLast());

        keyspace.flushAll();
        assertEquals(5, load(rdb, REPLICA).keys());
        assertEquals(NOW_MS - 1, held().get(0).get("past").expireAtMs());
        assertEquals(0, held().get(0).get("before time").expireAtMs());
    }

    @Test
    void longStringsOfEveryKindArrive() throws IOException, RdbException {
        Random random = new Random(31);
        ArraySink sink = new ArraySink();
        RdbWriter writer = new RdbWriter(sink, true, true);
        writer.begin(RdbWriterTest.PLAIN);
        writer.selectDb(2);
        Map<String, RdbImage.Held> wanted = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            byte[] value = LzfTest.text(random, 100_000 + random.nextInt(200_000));
            String text = RdbImage.latin(value, 0, value.length);
            byte[] both = CutRecords.bytes("key" + (char) ('a' + i) + text);
            long expiry = i % 3 == 0 ? NOW_MS + i : -1;
            if (expiry >= 0) {
                writer.expiresAt(expiry);
            }
            writer.string(both, 0, 4, 4, value.length);
            wanted.put("key" + (char) ('a' + i), new RdbImage.Held(text, expiry));
        }
        writer.end();
        load(sink.toByteArray(), PRIMARY);
        assertEquals(wanted.keySet(), held().get(2).keySet());
        assertTrue(wanted.equals(held().get(2)), "long values are equal");
    }

    @Test
    void anExpiredLongStringIsLeftOutWithAllItsPieces() throws IOException, RdbException {
        ArraySink sink = new ArraySink();
        RdbWriter writer = new RdbWriter(sink, false, true);
        writer.begin(RdbWriterTest.PLAIN);
        byte[] both = new byte[1_000_001];
        writer.expiresAt(5);
        writer.string(both, 0, 1, 1, 1_000_000);
        writer.number(new byte[] {'k'}, 0, 1, 7);
        writer.end();
        assertEquals(1, load(sink.toByteArray(), PRIMARY).keys());
        assertEquals(Map.of(0, Map.of("k", new RdbImage.Held("7", -1))), held());
    }

    @Test
    void aKeyThatComesTwiceIsRefused() {
        byte[] rdb = RdbBytes.version(10)
                .hex("00")
                .string("k")
                .string("a")
                .hex("00")
                .string("k")
                .hex("c005")
                .end();
        RdbException e = assertThrows(RdbException.class, () -> load(rdb, PRIMARY));
        assertEquals(Fault.CORRUPT, e.fault());
        assertEquals("RDB has duplicated key 'k' in DB 0", e.getMessage());
    }

    @Test
    void keysThatAreLeftOutAreNamedAsFarAsTheyMayBe() throws IOException, RdbException {
        RdbBytes rdb = RdbBytes.version(10).hex("fe 03");
        for (int i = 0; i < 3; i++) {
            rdb.hex("fc 01 00 00 00 00 00 00 00 00").string("gone" + i).string("v");
        }
        byte[] bytes = rdb.end();
        for (long most : new long[] {0, 2 * 35, 3 * 35}) {
            RdbLoader.Settings settings = new RdbLoader.Settings(true, true, 1_000, most, 0);
            DroppedKeys dropped = new RdbLoader(new KeyspaceTarget(keyspace), settings, ServerLog.silent())
                    .load(new ArraySource(bytes))
                    .dropped();
            boolean all = most == 3 * 35;
            assertEquals(all, dropped.isComplete());
            assertEquals(all ? 3 : 0, dropped.keys().size());
        }
    }

    @Test
    void librariesOfFunctionsAreKeptAsTheyCame() throws IOException, RdbException {
        load(RdbReaderTest.saved("types"), PRIMARY);
        assertEquals(1, keyspace.functions().count());
        String source = new String(keyspace.functions().sources().getFirst(), StandardCharsets.UTF_8);
        assertTrue(source.startsWith("#!lua name=mylib"), source);
    }

    @Test
    void aModuleValueAndADatabaseTooManyAreRefused() throws IOException {
        byte[] module = RdbBytes.version(11).hex("07").string("x").end();
        RdbException e = assertThrows(RdbException.class, () -> load(module, PRIMARY));
        assertEquals(Fault.UNSUPPORTED, e.fault());
        byte[] rdb = RdbBytes.version(10).hex("fe 10").end();
        assertThrows(RdbException.class, () -> load(rdb, PRIMARY));
        assertFalse(logged().stream().anyMatch(line -> line.contains("Done loading")));
    }

    @Test
    void whatDoesNotFitIsRefusedAtItsKey() throws IOException {
        ArraySink sink = new ArraySink();
        RdbWriter writer = new RdbWriter(sink, true, true);
        writer.begin(RdbWriterTest.PLAIN);
        for (int i = 0; i < 100_000; i++) {
            byte[] both = CutRecords.bytes(String.format("%09d", i) + "some value of usual length");
            writer.string(both, 0, 9, 9, both.length - 9);
        }
        writer.end();
        byte[] large = RdbBytes.version(10)
                .hex("00")
                .string("large")
                .hex("8000a00000")
                .text("x".repeat(10 << 20))
                .end();
        for (byte[] rdb : new byte[][] {sink.toByteArray(), large}) {
            try (Keyspace small = new Keyspace(16, 2 << 20)) {
                small.owner().claim();
                RdbLoader loader = new RdbLoader(new KeyspaceTarget(small), PRIMARY, log);
                RdbException e = assertThrows(RdbException.class, () -> loader.load(new ArraySource(rdb)));
                assertEquals(Fault.MEMORY, e.fault());
                assertTrue(e.getMessage().startsWith("Out of memory loading DB"), e.getMessage());
            }
        }
    }

    @Test
    void bytesBehindTheEndAreRefused() {
        byte[] rdb = RdbBytes.version(10).hex("00").string("k").string("a").end();
        assertThrows(RdbException.class, () -> load(Arrays.copyOf(rdb, rdb.length + 1), PRIMARY));
    }

    @Test
    void aFileWithoutAChecksumIsLoadedAndTold() throws IOException, RdbException {
        byte[] rdb = RdbBytes.version(10).hex("00").string("k").string("a").end();
        Arrays.fill(rdb, rdb.length - 8, rdb.length, (byte) 0);
        load(rdb, PRIMARY);
        assertEquals("* RDB file was saved with checksum disabled: no check performed.", logged().getFirst());
    }

    @Test
    void anAbortEndsTheLoading() {
        RdbLoader loader = new RdbLoader(target, PRIMARY, log);
        loader.abort();
        RdbException e =
                assertThrows(RdbException.class, () -> loader.load(new ArraySource(RdbReaderTest.saved("strings"))));
        assertEquals(Fault.ABORTED, e.fault());
    }

    @Test
    void progressIsTold() throws IOException, RdbException {
        byte[] rdb = RdbReaderTest.saved("strings");
        Path file = Files.write(directory.resolve("dump.rdb"), rdb);
        RdbLoader loader = new RdbLoader(target, PRIMARY, log);
        loader.load(file);
        assertEquals(rdb.length, loader.loadedBytes());
        assertEquals(rdb.length, loader.totalBytes());
        assertEquals(16, loader.keys());
    }

    @Test
    void thePointInTheStreamIsGiven() throws IOException, RdbException {
        ArraySink sink = new ArraySink();
        RdbWriter writer = new RdbWriter(sink, true, true);
        RdbFacts.ReplicationPoint point = new RdbFacts.ReplicationPoint("0123456789abcdef0123" + "f".repeat(20), 77, 3);
        writer.begin(new RdbFacts("7.2.4", NOW_MS / 1000 - 9, 3 << 19, point, false));
        writer.end();
        assertEquals(point, load(sink.toByteArray(), PRIMARY).facts().history());
        assertEquals(
                List.of(
                        "* Loading RDB produced by version 7.2.4",
                        "* RDB age 9 seconds",
                        "* RDB memory usage when created 1.50 Mb",
                        "* Done loading RDB, keys loaded: 0, keys expired: 0."),
                logged());
    }
}
