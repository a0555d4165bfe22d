package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.config.MaxmemoryPolicy;
import io.vireo.value.HashValue;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvictionTest {
    private static final int WITHOUT_END = 100;

    private final Keyspace keyspace = new Keyspace(2);
    private final Eviction eviction = keyspace.eviction();
    private final List<String> evicted = new ArrayList<>();

    EvictionTest() {
        eviction.listener((db, key) -> evicted.add(db + "/" + key));
        eviction.tenacity(WITHOUT_END);
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private static Bytes key(int i) {
        return Bytes.copyOf("key:" + i);
    }

    private TreeMap<String, String> fill(int keys) {
        TreeMap<String, String> model = new TreeMap<>();
        for (int i = 0; i < keys; i++) {
            long expireAtMs = keyspace.nowMs() + 1_000_000 + i;
            keyspace.db(i % 2).setString(key(i), Bytes.copyOf("the value of " + i), expireAtMs);
            model.put(i % 2 + "/key:" + i, "the value of " + i + "@" + expireAtMs);
        }
        return model;
    }

    private static void enlarge(Keyspace keyspace, Bytes key, int fields) {
        HashValue hash = keyspace.db(0).write(key, HashValue.TYPE);
        for (int i = 0; i < fields; i++) {
            hash.put(Bytes.copyOf("field:" + i), Bytes.copyOf("value " + i));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MaxmemoryPolicy.class,
            names = {"NOEVICTION"},
            mode = EnumSource.Mode.EXCLUDE)
    void memoryIsBroughtWithinTheLimit(MaxmemoryPolicy policy) {
        fill(5000);
        long limit = keyspace.usedBytes() / 2;
        eviction.choosing(policy, 5);
        eviction.limit(limit);

        assertEquals(Eviction.Outcome.FITS, eviction.makeRoom());

        assertTrue(keyspace.usedBytes() <= limit);
        assertTrue(keyspace.usedBytes() > limit * 9 / 10, "and not far below it");
        assertEquals(evicted.size(), eviction.evictedKeys());
        assertEquals(5000, keyspace.size() + evicted.size());
        assertEquals(0, eviction.currentExceededMs());
    }

    @Test
    void withoutEvictionAllStaysAndItIsStuck() {
        fill(100);
        eviction.limit(1);
        assertEquals(Eviction.Outcome.STUCK, eviction.makeRoom());
        assertEquals(100, keyspace.size());
        eviction.limit(0);
        assertEquals(Eviction.Outcome.FITS, eviction.makeRoom());
    }

    @Test
    void whereAllHasGoneAndItIsStillTooMuchItIsStuck() {
        fill(100);
        eviction.choosing(MaxmemoryPolicy.ALLKEYS_RANDOM, 5);
        eviction.counting(() -> 2);
        eviction.limit(1);
        assertEquals(Eviction.Outcome.STUCK, eviction.makeRoom());
        assertEquals(0, keyspace.size());
        assertEquals(100, eviction.evictedKeys());
    }

    @Test
    void leastTenacityGoesOnInSlicesOfAFewKeys() {
        fill(1000);
        eviction.tenacity(0);
        eviction.choosing(MaxmemoryPolicy.ALLKEYS_LRU, 5);
        long limit = keyspace.usedBytes() / 2;
        eviction.limit(limit);

        int slices = 1;
        while (eviction.makeRoom() == Eviction.Outcome.GOES_ON) {
            assertEquals(slices * 16L, eviction.evictedKeys());
            slices++;
        }

        assertTrue(keyspace.usedBytes() <= limit);
        assertTrue(slices > 20, slices + " slices");
    }

    @Test
    void whatIsWaitingToBeFreedIsFreedBeforeAKeyGoes() {
        fill(1000);
        eviction.choosing(MaxmemoryPolicy.ALLKEYS_LRU, 5);
        eviction.limit(keyspace.usedBytes() + 64 * 1024);
        Bytes large = Bytes.copyOf("large");
        enlarge(keyspace, large, 20_000);
        keyspace.db(0).delete(large);
        assertTrue(keyspace.lazyFreePending() > 0);
        assertFalse(eviction.fits());

        assertEquals(Eviction.Outcome.FITS, eviction.makeRoom());

        assertEquals(List.of(), evicted);
    }

    @Test
    void anEvictedLargeValueIsFreedBeforeAnotherKeyGoes() {
        keyspace.newTurn(1_700_000_000_000L);
        enlarge(keyspace, Bytes.copyOf("large"), 20_000);
        keyspace.newTurn(1_700_000_100_000L);
        fill(20);
        eviction.choosing(MaxmemoryPolicy.ALLKEYS_LRU, 30);
        eviction.limit(keyspace.usedBytes() / 2);

        assertEquals(Eviction.Outcome.FITS, eviction.makeRoom());

        assertEquals(List.of("0/large"), evicted);
    }

    @Test
    void whoWatchesAKeyIsToldThatItGoes() {
        fill(1);
        boolean[] told = new boolean[1];
        keyspace.watch(() -> told[0] = true, 0, key(0));
        eviction.choosing(MaxmemoryPolicy.ALLKEYS_RANDOM, 5);
        eviction.limit(1);
        eviction.makeRoom();
        assertTrue(told[0]);
    }

    @ParameterizedTest
    @EnumSource(
            value = MaxmemoryPolicy.class,
            names = {"ALLKEYS_LRU", "VOLATILE_TTL", "ALLKEYS_RANDOM"})
    void aCutHasWhatWasEvictedMeanwhile(MaxmemoryPolicy policy) {
        TreeMap<String, String> model = fill(5000);
        RecordedCut cut = new RecordedCut();
        eviction.choosing(policy, 5);
        keyspace.beginCut(cut);
        for (int i = 9; i > 0 && !cut.finished; i--) {
            keyspace.cuts().step(0);
            eviction.limit(keyspace.usedBytes() * i / 10);
            eviction.makeRoom();
        }
        while (!cut.finished) {
            keyspace.cuts().step(0);
        }
        assertTrue(evicted.size() > 1000);
        assertEquals(model, cut.entries);
        assertEquals(policy == MaxmemoryPolicy.ALLKEYS_LRU ? model.size() : 0, cut.told);
    }

    @Test
    void whatOnlyACutKeepsIsKnown() {
        fill(2000);
        Bytes text = Bytes.copyOf("x".repeat(200_000));
        keyspace.db(0).setString(Bytes.copyOf("long"), text);
        RecordedCut cut = new RecordedCut();
        keyspace.beginCut(cut);
        assertEquals(0, keyspace.bytesKeptByCut());
        keyspace.db(0).delete(Bytes.copyOf("long"));
        long kept = keyspace.bytesKeptByCut();
        assertTrue(kept >= 200_000 && kept < 220_000, kept + " bytes for the one value");

        long before = keyspace.usedBytes() - kept;
        keyspace.flushAll();
        long all = keyspace.bytesKeptByCut() - kept;
        assertTrue(all > before * 9 / 10 && all <= before, all + " bytes kept of " + before);

        while (!cut.finished) {
            keyspace.cuts().step(0);
        }
        assertEquals(0, keyspace.bytesKeptByCut());
    }

    @Test
    void reclaimedObjectsAreCountedAsLazyWhereTheOptionSaysSo() {
        eviction.choosing(MaxmemoryPolicy.ALLKEYS_LRU, 5);
        for (boolean lazily : new boolean[] {false, true}) {
            keyspace.resetStats();
            keyspace.lazyFreeing().eviction = lazily;
            enlarge(keyspace, Bytes.copyOf("large"), 1000);
            eviction.limit(1);
            eviction.makeRoom();
            assertEquals(lazily ? 1 : 0, keyspace.lazyFreed());
            eviction.limit(0);
        }
    }
}
