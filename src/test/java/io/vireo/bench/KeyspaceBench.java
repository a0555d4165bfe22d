package io.vireo.bench;

import com.sun.management.ThreadMXBean;
import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.keyspace.CutSink;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What the keyspace does alone, without a network: growth to many keys, random commands, a cut under writes, and memory.
 *
 * <p>A program, not a test: {@code KeyspaceBench [keys]}, 10,000,000 unless told. Longest times are of processor time of
 * a batch of 16 operations, so that other work on the machine does not show; where nothing is said it is wall time.
 */
public final class KeyspaceBench {
    private static final int BATCH = 16;
    private static final int OPERATIONS = 5_000_000;
    private static final int KEY_LENGTH = 16;
    private static final int VALUE_LENGTH = 32;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Keyspace keyspace = new Keyspace(16);
    private final Database db = keyspace.db(0);
    private final Bytes key = Bytes.copyOf("key:000000000000");
    private final Bytes[] batchKeys = new Bytes[BATCH];
    private final Bytes value = Bytes.copyOf("v".repeat(VALUE_LENGTH));
    private final int keys;
    private long sink;

    private KeyspaceBench(int keys) {
        this.keys = keys;
        Arrays.setAll(batchKeys, i -> Bytes.copyOf("key:000000000000"));
        keyspace.owner().claim();
        keyspace.newTurn(System.currentTimeMillis());
    }

    public static void main(String[] args) throws IOException {
        new KeyspaceBench(args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000).run();
    }

    private interface Operation {
        void run(Bytes key);
    }

    private void run() throws IOException {
        long before = residentBytes();
        grow();
        System.out.printf(
                "memory per key: %.1f bytes in use, %.1f resident, of which %d are key and value%n",
                (double) keyspace.usedBytes() / keys,
                (double) (residentBytes() - before) / keys,
                KEY_LENGTH + VALUE_LENGTH);
        for (int round = 0; round < 3; round++) {
            measure("GET", k -> sink += db.readString(k).length());
            measure("SET", k -> db.setString(k, value));
        }
        measurePrefetched();
        cut(false);
        cut(true);
        measure("SET EX", k -> db.setString(k, value, keyspace.nowMs() + 100_000_000 + (k.at(15) << 16)));
        measure("SET number", k -> db.setLong(k, 1));
        measure("INCR", k -> db.setLong(k, db.peekString(k).longValue() + 1));
        flush(before);
    }

    private void grow() {
        long began = System.nanoTime();
        long longest = 0;
        long[] worst = new long[10];
        long cpu = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < keys; i++) {
            name(key, i);
            db.setString(key, value);
            if (i % BATCH == BATCH - 1) {
                long now = threads.getCurrentThreadCpuTime();
                longest = Math.max(longest, now - cpu);
                if (now - cpu > worst[0]) {
                    worst[0] = now - cpu;
                    Arrays.sort(worst);
                }
                cpu = now;
            }
        }
        System.out.printf(
                "growth to %,d keys: %.0f ns each; longest batch %.3f ms; ten longest %s us%n",
                keys,
                (double) (System.nanoTime() - began) / keys,
                longest / 1e6,
                Arrays.toString(Arrays.stream(worst).map(t -> t / 1000).toArray()));
    }

    private void measure(String name, Operation operation) {
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long cpu = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < OPERATIONS; i++) {
            name(key, random.nextInt(keys));
            operation.run(key);
        }
        System.out.printf(
                "%-12s %.0f ns of processor time, %.2f bytes of heap%n",
                name,
                (double) (threads.getCurrentThreadCpuTime() - cpu) / OPERATIONS,
                (double) (threads.getCurrentThreadAllocatedBytes() - allocated) / OPERATIONS);
    }

    private void measurePrefetched() {
        for (int round = 0; round < 2; round++) {
            long cpu = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < OPERATIONS; i += BATCH) {
                for (Bytes each : batchKeys) {
                    name(each, random.nextInt(keys));
                    db.prefetch(each.hash());
                }
                for (Bytes each : batchKeys) {
                    db.prefetchEntry(each.hash());
                }
                for (Bytes each : batchKeys) {
                    db.setString(each, value);
                }
            }
            System.out.printf(
                    "SET, keys of a batch touched first: %.0f ns%n",
                    (double) (threads.getCurrentThreadCpuTime() - cpu) / OPERATIONS);
        }
    }

    /** A cut whose chunks are thrown away, walked in slices between which a batch of writes is run or none. */
    private void cut(boolean written) {
        ArrayDeque<byte[]> free = new ArrayDeque<>();
        long[] bytes = {0};
        boolean[] finished = {false};
        keyspace.beginCut(new CutSink() {
            @Override
            public byte[] fresh(int atLeast) {
                byte[] used = free.poll();
                return used != null && used.length >= atLeast ? used : new byte[atLeast];
            }

            @Override
            public void chunk(byte[] chunk, int length) {
                bytes[0] += length;
                free.add(chunk);
            }

            @Override
            public boolean isFull() {
                return false;
            }

            @Override
            public void finished() {
                finished[0] = true;
            }
        });
        long walking = 0;
        long longestSlice = 0;
        long longestBatch = 0;
        long writes = 0;
        while (!finished[0]) {
            long cpu = threads.getCurrentThreadCpuTime();
            keyspace.cuts().step(200_000);
            long walked = threads.getCurrentThreadCpuTime();
            walking += walked - cpu;
            longestSlice = Math.max(longestSlice, walked - cpu);
            for (int i = 0; written && i < BATCH * 8; i += BATCH) {
                long batch = threads.getCurrentThreadCpuTime();
                for (int j = 0; j < BATCH; j++) {
                    name(key, random.nextInt(keys));
                    db.setString(key, value);
                }
                writes += BATCH;
                longestBatch = Math.max(longestBatch, threads.getCurrentThreadCpuTime() - batch);
            }
        }
        System.out.printf(
                "cut of %,d keys, %,d MB%s: %.2f s walking, longest slice %.3f ms, longest batch of writes %.3f ms, "
                        + "%,d writes, %,d bytes taken out by them%n",
                keys,
                bytes[0] >> 20,
                written ? " under writes" : "",
                walking / 1e9,
                longestSlice / 1e6,
                longestBatch / 1e6,
                writes,
                keyspace.cuts().extraBytes());
    }

    private void flush(long before) throws IOException {
        long began = System.nanoTime();
        keyspace.flushAll();
        long flushed = System.nanoTime();
        long longest = 0;
        long cpu = threads.getCurrentThreadCpuTime();
        while (keyspace.freeStep(500_000)) {
            long now = threads.getCurrentThreadCpuTime();
            longest = Math.max(longest, now - cpu);
            cpu = now;
        }
        long freed = System.nanoTime();
        for (int i = 0; i < 10_000 && residentBytes() - before > 64 << 20; i++) {
            keyspace.freeStep(500_000);
        }
        System.out.printf(
                "FLUSHALL: %.3f ms; freed in %.1f s, longest slice %.3f ms; resident %,d MB above the beginning%n",
                (flushed - began) / 1e6, (freed - flushed) / 1e9, longest / 1e6, residentBytes() - before >> 20);
    }

    /** Writes twelve digits behind {@code key:}. */
    private static void name(Bytes key, int number) {
        long at = key.address() + KEY_LENGTH;
        int rest = number;
        for (int i = 0; i < 12; i++) {
            RawMemory.putByte(--at, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }

    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS");
    }
}
