package io.vireo.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.base.RawMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArenaTest {
    private static final int MIB = 1 << 20;
    private static final long LIMIT = 4L << 30;
    private static final long NO_LIMIT = Long.MAX_VALUE / 2;

    private final Arena arena = Arena.reserve(LIMIT);

    @AfterEach
    void close() {
        arena.close();
    }

    private record Blob(int ref, int size, int seed) {}

    private void fill(Blob blob) {
        long address = arena.address(blob.ref);
        for (int i = 0; i < blob.size; i += stepFor(blob.size)) {
            RawMemory.putByte(address + i, (byte) (blob.seed + i));
        }
    }

    private void assertFilled(Blob blob, int bytes) {
        long address = arena.address(blob.ref);
        for (int i = 0; i < bytes; i += stepFor(blob.size)) {
            if (RawMemory.getByte(address + i) != (byte) (blob.seed + i)) {
                throw new AssertionError("byte " + i + " of " + blob + " has changed");
            }
        }
    }

    private static int stepFor(int size) {
        return size < 1_000 ? 1 : 1 + size / 500;
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void blobsKeepWhatIsWrittenThroughRandomAllocationResizingAndFreeing(long seed) {
        Random random = new Random(seed);
        List<Blob> blobs = new ArrayList<>();
        long capacities = 0;
        long peak = 0;
        for (int step = 0; step < 12_000; step++) {
            int choice = random.nextInt(10);
            if (blobs.isEmpty() || choice < (step % 6_000 < 4_000 ? 5 : 3)) {
                int size = randomSize(random);
                Blob blob = new Blob(arena.allocate(size), size, random.nextInt());
                assertThat(arena.capacity(blob.ref))
                        .isGreaterThanOrEqualTo(size)
                        .isEqualTo(Arena.capacityFor(size));
                capacities += arena.capacity(blob.ref);
                fill(blob);
                blobs.add(blob);
            } else if (choice < 7) {
                int index = random.nextInt(blobs.size());
                Blob old = blobs.get(index);
                int size = random.nextInt(4) == 0 ? randomSize(random) : old.size + random.nextInt(100);
                capacities -= arena.capacity(old.ref);
                int ref = arena.resize(old.ref, old.size, size);
                capacities += arena.capacity(ref);
                assertThat(arena.capacity(ref)).isGreaterThanOrEqualTo(size);
                assertFilled(new Blob(ref, old.size, old.seed), Math.min(old.size, size));
                Blob resized = new Blob(ref, size, random.nextInt());
                fill(resized);
                blobs.set(index, resized);
            } else {
                Blob gone = blobs.remove(random.nextInt(blobs.size()));
                assertFilled(gone, gone.size);
                capacities -= arena.capacity(gone.ref);
                arena.free(gone.ref);
            }
            if (step % 1_000 == 0) {
                arena.purge(100_000);
            }
            peak = Math.max(peak, capacities);
            assertThat(arena.usedBytes()).isEqualTo(capacities);
        }
        blobs.forEach(blob -> assertFilled(blob, blob.size));
        if (Arena.CHECKING) {
            int[] refs = blobs.stream().mapToInt(Blob::ref).toArray();
            Arrays.sort(refs);
            int[] live = arena.liveBlobs();
            Arrays.sort(live);
            assertThat(live).isEqualTo(refs);
        }
        assertThat(arena.peakBytes()).isGreaterThanOrEqualTo(peak);

        blobs.forEach(blob -> arena.free(blob.ref));
        arena.purge();
        assertThat(arena.usedBytes()).isZero();
        assertThat(arena.residentBytes()).isZero();
        assertThat(arena.fragmentation()).isEqualTo(1.0);
    }

    private static int randomSize(Random random) {
        return switch (random.nextInt(100)) {
            case 0 -> random.nextInt(3 * MIB);
            case 1, 2, 3, 4 -> random.nextInt(200_000);
            case 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 -> random.nextInt(20_000);
            default -> random.nextInt(300);
        };
    }

    @Test
    void capacitiesWasteLittle() {
        int previous = 0;
        for (int size = 0; size <= 100_000; size++) {
            int capacity = Arena.capacityFor(size);
            assertThat(capacity).isGreaterThanOrEqualTo(size).isGreaterThanOrEqualTo(previous);
            assertThat(capacity % 8).isZero();
            if (size <= 128) {
                assertThat(capacity - size).isLessThan(size == 0 ? 9 : 8);
            } else {
                assertThat((double) (capacity - size)).isLessThanOrEqualTo(size * (size <= 4096 ? 0.125 : 0.26));
            }
            previous = capacity;
        }
        assertThat(Arena.capacityFor(512 * MIB + 9)).isEqualTo(512 * MIB + 4096);
    }

    @Test
    void blobsOfWholeLinesAndPagesAreAligned() {
        for (int size : new int[] {64, 256, 512, 1024, 2048, 3072, 4096}) {
            for (int i = 0; i < 100; i++) {
                assertThat(arena.address(arena.allocate(size)) % 64).isZero();
            }
        }
        assertThat(arena.address(arena.allocate(20_000)) % 4096).isZero();
    }

    @Test
    void aFullArenaSaysSoAndStaysUsable() {
        try (Arena small = Arena.reserve(2 * MIB)) {
            List<Integer> refs = new ArrayList<>();
            assertThatThrownBy(() -> {
                        while (true) {
                            refs.add(small.allocate(1000));
                        }
                    })
                    .isInstanceOf(ArenaFullException.class);
            assertThat(refs).hasSizeGreaterThan(1_800);
            long used = small.usedBytes();
            assertThatThrownBy(() -> small.allocate(MIB)).isInstanceOf(ArenaFullException.class);
            assertThatThrownBy(() -> small.resize(refs.getFirst(), 1000, 100_000))
                    .isInstanceOf(ArenaFullException.class);
            assertThat(small.usedBytes()).isEqualTo(used);

            refs.forEach(small::free);
            small.free(small.allocate(MIB));
            assertThat(small.usedBytes()).isZero();
        }
    }

    @Test
    void freedNeighboursJoin() {
        try (Arena small = Arena.reserve(16 * MIB)) {
            int[] refs = new int[100];
            for (int i = 0; i < refs.length; i++) {
                refs[i] = small.allocate(100_000);
            }
            for (int i = 0; i < refs.length; i += 2) {
                small.free(refs[i]);
            }
            for (int i = 1; i < refs.length; i += 2) {
                small.free(refs[i]);
            }
            small.free(small.allocate(15 * MIB));
        }
    }

    @Test
    void aLargeBlobGrowsAndShrinksInPlace() {
        int ref = arena.allocate(MIB);
        RawMemory.putLong(arena.address(ref) + 40_000, 77);
        assertThat(arena.resize(ref, MIB, 8 * MIB)).isEqualTo(ref);
        assertThat(arena.usedBytes()).isEqualTo(8 * MIB);
        RawMemory.putByte(arena.address(ref) + 8 * MIB - 1, (byte) 1);
        assertThat(arena.resize(ref, 50_000, 50_000)).isEqualTo(ref);
        assertThat(arena.usedBytes()).isEqualTo(53_248);
        assertThat(RawMemory.getLong(arena.address(ref) + 40_000)).isEqualTo(77);
    }

    @Test
    void resizingKeepsABlobInPlaceUnlessAQuarterWouldBeWasted() {
        int ref = arena.allocate(1000);
        assertThat(arena.resize(ref, 1000, 1024)).isEqualTo(ref);
        assertThat(arena.resize(ref, 1000, 800)).isEqualTo(ref);
        int smaller = arena.resize(ref, 800, 700);
        assertThat(smaller).isNotEqualTo(ref);
        assertThat(arena.usedBytes()).isEqualTo(Arena.capacityFor(700));
    }

    @Test
    void residentMemoryFallsWhenAllIsFreed() throws IOException {
        List<Integer> refs = new ArrayList<>();
        for (int i = 0; i < 300_000; i++) {
            refs.add(arena.allocate(200));
            RawMemory.putLong(arena.address(refs.getLast()), i);
        }
        int large = arena.allocate(64 * MIB);
        RawMemory.fill(arena.address(large), 64 * MIB, (byte) 1);
        assertThat(residentAsTheSystemSees()).isBetween(110L * MIB, 160L * MIB);
        assertThat(arena.residentBytes()).isBetween(110L * MIB, 160L * MIB);

        refs.forEach(arena::free);
        arena.free(large);
        arena.purge();
        assertThat(arena.residentBytes()).isZero();
        assertThat(residentAsTheSystemSees()).isLessThan(64 * 1024);
    }

    /** What the system itself says is resident of the arena's reservation. */
    private long residentAsTheSystemSees() throws IOException {
        long base = arena.rawAddress(0);
        long kilobytes = 0;
        boolean ours = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
                ours = start >= base && start < base + LIMIT;
            } else if (ours && line.startsWith("Rss:")) {
                kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return kilobytes * 1024;
    }

    @Test
    void idlePagesAreGivenBackAtTheSecondPassAndWithinTheBudget() {
        int large = arena.allocate(256 * MIB);
        for (long at = 0; at < 256 * MIB; at += 4096) {
            RawMemory.putByte(arena.address(large) + at, (byte) 1);
        }
        arena.free(large);

        assertThat(arena.purge(NO_LIMIT)).isZero();
        int again = arena.allocate(100 * MIB);
        arena.free(again);
        assertThat(arena.purge(NO_LIMIT)).isBetween(100L * MIB, 180L * MIB);

        long given = 0;
        int calls = 0;
        while (arena.residentBytes() > MIB) {
            given += arena.purge(50_000);
            assertThat(++calls).isLessThan(100_000);
        }
        assertThat(calls).isGreaterThan(3);
        assertThat(given).isGreaterThan(50L * MIB);
        assertThat(arena.address(arena.allocate(MIB))).isPositive();
    }

    @Test
    void freeingAHugeBlobLeavesItsPagesToThePurge() {
        int huge = arena.allocate(512 * MIB);
        long resident = arena.residentBytes();
        arena.free(huge);
        assertThat(arena.residentBytes()).isEqualTo(resident);
        assertThat(arena.usedBytes()).isZero();
        arena.purge(NO_LIMIT);
        arena.purge(NO_LIMIT);
        assertThat(arena.residentBytes()).isZero();
    }

    @Test
    void sparseSlabsCanBeEmptiedByMovingTheirBlobs() {
        Random random = new Random(5);
        List<Integer> refs = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            refs.add(arena.allocate(100));
        }
        refs.removeIf(ref -> {
            boolean gone = random.nextInt(5) != 0;
            if (gone) {
                arena.free(ref);
            }
            return gone;
        });
        arena.purge();
        assertThat(arena.fragmentation()).isGreaterThan(4);

        int moves = 0;
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < refs.size(); i++) {
                int ref = refs.get(i);
                if (arena.shouldMove(ref)) {
                    int moved = arena.allocate(100);
                    RawMemory.copy(arena.address(ref), arena.address(moved), 100);
                    arena.free(ref);
                    refs.set(i, moved);
                    moves++;
                }
            }
            arena.purge();
        }
        assertThat(arena.fragmentation()).isLessThan(1.5);
        assertThat(moves).isLessThan(2 * refs.size());
    }
}
