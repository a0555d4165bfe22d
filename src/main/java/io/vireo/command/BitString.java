package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;

/** Bits of a string, numbered from the highest of its first byte on. Ranges end before their second number. */
final class BitString {
    private static final int BITS = Long.SIZE;

    private BitString() {}

    /** A bit, 0 behind the end. */
    static int bit(Bytes bytes, long offset) {
        long at = offset >> 3;
        return at >= bytes.length() ? 0 : bytes.at((int) at) >>> 7 - (int) (offset & 7) & 1;
    }

    /** Counts the bits that are set in a range, which lies within the string. */
    static long count(Bytes bytes, long from, long to) {
        long count = 0;
        long at = from;
        while (at < to && (at & 7) != 0) {
            count += bit(bytes, at++);
        }
        for (; to - at >= BITS; at += BITS) {
            count += Long.bitCount(RawMemory.getLong(bytes.address() + (at >> 3)));
        }
        for (; to - at >= 8; at += 8) {
            count += Integer.bitCount(bytes.at((int) (at >> 3)) & 0xff);
        }
        while (at < to) {
            count += bit(bytes, at++);
        }
        return count;
    }

    /** The first bit of a range, which lies within the string, that is set, or clear; -1 where there is none. */
    static long find(Bytes bytes, long from, long to, boolean set) {
        int wanted = set ? 1 : 0;
        long at = from;
        while (at < to && (at & 7) != 0) {
            if (bit(bytes, at) == wanted) {
                return at;
            }
            at++;
        }
        long without = set ? 0 : -1;
        while (to - at >= BITS && RawMemory.getLong(bytes.address() + (at >> 3)) == without) {
            at += BITS;
        }
        while (to - at >= 8 && bytes.at((int) (at >> 3)) == (byte) without) {
            at += 8;
        }
        for (; at < to; at++) {
            if (bit(bytes, at) == wanted) {
                return at;
            }
        }
        return -1;
    }

    /** A number of up to 64 bits at an offset, its highest bit first; bits behind the end are 0. */
    static long number(Bytes bytes, long offset, int bits) {
        long number = 0;
        for (int i = 0; i < bits; i++) {
            number = number << 1 | bit(bytes, offset + i);
        }
        return number;
    }
}
