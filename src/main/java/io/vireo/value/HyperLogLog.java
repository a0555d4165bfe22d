package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import java.util.Arrays;

/**
 * An estimate of how many different words were seen, as Redis keeps it in a string, byte for byte: 16,384 registers, each
 * of which holds the longest run of zeros (plus one) among the hashes that fell to it.
 *
 * <pre>
 *   "HYLL" | u8 encoding: 0 dense, 1 sparse | 3 bytes unused | u64 the last estimate, bit 63 set where it is out of date
 *
 *   dense:   6 bits a register, the lowest bits of a byte first
 *   sparse:  00xxxxxx            xxxxxx + 1 registers of 0
 *            01xxxxxx yyyyyyyy   the number of these 14 bits + 1 registers of 0
 *            1vvvvvxx            xx + 1 registers of vvvvv + 1
 * </pre>
 *
 * <p>A copy on the heap, to be read from a string, changed, and written back. Foreign bytes may be anything: what is not
 * sound is told by {@link #isSound} or by the return value, and never leads outside of them.
 *
 * @see <a href="https://arxiv.org/abs/1702.01284">O. Ertl: New cardinality estimation algorithms for HyperLogLog
 *     sketches</a>
 */
@RunsOn(Loop.KEYSPACE)
public final class HyperLogLog {
    public static final int REGISTERS = 1 << 14;

    /** Length of a dense one. */
    public static final int DENSE_BYTES = 16 + REGISTERS * 6 / 8;

    private static final int HEAD_BYTES = 16;
    private static final byte[] MAGIC = {'H', 'Y', 'L', 'L'};
    private static final int ENCODING_AT = 4;
    private static final int ESTIMATE_AT = 8;
    private static final int STALE_AT = 15;
    private static final int DENSE = 0;
    private static final int SPARSE = 1;

    private static final int INDEX_BITS = 14;
    /** Bits of a hash that are searched for zeros; no register exceeds this by more than one. */
    private static final int SEARCHED_BITS = 64 - INDEX_BITS;

    private static final int REGISTER_BITS = 6;
    private static final int REGISTER_MASK = (1 << REGISTER_BITS) - 1;

    private static final int LONGEST_SHORT_RUN = 64;
    private static final int LONGEST_VALUE_RUN = 4;
    private static final int LARGEST_SPARSE_VALUE = 32;
    /** How many runs are looked at for two that can be joined, after a change. */
    private static final int JOINED_RUNS = 5;

    private static final double ALPHA = 0.7213475204444817;

    /** What adding came to. */
    public enum Outcome {
        UNCHANGED,
        CHANGED,
        CORRUPT
    }

    private byte[] bytes = new byte[DENSE_BYTES];
    private int length;

    // Making and reading.

    /** Begins one that has seen nothing. */
    public HyperLogLog begin() {
        Arrays.fill(bytes, 0, HEAD_BYTES, (byte) 0);
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        bytes[ENCODING_AT] = SPARSE;
        length = HEAD_BYTES + writeZeros(bytes, HEAD_BYTES, REGISTERS);
        return this;
    }

    /** Takes a string over. */
    public HyperLogLog read(Bytes string) {
        if (bytes.length < string.length()) {
            bytes = new byte[string.length()];
        }
        RawMemory.copyOut(string.address(), bytes, 0, string.length());
        length = string.length();
        return this;
    }

    /** Whether a string may be one, by its head and its length. */
    public static boolean isSound(Bytes string) {
        if (string.length() < HEAD_BYTES) {
            return false;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (string.at(i) != MAGIC[i]) {
                return false;
            }
        }
        int encoding = string.at(ENCODING_AT);
        return encoding == SPARSE || encoding == DENSE && string.length() == DENSE_BYTES;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public boolean isSparse() {
        return bytes[ENCODING_AT] == SPARSE;
    }

    // The last estimate.

    /** The estimate that is kept, or -1 where it is out of date. */
    public long keptEstimate() {
        if (bytes[STALE_AT] < 0) {
            return -1;
        }
        long estimate = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            estimate = estimate << Byte.SIZE | bytes[ESTIMATE_AT + i] & 0xff;
        }
        return estimate;
    }

