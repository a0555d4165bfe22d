package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a cut: its slices, its waiting, being broken off, and what is flushed meanwhile. */
class SnapshotCutsTest {
    private static final int KEYS = 5_000;

    private final Keyspace keyspace = new Keyspace(4);

    @AfterEach
    void close() {
        keyspace.close();
    }

    private TreeMap<String, String> fill(int keys) {
        TreeMap<String, String> model = new TreeMap<>();
        for (int i = 0; i < keys; i++) {
            int db = i % 3;
            keyspace.db(db).setString(Bytes.copyOf("key:" + i), Bytes.copyOf("value:" + i));
            model.put(db + "/key:" + i, "value:" + i + "@-1");
        }
        return model;
    }

    private void finish(RecordedCut cut) {
        while (!cut.finished) {
            keyspace.cuts().step(0);
        }
    }

    @Test
    void anEmptyKeyspaceIsAnEmptyCut() {
        RecordedCut cut = new RecordedCut();
        keyspace.beginCut(cut);
        assertFalse(keyspace.cuts().step(0));
        assertTrue(cut.finished);
        assertTrue(cut.entries.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 7, 13, 14, 15, 16, 30, 100})
    void aCutAfterManyThatWereBrokenOffHasEveryKey(int aborted) {
        TreeMap<String, String> model = fill(KEYS);
        RecordedCut first = new RecordedCut();
        keyspace.beginCut(first);
        finish(first);
        assertEquals(model, first.entries);
        for (int i = 0; i < aborted; i++) {
            keyspace.beginCut(new RecordedCut());
            keyspace.cuts().step(0);
            keyspace.db(0).setString(Bytes.copyOf("key:0"), Bytes.copyOf("number " + i));
            model.put("0/key:0", "number " + i + "@-1");
            keyspace.cuts().abort();
            if (i % 5 == 3) {
                keyspace.cuts().forgetStep(0);
            }
        }
        RecordedCut last = new RecordedCut();
        keyspace.beginCut(last);
        finish(last);
        assertEquals(model, last.entries);
    }

    @Test
    void marksAreForgottenInSlicesAlsoWhenDatabasesAreFlushedMeanwhile() {
        TreeMap<String, String> model = fill(KEYS);
        for (int i = 0; i < 8; i++) {
            keyspace.beginCut(new RecordedCut());
            keyspace.cuts().step(0);
            keyspace.cuts().abort();
        }
        assertTrue(keyspace.cuts().forgetStep(0));
        keyspace.db(0).flush();
        keyspace.swap(1, 3);
        while (keyspace.freeStep(100_000)) {
            // frees what was flushed and forgets marks
        }
        assertFalse(keyspace.cuts().forgetStep(0));
        RecordedCut cut = new RecordedCut();
        keyspace.beginCut(cut);
        finish(cut);
        TreeMap<String, String> wanted = new TreeMap<>();
        model.forEach((name, value) -> {
            if (name.charAt(0) != '0') {
                wanted.put(name.charAt(0) == '1' ? 3 + name.substring(1) : name, value);
            }
        });
        assertEquals(wanted, cut.entries);
    }

    @Test
    void eachDatabaseIsToldWithTheKeysItHadHoweverOftenItIsSelected() {
        fill(KEYS);
        keyspace.db(2).setExpireAt(Bytes.copyOf("key:2"), Long.MAX_VALUE);
        RecordedCut cut = new RecordedCut();
        keyspace.beginCut(cut);
        for (int i = 0; i < KEYS; i += 7) {
            keyspace.db(i % 3).delete(Bytes.copyOf("key:" + i));
            keyspace.db(3).setString(Bytes.copyOf("key:" + i), Bytes.copyOf("new"));
            keyspace.cuts().step(0);
        }
        keyspace.swap(0, 1);
        finish(cut);
        assertEquals(Map.of(0, "1667 keys, 0 expire", 1, "1667 keys, 0 expire", 2, "1666 keys, 1 expire"), cut.counts);
    }

    @Test
    void theWalkWaitsForItsWorkerButWritesDoNot() {
        TreeMap<String, String> model = fill(KEYS);
        RecordedCut cut = new RecordedCut();
        keyspace.beginCut(cut);
        cut.full = true;
        long done = keyspace.cuts().keysDone();
        assertFalse(keyspace.cuts().step(1_000_000));
        assertEquals(done, keyspace.cuts().keysDone());
        for (int i = 0; i < KEYS; i++) {
            keyspace.db(i % 3).setString(Bytes.copyOf("key:" + i), Bytes.copyOf("changed"));
        }
        assertEquals(KEYS, keyspace.cuts().keysDone());
        assertTrue(keyspace.cuts().extraBytes() > KEYS * 20L);
        cut.full = false;
        finish(cut);
        assertEquals(model, cut.entries);
    }

    @Test
    void whatIsFlushedDuringACutIsFreedAsSoonAsItIsWalked() {
        fill(KEYS);
        RecordedCut cut = new RecordedCut();
        keyspace.beginCut(cut);
        keyspace.flushAll();
        assertEquals(0, keyspace.lazyFreePending());
        long mostPending = 0;
        while (!cut.finished) {
            keyspace.cuts().step(0);
            mostPending = Math.max(mostPending, keyspace.lazyFreePending());
            keyspace.freeStep(Long.MAX_VALUE);
        }
        assertEquals(KEYS, cut.entries.size());
        assertTrue(mostPending > 0 && mostPending < KEYS / 2, "databases are freed one by one");
        assertEquals(0, keyspace.usedBytes());
    }

    @Test
    void largeEntriesOfOneSegmentTakeManySlices() {
        for (int i = 0; i < 100; i++) {
            keyspace.db(0).setString(Bytes.copyOf("key:" + i), Bytes.copyOf("x".repeat(Entry.OUTLINE_OVER)));
        }
        RecordedCut cut = new RecordedCut();
        keyspace.beginCut(cut);
        int steps = 0;
        long done = 0;
        while (!cut.finished) {
            keyspace.cuts().step(0);
            assertTrue(keyspace.cuts().keysDone() - done < 10, "a slice copies little, however large the entries are");
            done = keyspace.cuts().keysDone();
            steps++;
        }
        assertTrue(steps > 10);
        assertEquals(100, cut.entries.size());
    }
}
