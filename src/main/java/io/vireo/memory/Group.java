package io.vireo.memory;

import io.vireo.base.RawMemory;

/**
 * One cache line of a {@link Table}: twelve entries that are searched at once.
 *
 * <pre>
 *    +0  12 tags     one byte each: 0 where the entry is empty, else 0x80 and seven bits of the key's hash
 *   +12  12 refs     four bytes each
 *   +60  short       how many keys passed this group by on their way from their home, because it was full
 *   +62  2 bytes     spare
 * </pre>
 *
 * <p>A search that finds nothing here goes on to the next group only if that count is not zero; it falls again when
 * such a key is removed, so no tombstones are needed.
 */
final class Group {
    static final int BYTES = 64;
    static final int SHIFT = 6;
    static final int ENTRIES = 12;

    private static final int LOW_ENTRIES = 8;
    private static final int REFS = 12;
    private static final int PASSED_BY = 60;
    private static final long LOW_ONES = 0x0101010101010101L;
    private static final long HIGH_ONES = 0x8080808080808080L;
    private static final long TOPS_TO_BYTE = 0x0102040810204080L;

    private Group() {}

    /** A hash's tag in each of eight bytes. */
    static long pattern(long hash) {
        return (hash & 0x7f | 0x80) * LOW_ONES;
    }

    /**
     * The entries whose tag is the pattern's, as twelve bits. The entry above a match may show up falsely, but never
     * an empty one.
     */
    static int matches(long line, long pattern) {
        long low = RawMemory.getLong(line) ^ pattern;
        int high = RawMemory.getInt(line + LOW_ENTRIES) ^ (int) pattern;
        return gather(low - LOW_ONES & ~low, high - (int) LOW_ONES & ~high);
    }

    /** The entries that hold a key, as twelve bits. */
    static int taken(long line) {
        return gather(RawMemory.getLong(line), RawMemory.getInt(line + LOW_ENTRIES));
    }

    /** The first empty entry; {@link #ENTRIES} or more if there is none. */
    static int firstEmpty(long line) {
        return Integer.numberOfTrailingZeros(~taken(line));
    }

    /** The top bits of twelve bytes. The factor moves the one of byte k to bit 56 + k, and no two meet elsewhere. */
    private static int gather(long low, int high) {
        long highBits = (high & (int) HIGH_ONES) >>> 7;
        return (int) (((low & HIGH_ONES) >>> 7) * TOPS_TO_BYTE >>> 56)
                | (int) (highBits * TOPS_TO_BYTE >>> 56) << LOW_ENTRIES;
    }

    static boolean isTaken(long line, int index) {
        return RawMemory.getByte(line + index) != 0;
    }

    static int refAt(long line, int index) {
        return RawMemory.getInt(line + REFS + ((long) index << 2));
    }

    static void setRef(long line, int index, int ref) {
        RawMemory.putInt(line + REFS + ((long) index << 2), ref);
    }

    static void put(long line, int index, long hash, int ref) {
        RawMemory.putByte(line + index, (byte) (hash & 0x7f | 0x80));
        setRef(line, index, ref);
    }

    static void clear(long line, int index) {
        RawMemory.putByte(line + index, (byte) 0);
    }

    /** How many keys passed this group by; at most the entries of a segment. */
    static int passedBy(long line) {
        return RawMemory.getShort(line + PASSED_BY);
    }

    static void addPassedBy(long line, int change) {
        RawMemory.putShort(line + PASSED_BY, (short) (passedBy(line) + change));
    }
}
