package io.vireo.base;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes native memory by absolute address.
 *
 * <p>All access to the arena and to network buffers goes through this one class, on one static final segment that
 * covers the whole address space, so the compiler folds its bounds and lifetime checks away. Nothing here checks that
 * an address is valid: a wrong one ends the process. Callers that decode foreign bytes check bounds themselves;
 * the arena's checking mode finds the rest in tests. Multi-byte values are little-endian and need no alignment.
 */
public final class RawMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final boolean WATCHED = Boolean.getBoolean("vireo.memory.check");
    private static volatile Watch watch = (address, length) -> {};

    /** Hears of every access before it is made, and throws where it must not be. For tests. */
    public interface Watch {
        void onAccess(long address, long length);
    }

    private RawMemory() {}

    /** Sets who watches all accesses. Nobody is asked unless {@code vireo.memory.check} was set when the JVM started. */
    public static void watch(Watch newWatch) {
        watch = newWatch;
    }

    public static byte getByte(long address) {
        if (WATCHED) {
            watch.onAccess(address, Byte.BYTES);
        }
        return ALL.get(BYTE, address);
    }

    public static void putByte(long address, byte value) {
        if (WATCHED) {
            watch.onAccess(address, Byte.BYTES);
        }
        ALL.set(BYTE, address, value);
    }

    public static short getShort(long address) {
        if (WATCHED) {
            watch.onAccess(address, Short.BYTES);
        }
        return ALL.get(SHORT, address);
    }

    public static void putShort(long address, short value) {
        if (WATCHED) {
            watch.onAccess(address, Short.BYTES);
        }
        ALL.set(SHORT, address, value);
    }

    public static int getInt(long address) {
        if (WATCHED) {
            watch.onAccess(address, Integer.BYTES);
        }
        return ALL.get(INT, address);
    }

    public static void putInt(long address, int value) {
        if (WATCHED) {
            watch.onAccess(address, Integer.BYTES);
        }
        ALL.set(INT, address, value);
    }

    public static long getLong(long address) {
        if (WATCHED) {
            watch.onAccess(address, Long.BYTES);
        }
        return ALL.get(LONG, address);
    }

    public static void putLong(long address, long value) {
        if (WATCHED) {
            watch.onAccess(address, Long.BYTES);
        }
        ALL.set(LONG, address, value);
    }

    /** Copies {@code length} bytes; the ranges may overlap. */
    public static void copy(long from, long to, long length) {
        if (WATCHED) {
            watch.onAccess(from, length);
            watch.onAccess(to, length);
        }
        MemorySegment.copy(ALL, from, ALL, to, length);
    }

    /** Copies bytes of a heap array into native memory. */
    public static void copyIn(byte[] from, int fromIndex, long to, int length) {
        if (WATCHED) {
            watch.onAccess(to, length);
        }
        MemorySegment.copy(from, fromIndex, ALL, BYTE, to, length);
    }

    /** Copies native memory into a heap array. */
    public static void copyOut(long from, byte[] to, int toIndex, int length) {
        if (WATCHED) {
            watch.onAccess(from, length);
        }
        MemorySegment.copy(ALL, BYTE, from, to, toIndex, length);
    }

    public static void fill(long address, long length, byte value) {
        if (WATCHED) {
            watch.onAccess(address, length);
        }
        ALL.asSlice(address, length).fill(value);
    }

    /** Whether two ranges of {@code length} bytes hold the same bytes. */
    public static boolean equal(long a, long b, int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            if (getLong(a + i) != getLong(b + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (getByte(a + i) != getByte(b + i)) {
                return false;
            }
        }
        return true;
    }

    /** Orders two ranges as {@code memcmp} does, the shorter first where one begins with the other. */
    public static int compare(long a, int aLength, long b, int bLength) {
        int common = Math.min(aLength, bLength);
        int i = 0;
        for (; i <= common - Long.BYTES; i += Long.BYTES) {
            long x = getLong(a + i);
            long y = getLong(b + i);
            if (x != y) {
                return Long.compareUnsigned(Long.reverseBytes(x), Long.reverseBytes(y));
            }
        }
        for (; i < common; i++) {
            int difference = (getByte(a + i) & 0xff) - (getByte(b + i) & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(aLength, bLength);
    }

    /** The segment of a range, for calls that want one; it is valid only as long as the memory is. */
    public static MemorySegment segment(long address, long length) {
        if (WATCHED) {
            watch.onAccess(address, length);
        }
        return ALL.asSlice(address, length);
    }
}