    public void keepEstimate(long estimate) {
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[ESTIMATE_AT + i] = (byte) (estimate >>> Byte.SIZE * i);
        }
    }

    /** Says that the estimate is out of date. */
    public void forgetEstimate() {
        bytes[STALE_AT] |= (byte) 0x80;
    }

    // Adding.

    /** Adds a word. A sparse one becomes dense where it would be longer than {@code sparseMaxBytes}. */
    public Outcome add(Bytes word, long sparseMaxBytes) {
        long hash = murmur64(word);
        int index = (int) hash & REGISTERS - 1;
        int value = Long.numberOfTrailingZeros(hash >>> INDEX_BITS | 1L << SEARCHED_BITS) + 1;
        return raise(index, value, sparseMaxBytes);
    }

    /** Raises a register to a value, if it is lower. */
    public Outcome raise(int index, int value, long sparseMaxBytes) {
        Outcome outcome = isSparse() ? raiseSparse(index, value, sparseMaxBytes) : raiseDense(index, value);
        if (outcome == Outcome.CHANGED) {
            forgetEstimate();
        }
        return outcome;
    }

    private Outcome raiseDense(int index, int value) {
        if (dense(index) >= value) {
            return Outcome.UNCHANGED;
        }
        setDense(index, value);
        return Outcome.CHANGED;
    }

    private int dense(int index) {
        int bit = index * REGISTER_BITS;
        int at = HEAD_BYTES + (bit >> 3);
        int low = bytes[at] & 0xff;
        int high = at + 1 < length ? bytes[at + 1] & 0xff : 0;
        return (low | high << Byte.SIZE) >>> (bit & 7) & REGISTER_MASK;
    }

    private void setDense(int index, int value) {
        int bit = index * REGISTER_BITS;
        int at = HEAD_BYTES + (bit >> 3);
        int shift = bit & 7;
        bytes[at] = (byte) (bytes[at] & ~(REGISTER_MASK << shift) | value << shift);
        if (shift > Byte.SIZE - REGISTER_BITS) {
            int back = Byte.SIZE - shift;
            bytes[at + 1] = (byte) (bytes[at + 1] & ~(REGISTER_MASK >>> back) | value >>> back);
        }
    }

    /** Makes it dense. Returns whether its runs were sound; else nothing has changed. */
    public boolean makeDense() {
        if (!isSparse()) {
            return true;
        }
        byte[] values = new byte[REGISTERS];
        if (!mergeInto(values)) {
            return false;
        }
        if (bytes.length < DENSE_BYTES) {
            bytes = Arrays.copyOf(bytes, DENSE_BYTES);
        }
        Arrays.fill(bytes, HEAD_BYTES, DENSE_BYTES, (byte) 0);
        bytes[ENCODING_AT] = DENSE;
        length = DENSE_BYTES;
        for (int i = 0; i < REGISTERS; i++) {
            if (values[i] != 0) {
                setDense(i, values[i]);
            }
        }
        return true;
    }

    // Sparse.

    private static boolean isShortRun(int head) {
        return (head & 0xc0) == 0;
    }

    private static boolean isValueRun(int head) {
        return (head & 0x80) != 0;
    }

    private static int valueOf(int head) {
        return (head >> 2 & 0x1f) + 1;
    }

    private static int valueRun(int head) {
        return (head & 3) + 1;
    }

    private static byte valueRun(int value, int run) {
        return (byte) (0x80 | value - 1 << 2 | run - 1);
    }

    /** Writes a run of zeros in its shortest form. Returns how many bytes it takes. */
    private static int writeZeros(byte[] to, int at, int run) {
        if (run <= LONGEST_SHORT_RUN) {
            to[at] = (byte) (run - 1);
            return 1;
        }
        to[at] = (byte) (0x40 | run - 1 >> Byte.SIZE);
        to[at + 1] = (byte) (run - 1);
        return 2;
    }

    /** Registers of the run at an offset, or 0 where it has no second byte. */
    private int runAt(int at) {
        int head = bytes[at];
        if (isValueRun(head)) {
            return valueRun(head);
        }
        if (isShortRun(head)) {
            return (head & 0x3f) + 1;
        }
        return at + 1 < length ? ((head & 0x3f) << Byte.SIZE | bytes[at + 1] & 0xff) + 1 : 0;
    }

    private int sizeAt(int at) {
        return isValueRun(bytes[at]) || isShortRun(bytes[at]) ? 1 : 2;
    }

    private Outcome raiseSparse(int index, int value, long maxBytes) {
        if (value > LARGEST_SPARSE_VALUE) {
            return promote(index, value);
        }
        int before = -1;
        int at = HEAD_BYTES;
        int first = 0;
        int run = 0;
        while (at < length) {
            run = runAt(at);
            if (run == 0 || index < first + run) {
                break;
            }
            before = at;
            first += run;
            at += sizeAt(at);
        }
        if (run == 0 || at >= length) {
            return Outcome.CORRUPT;
        }
        boolean isValue = isValueRun(bytes[at]);
        if (isValue && valueOf(bytes[at]) >= value) {
            return Outcome.UNCHANGED;
        }
        if (run == 1 && sizeAt(at) == 1) {
            bytes[at] = valueRun(value, 1);
        } else if (!split(at, first, run, index, value, maxBytes)) {
            return promote(index, value);
        }
        join(before < 0 ? HEAD_BYTES : before);
        return Outcome.CHANGED;
    }

    private Outcome promote(int index, int value) {
        return makeDense() ? raiseDense(index, value) : Outcome.CORRUPT;
    }

    /** Parts a run so that one register of it has a value of its own. Returns false if that would be too long. */
    private boolean split(int at, int first, int run, int index, int value, long maxBytes) {
        byte[] parts = new byte[5];
        boolean isValue = isValueRun(bytes[at]);
        int old = valueOf(bytes[at]);
        int count = 0;
        int left = index - first;
        int right = first + run - 1 - index;
        if (left > 0) {
            count += writeRun(parts, count, isValue, old, left);
        }
        parts[count++] = valueRun(value, 1);
        if (right > 0) {
            count += writeRun(parts, count, isValue, old, right);
        }
        int had = sizeAt(at);
        if (count > had && length + count - had > maxBytes) {
            return false;
        }
        if (bytes.length < length + count - had) {
            bytes = Arrays.copyOf(bytes, length + parts.length);
        }
        System.arraycopy(bytes, at + had, bytes, at + count, length - at - had);
        System.arraycopy(parts, 0, bytes, at, count);
        length += count - had;
        return true;
    }

    private static int writeRun(byte[] to, int at, boolean isValue, int value, int run) {
        if (!isValue) {
            return writeZeros(to, at, run);
        }
        to[at] = valueRun(value, run);
        return 1;
    }

    /** Joins neighbours of one value among the next few runs. */
    private void join(int from) {
        int at = from;
        for (int left = JOINED_RUNS; at < length && left > 0; left--) {
            if (!isValueRun(bytes[at])) {
                at += sizeAt(at);
            } else if (!joinWithNext(at)) {
                at++;
            }
        }
    }

    private boolean joinWithNext(int at) {
        if (at + 1 >= length || !isValueRun(bytes[at + 1]) || valueOf(bytes[at]) != valueOf(bytes[at + 1])) {
            return false;
        }
        int together = valueRun(bytes[at]) + valueRun(bytes[at + 1]);
        if (together > LONGEST_VALUE_RUN) {
            return false;
        }
        bytes[at + 1] = valueRun(valueOf(bytes[at]), together);
        System.arraycopy(bytes, at + 1, bytes, at, length - at - 1);
        length--;
        return true;
    }

    /** The runs as text, as {@code z:10 v:3,1 Z:16000}. */
    public String runs() {
        StringBuilder text = new StringBuilder();
        for (int at = HEAD_BYTES; at < length; at += sizeAt(at)) {
            int head = bytes[at];
            text.append(text.isEmpty() ? "" : " ");
            if (isValueRun(head)) {
                text.append("v:").append(valueOf(head)).append(',').append(valueRun(head));
            } else {
                text.append(isShortRun(head) ? "z:" : "Z:").append(runAt(at));
            }
        }
        return text.toString();
    }

    // Estimating.

    /** Raises each value to that of the register, where it is lower. Returns whether all was sound. */
    public boolean mergeInto(byte[] values) {
        if (!isSparse()) {
            for (int i = 0; i < REGISTERS; i++) {
                values[i] = (byte) Math.max(values[i], dense(i));
            }
            return true;
        }
        int index = 0;
        for (int at = HEAD_BYTES; at < length; at += sizeAt(at)) {
            int run = runAt(at);
            if (run == 0 || index + run > REGISTERS) {
                return false;
            }
            if (isValueRun(bytes[at])) {
                int value = valueOf(bytes[at]);
                for (int i = index; i < index + run; i++) {
                    values[i] = (byte) Math.max(values[i], value);
                }
            }
            index += run;
        }
        return index == REGISTERS;
    }

    /** How many different words probably led to these registers. */
    public static long estimate(byte[] values) {
        int[] counts = new int[REGISTER_MASK + 1];
        for (byte value : values) {
            counts[value]++;
        }
        double m = REGISTERS;
        double z = m * tau((m - counts[SEARCHED_BITS + 1]) / m);
        for (int value = SEARCHED_BITS; value >= 1; value--) {
            z += counts[value];
            z *= 0.5;
        }
        z += m * sigma(counts[0] / m);
        return Math.round(ALPHA * m * m / z);
    }

    private static double sigma(double x) {
        if (x == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double power = x;
        double y = 1;
        double z = x;
        double before;
        do {
            power *= power;
            before = z;
            z += power * y;
            y += y;
        } while (before != z);
        return z;
    }

    private static double tau(double x) {
        if (x == 0 || x == 1) {
            return 0;
        }
        double root = x;
        double y = 1;
        double z = 1 - x;
        double before;
        do {
            root = Math.sqrt(root);
            before = z;
            y *= 0.5;
            z -= (1 - root) * (1 - root) * y;
        } while (before != z);
        return z / 3;
    }

    // Hashing.

    /** MurmurHash64A by Austin Appleby, with the seed that Redis has for this. */
    static long murmur64(Bytes word) {
        long m = 0xc6a4a7935bd1e995L;
        int length = word.length();
        long hash = 0xadc83b19L ^ length * m;
        int at = 0;
        for (; length - at >= Long.BYTES; at += Long.BYTES) {
            long k = RawMemory.getLong(word.address() + at) * m;
            k ^= k >>> 47;
            hash = (hash ^ k * m) * m;
        }
        if (at < length) {
            long rest = 0;
            for (int i = length - 1; i >= at; i--) {
                rest = rest << Byte.SIZE | word.at(i) & 0xff;
            }
            hash = (hash ^ rest) * m;
        }
        hash ^= hash >>> 47;
        hash *= m;
        return hash ^ hash >>> 47;
    }
}
