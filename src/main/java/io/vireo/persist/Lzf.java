package io.vireo.persist;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Compression in the LZF format, in which an RDB keeps strings longer than 20 bytes.
 *
 * <p>The format is a sequence of two things, told apart by the first byte:
 *
 * <pre>
 * 000nnnnn  n+1 bytes                       a literal run of 1 to 32 bytes
 * lllooooo  [m, if l = 7]  oooooooo         l+2 (or m+9) bytes, 3 to 264, copied from o+1 bytes back, 1 to 8192
 * </pre>
 *
 * <p>The compressor remembers in a small table where each hash of three bytes was last seen. Its entries hold positions
 * counted on from all earlier inputs, so an entry of an earlier input is told by being too small, and the table is not
 * cleared between strings. A short input uses only as much of the table as it can fill, which keeps it in the nearest
 * cache. Where long input does not compress, steps grow, as in LZ4.
 */
@RunsOn(Loop.WORKER)
public final class Lzf {
    /** The farthest a copy may reach back. */
    static final int WINDOW = 8192;

    /** The longest copy. */
    static final int LONGEST_COPY = 264;

    private static final int SHORTEST_COPY = 3;
    private static final int LONGEST_RUN = 32;
    private static final int MAX_TABLE_BITS = 14;
    private static final int MIN_TABLE_BITS = 9;

    /** How many times sparser than its input the table is: a slot that is taken by chance costs a mispredicted branch. */
    private static final int SPARE_BITS = 3;

    private static final int PATIENCE_BITS = 5;
    private static final int SPREAD = 0x9E3779B1; // 2^32 over the golden ratio

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int[] table = new int[1 << MAX_TABLE_BITS];
    private int base = 1;

    /**
     * Compresses a range.
     *
     * @param room how many bytes of {@code out} may be used from {@code outOffset} on
     * @return the compressed size, or 0 if it would be more than {@code room}
     */
    public int compress(byte[] in, int offset, int length, byte[] out, int outOffset, int room) {
        Objects.checkFromIndexSize(offset, length, in.length);
        Objects.checkFromIndexSize(outOffset, room, out.length);
        if (base > Integer.MAX_VALUE - length) {
            Arrays.fill(table, 0);
            base = 1;
        }
        int size = run(in, offset, length, out, outOffset, outOffset + room);
        base += length;
        return size;
    }

    private int run(byte[] in, int start, int length, byte[] out, int outStart, int outEnd) {
        int bits = Math.clamp(
                Integer.SIZE - Integer.numberOfLeadingZeros(length) + SPARE_BITS, MIN_TABLE_BITS, MAX_TABLE_BITS);
        int shift = Integer.SIZE - bits;
        int end = start + length;
        int lastHashed = end - Integer.BYTES; // a hash reads four bytes to use three
        int toPosition = base - start;
        int at = start;
        int literals = start;
        int to = outStart;
        int misses = 0;
        while (at <= lastHashed) {
            int word = (int) INT.get(in, at);
            int slot = (word << 8) * SPREAD >>> shift;
            int seen = table[slot] - toPosition;
            table[slot] = at + toPosition;
            if (seen < start || at - seen > WINDOW || ((int) INT.get(in, seen) ^ word) << 8 != 0) {
                at += 1 + (misses++ >> PATIENCE_BITS);
                continue;
            }
            int copied = commonLength(in, seen, at, Math.min(end - at, LONGEST_COPY));
            to = putLiterals(in, literals, at - literals, out, to, outEnd);
            if (to < 0 || outEnd - to < 3) {
                return 0;
            }
            to = putCopy(at - seen - 1, copied - 2, out, to);
            at += copied;
            literals = at;
            misses = 0;
            if (at <= lastHashed) { // the end of a match begins the next one more often than not
                table[((int) INT.get(in, at - 1) << 8) * SPREAD >>> shift] = at - 1 + toPosition;
            }
        }
        to = putLiterals(in, literals, end - literals, out, to, outEnd);
        return to < 0 ? 0 : to - outStart;
    }

    private static int commonLength(byte[] in, int a, int b, int most) {
        int common = SHORTEST_COPY;
        for (; common <= most - Long.BYTES; common += Long.BYTES) {
            long difference = (long) LONG.get(in, a + common) ^ (long) LONG.get(in, b + common);
            if (difference != 0) {
                return common + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
        }
        while (common < most && in[a + common] == in[b + common]) {
            common++;
        }
        return common;
    }

    /** Writes literal runs; returns where the output goes on, or -1 if they do not fit. */
    private static int putLiterals(byte[] in, int from, int count, byte[] out, int to, int outEnd) {
        int left = count;
        int at = from;
        while (left > 0) {
            int run = Math.min(left, LONGEST_RUN);
            if (outEnd - to < run + 1) {
                return -1;
            }
            out[to] = (byte) (run - 1);
            System.arraycopy(in, at, out, to + 1, run);
            to += run + 1;
            at += run;
            left -= run;
        }
        return to;
    }

    private static int putCopy(int back, int lengthCode, byte[] out, int to) {
        if (lengthCode < 7) {
            out[to++] = (byte) (lengthCode << 5 | back >>> 8);
        } else {
            out[to++] = (byte) (7 << 5 | back >>> 8);
            out[to++] = (byte) (lengthCode - 7);
        }
        out[to++] = (byte) back;
        return to;
    }

    /**
     * Unpacks a range that may come from anybody.
     *
     * @param outLength how many bytes it should give
     * @return whether it was sound and gave exactly that many; if not, the output range holds anything
     */
    public static boolean decompress(byte[] in, int offset, int length, byte[] out, int outOffset, int outLength) {
        Objects.checkFromIndexSize(offset, length, in.length);
        Objects.checkFromIndexSize(outOffset, outLength, out.length);
        int at = offset;
        int end = offset + length;
        int to = outOffset;
        int outEnd = outOffset + outLength;
        while (at < end) {
            int control = in[at++] & 0xff;
            if (control < LONGEST_RUN) {
                int run = control + 1;
                if (end - at < run || outEnd - to < run) {
                    return false;
                }
                System.arraycopy(in, at, out, to, run);
                at += run;
                to += run;
                continue;
            }
            int count = control >>> 5;
            if (count == 7) {
                if (at == end) {
                    return false;
                }
                count += in[at++] & 0xff;
            }
            if (at == end) {
                return false;
            }
            count += 2;
            int from = to - ((control & 0x1f) << 8 | in[at++] & 0xff) - 1;
            if (from < outOffset || outEnd - to < count) {
                return false;
            }
            repeat(out, from, to, count);
            to += count;
        }
        return to == outEnd;
    }

    /** Copies forwards, so that a range which overlaps its source repeats it. */
    static void repeat(byte[] bytes, int from, int to, int count) {
        if (to - from >= count) {
            System.arraycopy(bytes, from, bytes, to, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            bytes[to + i] = bytes[from + i];
        }
    }

    /** The most bytes that {@code length} compressed bytes can hold: a copy of 264 takes three. */
    static long mostFrom(long length) {
        Invariant.check(length >= 0, "a length is not negative");
        return length * (LONGEST_COPY / SHORTEST_COPY);
    }
}
