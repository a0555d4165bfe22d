package io.vireo.bench;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.memory.Arena;
import io.vireo.memory.KeyLayout;
import io.vireo.memory.Table;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What arena and table cost per key: 16-byte keys in 64-byte blobs, asked for in random order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx512m"})
public class MemoryBench {
    private static final int KEY_LENGTH = 16;
    private static final int BLOB_LENGTH = 64;
    private static final int BATCH = 16;
    private static final int CHURNED = 100_000;

    @Param({"1000000", "5000000"})
    private int keyCount;

    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] hashes = new long[BATCH];
    private Arena arena;
    private Table table;
    private long key;
    private int[] churned;

    /** A blob is key and value, without a header. */
    private static final class Keys implements KeyLayout {
        @Override
        public long hash(long blobAddress) {
            return Bytes.hash(blobAddress, KEY_LENGTH);
        }

        @Override
        public boolean matches(long blobAddress, long keyAddress, int keyLength) {
            return keyLength == KEY_LENGTH && RawMemory.equal(blobAddress, keyAddress, keyLength);
        }
    }

    @Setup
    public void fill() {
        arena = Arena.reserve(Arena.MAX_BYTES);
        table = new Table(arena, new Keys());
        key = arena.address(arena.allocate(BATCH * KEY_LENGTH));
        for (int i = 0; i < keyCount; i++) {
            int blob = arena.allocate(BLOB_LENGTH);
            writeKey(arena.address(blob), i);
            table.insert(Bytes.hash(arena.address(blob), KEY_LENGTH), blob);
        }
        churned = new int[CHURNED];
        for (int i = 0; i < CHURNED; i++) {
            churned[i] = arena.allocate(randomSize());
        }
        System.out.printf("%d keys: %.2f bytes of table per key%n", keyCount, (double) table.memoryBytes() / keyCount);
    }

    @TearDown
    public void close() {
        arena.close();
    }

    private static void writeKey(long address, long number) {
        RawMemory.putLong(address, 0x3a79656b_00000000L);
        RawMemory.putLong(address + Long.BYTES, number);
    }

    private long randomKey(long address, int from) {
        writeKey(address, from + random.nextInt(keyCount));
        return Bytes.hash(address, KEY_LENGTH);
    }

    private long keyAt(int index) {
        return key + (long) index * KEY_LENGTH;
    }

    private int randomSize() {
        return 8 + random.nextInt(200);
    }

    @Benchmark
    public long findPresent() {
        return table.find(randomKey(key, 0), key, KEY_LENGTH);
    }

    @Benchmark
    public long findAbsent() {
        return table.find(randomKey(key, keyCount), key, KEY_LENGTH);
    }

    /** As a pipelined read does it: lines first, then blobs, then the searches, so that misses overlap. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long findPresentInBatches() {
        for (int i = 0; i < BATCH; i++) {
            hashes[i] = randomKey(keyAt(i), 0);
            table.touch(hashes[i]);
        }
        for (int i = 0; i < BATCH; i++) {
            table.touchBlob(hashes[i]);
        }
        long found = 0;
        for (int i = 0; i < BATCH; i++) {
            found += table.find(hashes[i], keyAt(i), KEY_LENGTH);
        }
        return found;
    }

    /** Takes a random key out and puts it back, with a blob of its own. */
    @Benchmark
    public long removeAndInsert() {
        long hash = randomKey(key, 0);
        arena.free(table.remove(table.find(hash, key, KEY_LENGTH)));
        int blob = arena.allocate(BLOB_LENGTH);
        RawMemory.copy(key, arena.address(blob), KEY_LENGTH);
        return table.insert(hash, blob);
    }

    @Benchmark
    public int allocateAndFreeAtOnce() {
        int blob = arena.allocate(BLOB_LENGTH);
        arena.free(blob);
        return blob;
    }

    @Benchmark
    public int replaceARandomBlob() {
        int index = random.nextInt(CHURNED);
        arena.free(churned[index]);
        int blob = arena.allocate(randomSize());
        churned[index] = blob;
        return blob;
    }

    @Benchmark
    public int drawARandomKey() {
        return table.random(random);
    }
}
