package io.vireo.bench;

import io.vireo.persist.ArraySink;
import io.vireo.persist.ArraySource;
import io.vireo.persist.Crc64;
import io.vireo.persist.Lzf;
import io.vireo.persist.QuietVisitor;
import io.vireo.persist.RdbEntry;
import io.vireo.persist.RdbReader;
import io.vireo.persist.RdbSink;
import io.vireo.persist.RdbString;
import io.vireo.persist.RdbWriter;
import java.nio.charset.StandardCharsets;
import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;

/** What a key costs on its way into an RDB and out of it: 16-byte keys, values that do or do not compress. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RdbBench {
    private static final int KEYS = 10_000;
    private static final int KEY_LENGTH = 16;

    @Param({"32", "64"})
    private int valueLength;

    /** Random letters find no repetition; one letter is all repetition. */
    @Param({"random", "same"})
    private String values;

    private byte[] entries;
    private byte[] rdb;
    private final byte[] packed = new byte[1 << 20];
    private final Lzf lzf = new Lzf();
    private final Hole hole = new Hole();

    @Setup
    public void build() throws Exception {
        Random random = new Random(1);
        int size = KEY_LENGTH + valueLength;
        entries = new byte[KEYS * size];
        for (int i = 0; i < KEYS; i++) {
            byte[] key = "key:%012d".formatted(random.nextInt(1_000_000_000)).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(key, 0, entries, i * size, KEY_LENGTH);
            for (int j = 0; j < valueLength; j++) {
                entries[i * size + KEY_LENGTH + j] = (byte) (values.equals("same") ? 'x' : 33 + random.nextInt(90));
            }
        }
        ArraySink sink = new ArraySink();
        writeTo(sink);
        rdb = sink.toByteArray();
    }

    private void writeTo(RdbSink sink) throws Exception {
        RdbWriter writer = new RdbWriter(sink, true, true);
        int size = KEY_LENGTH + valueLength;
        writer.selectDb(0);
        for (int at = 0; at < entries.length; at += size) {
            writer.string(entries, at, KEY_LENGTH, at + KEY_LENGTH, valueLength);
        }
        writer.end();
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long writeKeys() throws Exception {
        writeTo(hole);
        return hole.position();
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long readKeys() throws Exception {
        byte[] whole = new byte[rdb.length + 9];
        System.arraycopy("REDIS0003".getBytes(StandardCharsets.US_ASCII), 0, whole, 0, 9);
        System.arraycopy(rdb, 0, whole, 9, rdb.length);
        new RdbReader(new ArraySource(whole), true, hole).read();
        return hole.keys;
    }

    @Benchmark
    public long crcMegabyte() {
        return Crc64.update(0, packed, 0, packed.length);
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long compressValues() {
        int size = KEY_LENGTH + valueLength;
        long sum = 0;
        for (int at = KEY_LENGTH; at < entries.length; at += size) {
            sum += lzf.compress(entries, at, valueLength, packed, 0, valueLength - 4);
        }
        return sum;
    }

    private static final class Hole extends QuietVisitor implements RdbSink {
        long position;
        long keys;

        @Override
        public void write(byte[] bytes, int offset, int length) {
            position += length;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void string(RdbEntry entry, RdbString value) {
            keys += value.length();
        }

        @Override
        public void number(RdbEntry entry, long value) {
            keys += value;
        }

        @Override
        public void longString(RdbEntry entry, long length) {
            keys += length;
        }

        @Override
        public void piece(byte[] bytes, int offset, int length) {
            keys += length;
        }
    }
}
