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
    private static final int ONES = 0x01010101;
    private static final int TOPS = 0x80808080;

    private Group() {}

    /** A hash's tag in each of eight bytes. */
    static long pattern(long hash) {
        return (hash & 0x7f | 0x80) * LOW_ONES;
    }

    /**
     * Among the first eight entries, those whose tag is the pattern's: the top bit of their byte. The entry above a
     * match may show up falsely, but never an empty one.
     */
    static long matchesLow(long line, long pattern) {
        long difference = RawMemory.getLong(line) ^ pattern;
        return difference - LOW_ONES & ~difference & HIGH_ONES;
    }

    /** As {@link #matchesLow}, among the last four entries. */
    static int matchesHigh(long line, long pattern) {
        int difference = RawMemory.getInt(line + LOW_ENTRIES) ^ (int) pattern;
        return difference - ONES & ~difference & TOPS;
    }

    static int indexLow(long matches) {
        return Long.numberOfTrailingZeros(matches) >>> 3;
    }

    static int indexHigh(int matches) {
        return LOW_ENTRIES + (Integer.numberOfTrailingZeros(matches) >>> 3);
    }

    /** The first empty entry, or -1. */
    static int firstEmpty(long line) {
        long low = ~RawMemory.getLong(line) & HIGH_ONES;
        if (low != 0) {
            return indexLow(low);
        }
        int high = ~RawMemory.getInt(line + LOW_ENTRIES) & TOPS;
        return high != 0 ? indexHigh(high) : -1;
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
