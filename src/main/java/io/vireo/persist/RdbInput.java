package io.vireo.persist;

import static io.vireo.persist.RdbFormat.*;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.persist.RdbException.Fault;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bytes of an RDB under the reader: a buffer over a source, with offset, checksum, numbers and lengths.
 *
 * <p>The checksum is brought up to date in long runs, whenever the buffer moves or the sum is asked for, and covers
 * exactly the bytes taken so far.
 */
@RunsOn(Loop.WORKER)
final class RdbInput {
    private static final int BUFFER_SIZE = 256 << 10;

    /** Enough for what is no string, however little is announced. */
    private static final int SMALLEST_BUFFER = 1 << 10;

    /** The longest range that can be had in one piece. */
    static final int LONGEST_RANGE = BUFFER_SIZE / 2;

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final RdbSource source;
    private final boolean summing;
    private final RdbVisitor visitor;
    private final byte[] buffer;
    private int at;
    private int limit;
    private int summed;
    private long base;
    private long crc;

    /** Set by {@link #head()}: a length, or which special encoding. */
    private long length;

    RdbInput(RdbSource source, boolean summing, RdbVisitor visitor) {
        this.source = source;
        this.summing = summing;
        this.visitor = visitor;
        this.buffer = new byte[Math.clamp(source.remaining(), SMALLEST_BUFFER, BUFFER_SIZE)];
    }

    /** Bytes taken so far. */
    long offset() {
        return base + at;
    }

    /** The checksum of the bytes taken so far. */
    long crc() {
        sum();
        return crc;
    }

    /** Whether bytes are left that we know of. */
    boolean hasMore() {
        long left = source.remaining();
        return at < limit || left > 0 && left != Long.MAX_VALUE;
    }

    int readByte() throws IOException, RdbException {
        if (at == limit) {
            require(1);
        }
        return buffer[at++] & 0xff;
    }

    int readInt() throws IOException, RdbException {
        int from = take(Integer.BYTES);
        return (int) INT_LE.get(buffer, from);
    }

    long readLong() throws IOException, RdbException {
        int from = take(Long.BYTES);
        return (long) LONG_LE.get(buffer, from);
    }

    /**
     * Reads the head of a string: a length, or the sign of a special encoding, which {@link #length()} then gives.
     *
     * @return whether it is special: one of {@code STRING_INT8} … {@code STRING_LZF}
     */
    boolean head() throws IOException, RdbException {
        int first = readByte();
        switch (first >> 6) {
            case 0 -> length = first;
            case 1 -> length = (first & 0x3f) << 8 | readByte();
            case 2 -> {
                if (first == LENGTH_32_BITS) {
                    int from = take(Integer.BYTES);
                    length = (int) INT_BE.get(buffer, from) & 0xffffffffL;
                } else if (first == LENGTH_64_BITS) {
                    int from = take(Long.BYTES);
                    length = (long) LONG_BE.get(buffer, from);
                } else {
                    throw corrupt("Unknown length encoding " + first);
                }
            }
            default -> {
                length = first;
                return true;
            }
        }
        return false;
    }

    long length() {
        return length;
    }

    /** Reads a length, a count or another unsigned number of this form; one of 64 bits may come out negative. */
    long readLength() throws IOException, RdbException {
        if (head()) {
            throw corrupt("A string's encoding where a length belongs");
        }
        return length;
    }

    /** Reads how many bytes follow, and refuses it if that many are not there to come. */
    long readByteCount() throws IOException, RdbException {
        return checkedByteCount(readLength());
    }

    long checkedByteCount(long count) throws RdbException {
        if (count >= 0 && count <= limit - at) {
            return count;
        }
        long left = source.remaining();
        if (count < 0 || left != Long.MAX_VALUE && count > left + (limit - at)) {
            throw new RdbException(
                    Fault.SHORT,
                    "Short read loading DB: " + Long.toUnsignedString(count) + " bytes announced at offset " + offset()
                            + ", " + (left + limit - at) + " left");
        }
        return count;
    }

    /** Makes a range of at most {@link #LONGEST_RANGE} bytes lie in one piece and takes it; returns where it starts. */
    int take(int count) throws IOException, RdbException {
        if (limit - at < count) {
            require(count);
        }
        int from = at;
        at += count;
        return from;
    }

    /** The array that indices returned by {@link #take} are meant for, until the next call of anything here. */
    byte[] array() {
        return buffer;
    }

    /** Takes what lies ready, at least one byte, at most {@code most}; returns how many, ending at {@link #index}. */
    int takeSome(long most) throws IOException, RdbException {
        if (at == limit) {
            require(1);
        }
        int count = (int) Math.min(most, limit - at);
        at += count;
        return count;
    }

    /** The index in {@link #array()} of the next byte. */
    int index() {
        return at;
    }

    /** Passes over so many bytes. */
    void skip(long count) throws IOException, RdbException {
        long left = checkedByteCount(count);
        while (left > 0) {
            left -= takeSome(left);
        }
    }

    RdbException corrupt(String what) {
        return new RdbException(Fault.CORRUPT, "Corrupt RDB: " + what + " (at offset " + offset() + ")");
    }

    private void require(int count) throws IOException, RdbException {
        Invariant.check(count <= buffer.length, "a range was announced, and the buffer holds what is announced");
        sum();
        System.arraycopy(buffer, at, buffer, 0, limit - at);
        base += at;
        limit -= at;
        at = 0;
        summed = 0;
        while (limit < count) {
            int came = source.read(buffer, limit, buffer.length - limit);
            if (came < 0) {
                throw new RdbException(
                        Fault.SHORT, "Short read loading DB: it ends at offset " + (base + limit) + " before its end");
            }
            limit += came;
            visitor.progress(base + limit);
        }
    }

    private void sum() {
        if (summing) {
            crc = Crc64.update(crc, buffer, summed, at - summed);
        }
        summed = at;
    }
}
