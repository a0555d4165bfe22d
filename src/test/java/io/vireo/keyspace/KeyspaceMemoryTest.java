package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.memory.Arena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Memory that is given back: after a flush, and from sparse slabs by moving what lies in them. */
class KeyspaceMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long START_MS = 1_700_000_000_000L;

    private final Keyspace keyspace = new Keyspace(2);
    private final Database db = keyspace.db(0);

    @AfterEach
    void close() {
        keyspace.close();
    }

    @Test
    void residentMemoryFallsAfterAFlush() throws IOException {
        Assumptions.assumeTrue(Files.exists(STATUS), "resident memory is read from /proc");
        Bytes value = Bytes.copyOf("v".repeat(4_000));
        Bytes large = Bytes.copyOf("v".repeat(3 << 20));
        db.setString(Bytes.copyOf("warm"), value);
        long before = residentMegabytes();
        for (int i = 0; i < 25_000; i++) {
            db.setString(Bytes.copyOf("key:" + i), value);
        }
        for (int i = 0; i < 20; i++) {
            db.setString(Bytes.copyOf("large:" + i), large);
        }
        long full = residentMegabytes();
        assertTrue(full - before > 150, () -> "160 MB are resident, not " + (full - before));

        keyspace.flushAll(true);
        assertEquals(25_021, keyspace.lazyFreePending());
        long slices = 0;
        while (keyspace.freeStep(100_000)) {
            slices++;
        }
        assertTrue(slices > 5, "memory is freed in slices");
        assertEquals(0, keyspace.lazyFreePending());
        assertEquals(25_021, keyspace.lazyFreed());
        assertEquals(0, keyspace.usedBytes());
        for (int i = 0; i < 100_000 && keyspace.residentBytes() > 4 << 20; i++) {
            keyspace.freeStep(100_000);
        }
        long after = residentMegabytes();
        assertTrue(full - after > 140, () -> "of " + (full - before) + " MB only " + (full - after) + " came back");
    }

    @Test
    void defragmentationEmptiesSparseMemoryAndKeepsKeysExpiriesAndCuts() {
        Random random = new Random(7);
        TreeMap<String, String> model = new TreeMap<>();
        keyspace.newTurn(START_MS);
        for (int i = 0; i < 60_000; i++) {
            String value = "v" + "x".repeat(i % 2 == 0 ? 10 + i % 7 : 200);
            long expireAtMs = i % 3 == 0 ? START_MS + 1_000 + random.nextInt(100_000) : -1;
            db.setString(Bytes.copyOf("key:" + i), Bytes.copyOf(value), expireAtMs);
            if (random.nextInt(12) == 0) {
                model.put("0/key:" + i, value + "@" + expireAtMs);
            }
        }
        for (int i = 0; i < 60_000; i++) {
            if (!model.containsKey("0/key:" + i)) {
                db.delete(Bytes.copyOf("key:" + i));
            }
        }
        double sparse = keyspace.fragmentation();
        assertTrue(sparse > 6, () -> "memory is sparse: " + sparse);
        RecordedCut cut = new RecordedCut();
        keyspace.beginCut(cut);
        keyspace.cuts().step(0);
        for (int i = 0; i < 50_000 && keyspace.fragmentation() > sparse / 2; i++) {
            keyspace.defragmentStep(0);
            if (i % 20 == 0) {
                keyspace.cuts().step(0);
            }
        }
        assertTrue(keyspace.fragmentation() <= sparse / 2, () -> sparse + " became " + keyspace.fragmentation());
        while (!cut.finished) {
            keyspace.cuts().step(0);
        }
        assertEquals(model, cut.entries, "a move is no change");

        TreeMap<String, String> found = new TreeMap<>();
        db.forEachKey(key -> found.put("0/" + key, db.peekString(key).bytes() + "@" + db.expireAtMs(key)));
        assertEquals(model, found);
        keyspace.newTurn(START_MS + 200_000);
        while (keyspace.expireCycle(keyspace.nowMs(), 1_000_000)) {
            // goes on until all is deleted whose time is over
        }
        assertEquals(0, db.expiresSize());
        assertEquals(
                model.values().stream().filter(text -> text.endsWith("@-1")).count(), db.size());
        keyspace.flushAll();
        while (keyspace.freeStep(1_000_000)) {
            // goes on until nothing is left to free
        }
        assertEquals(0, keyspace.usedBytes(), "nothing leaks");
        assertTrue(!Arena.CHECKING || keyspace.arena().liveBlobs().length == 0);
    }

    private static long residentMegabytes() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        throw new IOException("no VmRSS in " + STATUS);
    }
}
