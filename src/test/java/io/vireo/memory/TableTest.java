package io.vireo.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    private final Arena arena = Arena.reserve(2L << 30);
    private final NumberKeys keys = new NumberKeys(arena);
    private final Table table = new Table(arena, keys);

    @AfterEach
    void close() {
        arena.close();
    }

    private long find(long key) {
        return table.find(keys.hashOf(key), keys.at(key), 8);
    }

    private void insert(long key) {
        table.insert(keys.hashOf(key), keys.blob(key, 8));
    }

    private void insertAll(long from, long end) {
        for (long key = from; key < end; key++) {
            insert(key);
        }
    }

    private void remove(long key) {
        arena.free(table.remove(find(key)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void agreesWithAHashMapThroughGrowthAndDecline(long seed) {
        Random random = new Random(seed);
        int range = 1 << 4 + (int) (seed % 7) * 2;
        Map<Long, Integer> model = new HashMap<>();
        for (int step = 0; step < 60_000; step++) {
            boolean growing = step / 15_000 % 2 == 0;
            long key = random.nextInt(range);
            long slot = find(key);
            Integer known = model.get(key);
            assertThat(slot != Table.ABSENT).isEqualTo(known != null);
            if (known != null) {
                assertThat(table.refAt(slot)).isEqualTo(known);
                assertThat(table.segmentOfSlot(slot)).isEqualTo(table.segmentOf(keys.hashOf(key)));
            }
            if (random.nextInt(10) < (growing ? 8 : 2)) {
                int ref = keys.blob(key, 8 + random.nextInt(40));
                if (known == null) {
                    assertThat(table.refAt(table.insert(keys.hashOf(key), ref))).isEqualTo(ref);
                } else {
                    table.setRef(slot, ref);
                    arena.free(known);
                }
                model.put(key, ref);
            } else if (known != null) {
                assertThat(table.remove(slot)).isEqualTo(known);
                arena.free(known);
                model.remove(key);
            }
            assertThat(table.size()).isEqualTo(model.size());
            if (step % 5_000 == 0) {
                List<Integer> refs = refsByPosition();
                assertThat(refs).hasSameSizeAs(model.values());
                assertThat(new HashSet<>(refs)).isEqualTo(new HashSet<>(model.values()));
            }
        }
        clear();
        assertNothingIsLeft();
    }

    private void clear() {
        assertThat(table.drain(Integer.MAX_VALUE, arena::free)).isTrue();
    }

    private void assertNothingIsLeft() {
        keys.close();
        assertThat(table.size()).isZero();
        assertThat(arena.usedBytes()).isZero();
        if (Arena.CHECKING) {
            assertThat(arena.liveBlobs()).isEmpty();
        }
    }

    private List<Integer> refsByPosition() {
        List<Integer> refs = new ArrayList<>();
        for (long at = 0; at < Table.END; ) {
            int segment = table.segmentAt(at);
            int before = refs.size();
            table.forEachInSegment(segment, refs::add);
            assertThat(refs.size() - before).isEqualTo(table.countOf(segment));
            at = table.positionAfter(segment);
        }
        return refs;
    }

    @Test
    void anEmptyTableFindsNothingAndHoldsNoArenaMemory() {
        long used = arena.usedBytes();
        assertThat(find(1)).isEqualTo(Table.ABSENT);
        table.touch(keys.hashOf(1L));
        table.touchBlob(keys.hashOf(1L));
        assertThat(table.scan(0, 10, ref -> {
                    throw new AssertionError();
                }))
                .isZero();
        assertThat(table.random(new Random(1))).isZero();
        insertAll(0, 2000);
        for (long key = 0; key < 2000; key++) {
            remove(key);
        }
        assertThat(arena.usedBytes()).isEqualTo(used);
        assertThat(refsByPosition()).isEmpty();
        insert(3);
        assertThat(find(3)).isNotEqualTo(Table.ABSENT);
    }

    @Test
    void keysThatAgreeInManyBitsAreToldApart() {
        KeyLayout poor = new KeyLayout() {
            @Override
            public long hash(long blobAddress) {
                return poorHash(RawMemory.getLong(blobAddress));
            }

            @Override
            public boolean matches(long blobAddress, long keyAddress, int keyLength) {
                return RawMemory.getLong(blobAddress) == RawMemory.getLong(keyAddress);
            }
        };
        Table crowded = new Table(arena, poor);
        for (long key = 0; key < 30_000; key++) {
            assertThat(crowded.find(poorHash(key), keys.at(key), 8)).isEqualTo(Table.ABSENT);
            crowded.insert(poorHash(key), keys.blob(key, 8));
        }
        for (long key = 0; key < 30_000; key++) {
            long slot = crowded.find(poorHash(key), keys.at(key), 8);
            assertThat(keys.key(crowded.refAt(slot))).isEqualTo(key);
            arena.free(crowded.remove(slot));
        }
        assertNothingIsLeft();
    }

    /** All keys of a segment share one home and one tag, so the overflow chains become as long as they can. */
    private static long poorHash(long key) {
        return Long.reverse(key & 0xffff) | 0xfff0000042L;
    }

    // ---- scan ----

    private interface Meddler {
        void between(Random random);
    }

    /** Scans while {@code meddler} changes the table; returns how often each key was shown. */
    private Map<Long, Integer> scanAll(int atLeast, Random random, Meddler meddler) {
        Map<Long, Integer> shown = new HashMap<>();
        long cursor = 0;
        do {
            cursor = table.scan(cursor, atLeast, ref -> shown.merge(keys.key(ref), 1, Integer::sum));
            assertThat(cursor).isBetween(0L, (1L << 53) - 1);
            meddler.between(random);
        } while (cursor != 0);
        return shown;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000, 100_000})
    void aScanShowsEveryKeyOnce(int atLeast) {
        for (int size : new int[] {1, 12, 13, 100, 500, 700, 5_000}) {
            insertAll(table.size(), size);
            Map<Long, Integer> shown = scanAll(atLeast, null, random -> {});
            assertThat(shown).hasSize(size);
            assertThat(shown.values()).containsOnly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aScanShowsOnceWhatIsThereThroughoutWhateverElseComesAndGoes(long seed) {
        Random random = new Random(seed);
        int stable = 1 << 2 + (int) (seed % 9);
        insertAll(0, stable);
        long[] next = {1_000_000};
        Set<Long> passing = new HashSet<>();
        boolean startsFull = seed % 2 == 0;
        for (int i = 0; startsFull && i < 5_000; i++) {
            passing.add(next[0]);
            insert(next[0]++);
        }
        for (int round = 0; round < 6; round++) {
            boolean growing = (round % 2 == 0) != startsFull;
            Set<Long> everThere = new HashSet<>(passing);
            Map<Long, Integer> shown = scanAll(5, random, r -> {
                for (int i = 0; i < r.nextInt(200); i++) {
                    if (growing && passing.size() < 8_000) {
                        everThere.add(next[0]);
                        passing.add(next[0]);
                        insert(next[0]++);
                    } else if (!growing && !passing.isEmpty()) {
                        long key = passing.iterator().next();
                        passing.remove(key);
                        remove(key);
                    }
                }
            });
            for (long key = 0; key < stable; key++) {
                assertThat(shown.get(key)).as("key %d", key).isEqualTo(1);
            }
            assertThat(shown.values()).containsOnly(1);
            shown.keySet().removeIf(key -> key < stable);
            assertThat(everThere).containsAll(shown.keySet());
        }
    }

    @Test
    void aScanStopsAfterALittleMoreThanWhatWasAskedFor() {
        insertAll(0, 50_000);
        int[] shown = {0};
        long cursor = table.scan(0, 10, ref -> shown[0]++);
        assertThat(shown[0]).isBetween(10, 30);
        assertThat(cursor).isPositive();
    }

    @Test
    void anyNumberIsAHarmlessCursor() {
        insertAll(0, 5_000);
        Random random = new Random(9);
        for (int i = 0; i < 2_000; i++) {
            assertThat(table.scan(random.nextLong(), 10, ref -> {})).isBetween(0L, (1L << 53) - 1);
        }
        assertThat(table.scan(-1, 10, ref -> {})).isZero();
    }

    // ---- segments ----

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aWalkByPositionSeesWhatIsThereThroughout(long seed) {
        Random random = new Random(seed);
        insertAll(0, 3_000);
        List<Integer> seen = new ArrayList<>();
        long added = 10_000;
        boolean growing = seed != 2;
        for (long at = 0; at < Table.END; ) {
            int segment = table.segmentAt(at);
            table.forEachInSegment(segment, seen::add);
            at = table.positionAfter(segment);
            for (int i = 0; growing && i < 500; i++) {
                insert(added++);
            }
            for (long key = 1_000; !growing && key < 3_000; key++) {
                long slot = find(key);
                if (slot != Table.ABSENT && random.nextInt(4) == 0) {
                    table.remove(slot);
                }
            }
        }
        Set<Long> seenKeys = new HashSet<>();
        seen.forEach(ref -> seenKeys.add(keys.key(ref)));
        for (long key = 0; key < (growing ? 3_000 : 1_000); key++) {
            assertThat(seenKeys).contains(key);
        }
    }

    @Test
    void memoryShrinksWithTheKeys() {
        insertAll(0, 100_000);
        long full = table.memoryBytes();
        assertThat(full).isLessThan(100_000 * 95 / 10);
        for (long key = 0; key < 95_000; key++) {
            remove(key);
        }
        assertThat(table.memoryBytes()).isLessThan(full / 6);
        for (long key = 95_000; key < 100_000; key++) {
            assertThat(find(key)).isNotEqualTo(Table.ABSENT);
        }
        assertThat(refsByPosition()).hasSize(5_000);
    }

    @Test
    void aTableTakesEightBytesPerKeyOrLittleMore() {
        for (int size : new int[] {1_000, 10_000, 50_000, 100_000, 200_000}) {
            insertAll(table.size(), size);
            assertThat((double) table.memoryBytes() / size).isLessThan(9.7);
        }
    }

    @Test
    void idsOfMergedSegmentsAreUsedAgain() {
        insertAll(0, 20_000);
        long full = table.memoryBytes();
        for (int round = 0; round < 4; round++) {
            for (long key = 0; key < 20_000; key++) {
                remove(key);
            }
            insertAll(0, 20_000);
        }
        assertThat(table.memoryBytes()).isBetween(full - full / 10, full + full / 10);
    }

    /** How often keys passed a group by is the sum of how far each lies from home, so that searches end early again. */
    @Test
    void chainsBecomeShortAgainWhenKeysAreRemoved() {
        assumeTrue(Arena.CHECKING, "only checking mode lists blobs");
        insertAll(0, 600);
        assertThat(passedBy()).isPositive().isEqualTo(distances(0, 600));
        for (long key = 0; key < 400; key++) {
            remove(key);
        }
        assertThat(passedBy()).isEqualTo(distances(400, 600));
    }

    /** Of the one segment's 64 groups: it is the only blob of that size. */
    private int passedBy() {
        int sum = 0;
        for (int ref : arena.liveBlobs()) {
            for (int group = 0; arena.capacity(ref) == 4096 && group < 64; group++) {
                sum += Group.passedBy(arena.address(ref) + (long) group * Group.BYTES);
            }
        }
        return sum;
    }

    private int distances(long from, long end) {
        int sum = 0;
        for (long key = from; key < end; key++) {
            long slot = find(key);
            int home = (int) (keys.hashOf(key) >>> 22 & 0xffff) * 64 >>> 16;
            int group = (int) (slot >>> 4) & 63;
            sum += group - home & 63;
        }
        return sum;
    }

    @Test
    void aTableIsDrainedInSlicesAndUsableAfterwards() {
        insertAll(0, 30_000);
        int slices = 0;
        int[] freed = {0};
        while (!table.drain(4, ref -> {
            freed[0]++;
            arena.free(ref);
        })) {
            slices++;
            assertThat(table.size()).isEqualTo(30_000 - freed[0]);
        }
        assertThat(slices).isGreaterThan(5);
        assertThat(freed[0]).isEqualTo(30_000);
        insertAll(0, 2_000);
        assertThat(refsByPosition()).hasSize(2_000);
        clear();
        assertNothingIsLeft();
    }

    @Test
    void segmentsMoveWhenTheirSlabsAreSparse() {
        insertAll(0, 100_000);
        Random random = new Random(3);
        for (long key = 0; key < 100_000; key++) {
            if (random.nextInt(4) != 0) {
                remove(key);
            }
        }
        arena.purge();
        int moved = 0;
        for (long at = 0; at < Table.END; ) {
            int segment = table.segmentAt(at);
            moved += table.defragment(segment) ? 1 : 0;
            at = table.positionAfter(segment);
        }
        assertThat(refsByPosition()).hasSize((int) table.size());
        assertThat(moved).isNotNegative();
    }

    @Test
    void aFullArenaLeavesTheTableAsItWas() {
        try (Arena small = Arena.reserve(1 << 20)) {
            NumberKeys smallKeys = new NumberKeys(small);
            Table full = new Table(small, smallKeys);
            long key = 0;
            while (true) {
                int ref;
                try {
                    ref = smallKeys.blob(key, 8);
                } catch (ArenaFullException e) {
                    break;
                }
                try {
                    full.insert(smallKeys.hashOf(key), ref);
                    key++;
                } catch (ArenaFullException e) {
                    small.free(ref);
                    break;
                }
            }
            assertThat(key).isGreaterThan(10_000);
            assertThat(full.size()).isEqualTo(key);
            for (long there = 0; there < key; there++) {
                long slot = full.find(smallKeys.hashOf(there), smallKeys.at(there), 8);
                small.free(full.remove(slot));
            }
            assertThat(full.size()).isZero();
            smallKeys.close();
            assertThat(small.usedBytes()).isZero();
        }
    }

    @Test
    void aStaleSlotIsRefused() {
        insert(1);
        long slot = find(1);
        remove(1);
        insert(2);
        assertThatThrownBy(() -> table.remove(slot + 1)).isInstanceOf(IllegalStateException.class);
    }

    // ---- chance ----

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 300, 3_000})
    void everyKeyIsDrawnEquallyOften(int size) {
        insertAll(0, size);
        int draws = size * 200;
        Map<Integer, Integer> drawn = new HashMap<>();
        Random random = new Random(4);
        for (int i = 0; i < draws; i++) {
            drawn.merge(table.random(random), 1, Integer::sum);
        }
        assertThat(drawn).hasSize(size);
        double chiSquare = 0;
        for (int count : drawn.values()) {
            chiSquare += (count - 200.0) * (count - 200.0) / 200;
        }
        assertThat(chiSquare).isLessThan(size + 6 * Math.sqrt(2.0 * size));
    }

    @Test
    void touchingIsHarmless() {
        insertAll(0, 3_000);
        for (long key = 0; key < 4_000; key++) {
            table.touch(keys.hashOf(key));
            table.touchBlob(keys.hashOf(key));
            assertThat(find(key) != Table.ABSENT).isEqualTo(key < 3_000);
        }
        assertThat(Bytes.hash(keys.at(5), 8)).isEqualTo(keys.hashOf(5L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 13, 100, 5_000})
    void aSampleIsAsManyDistinctKeysAsWereAskedFor(int keyCount) {
        insertAll(0, keyCount);
        Random random = new Random(keyCount);
        for (int most : new int[] {1, 5, 24}) {
            for (int i = 0; i < 200; i++) {
                List<Long> shown = new ArrayList<>();
                table.sample(random, most, ref -> shown.add(keys.key(ref)));
                assertThat(shown).doesNotHaveDuplicates().hasSize(Math.min(most, keyCount));
                assertThat(shown).allMatch(key -> key >= 0 && key < keyCount);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 40, 2_000})
    void samplesShowEveryKeyAboutAsOften(int keyCount) {
        insertAll(0, keyCount);
        Random random = new Random(3);
        int[] times = new int[keyCount];
        int samples = 200 * keyCount;
        for (int i = 0; i < samples; i++) {
            table.sample(random, 3, ref -> times[(int) keys.key(ref)]++);
        }
        long rare = Arrays.stream(times).filter(shown -> shown < 400).count();
        long often = Arrays.stream(times).filter(shown -> shown > 800).count();
        assertThat(rare).isZero();
        assertThat(often).isZero();
    }

    @Test
    void aKeyIsFoundByItsHashAlone() {
        insertAll(0, 3_000);
        for (long key = 0; key < 6_000; key++) {
            long slot = table.find(keys.hashOf(key));
            assertThat(slot).isEqualTo(find(key));
            assertThat(slot == Table.ABSENT).isEqualTo(key >= 3_000);
        }
    }

    @Test
    void anEmptyTableHasNoSample() {
        table.sample(new Random(1), 5, ref -> {
            throw new AssertionError("there is no key");
        });
        insert(1);
        remove(1);
        table.sample(new Random(1), 5, ref -> {
            throw new AssertionError("there is no key any more");
        });
        assertThat(table.find(keys.hashOf(1))).isEqualTo(Table.ABSENT);
    }
}
