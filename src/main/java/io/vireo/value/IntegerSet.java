package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;

/**
 * Numbers in ascending order, each of the same width, in the layout of Redis's intset, byte for byte:
 *
 * <pre>
 *   u32 width: 2, 4 or 8 | u32 count | number ...
 * </pre>
 *
 * <p>A view as {@link PackedList} is one.
 */
@RunsOn(Loop.KEYSPACE)
public final class IntegerSet {
    /** Length of a set without numbers. */
    public static final int EMPTY_BYTES = 8;

    private static final int COUNT_AT = 4;

    private BlobRoom room;
    private long base;

    /** Writes a set without numbers. */
    public static void writeEmpty(long address) {
        RawMemory.putInt(address, Short.BYTES);
        RawMemory.putInt(address + COUNT_AT, 0);
    }

    /** Points this view at a set that it may change. */
    public IntegerSet pointAt(BlobRoom newRoom) {
        room = newRoom;
        base = newRoom.address();
        return this;
    }

    /** Points this view at a set that is only read. */
    public IntegerSet pointAt(long address) {
        room = null;
        base = address;
        return this;
    }

    public int count() {
        return RawMemory.getInt(base + COUNT_AT);
    }

    private int width() {
        return RawMemory.getInt(base);
    }

    public long address() {
        return base;
    }

    public int bytes() {
        return EMPTY_BYTES + width() * count();
    }

    /** The number of an index, from 0 to below {@link #count}. */
    public long at(int index) {
        return at(index, width());
    }

    private long at(int index, int width) {
        long from = base + EMPTY_BYTES + (long) index * width;
        return switch (width) {
            case Short.BYTES -> RawMemory.getShort(from);
            case Integer.BYTES -> RawMemory.getInt(from);
            default -> RawMemory.getLong(from);
        };
    }

    private void set(int index, long number, int width) {
        long to = base + EMPTY_BYTES + (long) index * width;
        switch (width) {
            case Short.BYTES -> RawMemory.putShort(to, (short) number);
            case Integer.BYTES -> RawMemory.putInt(to, (int) number);
            default -> RawMemory.putLong(to, number);
        }
    }

    private static int widthOf(long number) {
        return number == (short) number ? Short.BYTES : number == (int) number ? Integer.BYTES : Long.BYTES;
    }

    public boolean contains(long number) {
        return indexOf(number) >= 0;
    }

    /** The index of a number, or {@code -1 - where} it would be. */
    private int indexOf(long number) {
        int width = width();
        int low = 0;
        int high = count() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long there = at(middle, width);
            if (there < number) {
                low = middle + 1;
            } else if (there > number) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -1 - low;
    }

    /** Adds a number. Returns whether it was new. */
    public boolean add(long number) {
        int index = indexOf(number);
        if (index >= 0) {
            return false;
        }
        int at = -1 - index;
        int count = count();
        int width = width();
        int newWidth = Math.max(width, widthOf(number));
        base = room.resize(Math.addExact(EMPTY_BYTES, Math.multiplyExact(newWidth, count + 1)));
        if (newWidth != width) {
            for (int i = count - 1; i >= 0; i--) {
                set(i < at ? i : i + 1, at(i, width), newWidth);
            }
            RawMemory.putInt(base, newWidth);
        } else {
            long from = base + EMPTY_BYTES + (long) at * width;
            RawMemory.copy(from, from + width, (long) (count - at) * width);
        }
        set(at, number, newWidth);
        RawMemory.putInt(base + COUNT_AT, count + 1);
        return true;
    }

    /** Takes a number out. Returns whether it was there. */
    public boolean remove(long number) {
        int at = indexOf(number);
        if (at < 0) {
            return false;
        }
        int count = count();
        int width = width();
        long to = base + EMPTY_BYTES + (long) at * width;
        RawMemory.copy(to + width, to, (long) (count - at - 1) * width);
        RawMemory.putInt(base + COUNT_AT, count - 1);
        base = room.resize(EMPTY_BYTES + width * (count - 1));
        return true;
    }

    /** Whether foreign bytes are such a set: of a known width, of the length its count tells, ascending. */
    public static boolean isSound(long address, int length, boolean everyNumber) {
        if (length < EMPTY_BYTES) {
            return false;
        }
        int width = RawMemory.getInt(address);
        long count = RawMemory.getInt(address + COUNT_AT) & 0xffff_ffffL;
        if (width != Short.BYTES && width != Integer.BYTES && width != Long.BYTES
                || EMPTY_BYTES + count * width != length) {
            return false;
        }
        IntegerSet set = new IntegerSet().pointAt(address);
        for (int i = 1; everyNumber && i < count; i++) {
            if (set.at(i - 1, width) >= set.at(i, width)) {
                return false;
            }
        }
        return true;
    }
}
