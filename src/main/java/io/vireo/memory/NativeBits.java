package io.vireo.memory;

import io.vireo.base.RawMemory;

/** A bit set in native memory that somebody else owns; its zeroed words cost nothing until a bit is set. */
record NativeBits(long address) {
    static final int WORD_BITS = 64;

    static long bytesFor(long bits) {
        return (bits + WORD_BITS - 1) / WORD_BITS * Long.BYTES;
    }

    long word(long index) {
        return RawMemory.getLong(address + index * Long.BYTES);
    }

    void setWord(long index, long bits) {
        RawMemory.putLong(address + index * Long.BYTES, bits);
    }

    boolean get(long bit) {
        return (word(bit >>> 6) >>> bit & 1) != 0;
    }

    /** Sets the bits from {@code first} to before {@code end}. Returns how many were clear. */
    long set(long first, long end) {
        long changed = 0;
        for (long bit = first; bit < end; bit = (bit | WORD_BITS - 1) + 1) {
            long word = word(bit >>> 6);
            long mask = mask(bit, end);
            changed += Long.bitCount(mask & ~word);
            setWord(bit >>> 6, word | mask);
        }
        return changed;
    }

    void clear(long first, long end) {
        for (long bit = first; bit < end; bit = (bit | WORD_BITS - 1) + 1) {
            setWord(bit >>> 6, word(bit >>> 6) & ~mask(bit, end));
        }
    }

    boolean allSet(long first, long end) {
        for (long bit = first; bit < end; bit = (bit | WORD_BITS - 1) + 1) {
            if ((mask(bit, end) & ~word(bit >>> 6)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The bits of one word that lie from {@code bit} to before {@code end}. */
    private static long mask(long bit, long end) {
        long mask = -1L << bit;
        return end - (bit & -WORD_BITS) < WORD_BITS ? mask & ~(-1L << end) : mask;
    }
}
