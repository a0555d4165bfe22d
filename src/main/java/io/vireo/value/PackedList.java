package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;

/**
 * Strings and numbers one behind the other in one range of memory, in the layout of Redis's listpack, byte for byte:
 *
 * <pre>
 *   i32 bytes in all | u16 elements, or 65535 for "count them" | element ... | 0xff
 *   element: head and content | length of head and content, to be read backwards
 *
 *   0xxxxxxx            number 0..127          11110001 i16   1110xxxx u8   string of up to 4,095 bytes
 *   110xxxxx u8         number of 13 bits      11110010 i24   11110000 i32  string of any length
 *   10xxxxxx            string of up to 63     11110011 i32
 *                                              11110100 i64
 * </pre>
 *
 * <p>A view: pointed at a list, good until the memory changes under it. An element is named by its offset from the list's
 * first byte, which outlives a move of the list, but not a change in front of it. A string that is the canonical text of
 * a 64-bit number is kept as a number. Words given to a change must not lie in the list itself.
 */
@RunsOn(Loop.KEYSPACE)
public final class PackedList {
    /** Length of a list without elements. */
    public static final int EMPTY_BYTES = 7;

    /** No element. */
    public static final int NONE = -1;

    private static final int HEAD_BYTES = 6;
    private static final int COUNT_AT = 4;
    private static final int UNCOUNTED = 0xffff;
    private static final int END = 0xff;

    private final StringValue probe = new StringValue();

    private BlobRoom room;
    private long base;

    /** Writes a list without elements. */
    public static void writeEmpty(long address) {
        RawMemory.putInt(address, EMPTY_BYTES);
        RawMemory.putShort(address + COUNT_AT, (short) 0);
        RawMemory.putByte(address + HEAD_BYTES, (byte) END);
    }

    /** Points this view at a list that it may change. */
    public PackedList pointAt(BlobRoom newRoom) {
        room = newRoom;
        base = newRoom.address();
        return this;
    }

    /** Points this view at a list that is only read. */
    public PackedList pointAt(long address) {
        room = null;
        base = address;
        return this;
    }

    /** Length of the whole list in bytes. */
    public int bytes() {
        return RawMemory.getInt(base);
    }

    public long address() {
        return base;
    }

    /** How many elements there are. Takes a walk where there are 65,535 or more. */
    public int count() {
        int count = RawMemory.getShort(base + COUNT_AT) & 0xffff;
        if (count != UNCOUNTED) {
            return count;
        }
        count = 0;
        for (int at = first(); at != NONE; at = next(at)) {
            count++;
        }
        return count;
    }

    public boolean isEmpty() {
        return first() == NONE;
    }

    // Walking.

    /** The first element, or {@link #NONE}. */
    public int first() {
        return elementAt(HEAD_BYTES);
    }

    /** The element behind one, or {@link #NONE}. */
    public int next(int at) {
        return elementAt(at + size(at));
    }

    private int elementAt(int at) {
        return head(at) == END ? NONE : at;
    }

    /** The last element, or {@link #NONE}. */
    public int last() {
        return previous(bytes() - 1);
    }

    /** The offset behind the last element: where an insertion puts a new last one. */
    public int end() {
        return bytes() - 1;
    }

    /** The element in front of one, or in front of {@link #end}; or {@link #NONE}. */
    public int previous(int at) {
        if (at == HEAD_BYTES) {
            return NONE;
        }
        long from = base + at - 1;
        int length = 0;
        for (int shift = 0; ; shift += 7, from--) {
            int part = RawMemory.getByte(from);
            length |= (part & 127) << shift;
            if (part >= 0) {
                return at - length - lengthBytes(length);
            }
        }
    }

    /** The element of an index, counted from the end where it is negative; or {@link #NONE}. */
    public int seek(long index) {
        int known = RawMemory.getShort(base + COUNT_AT) & 0xffff;
        if (known != UNCOUNTED && (index >= known || index < -known)) {
            return NONE;
        }
        boolean backwards = index < 0;
        long left = backwards ? -index - 1 : index;
        if (known != UNCOUNTED && left > known / 2) {
            backwards = !backwards;
            left = known - 1 - left;
        }
        int at = backwards ? last() : first();
        for (; left > 0 && at != NONE; left--) {
            at = backwards ? previous(at) : next(at);
        }
        return at;
    }

    private int head(int at) {
        return RawMemory.getByte(base + at) & 0xff;
    }

    /** Bytes of an element with the length behind it. */
    private int size(int at) {
        int length = contentEnd(at);
        return length + lengthBytes(length);
    }

    /** Bytes of an element's head and content. */
    private int contentEnd(int at) {
        int head = head(at);
        if (head < 0x80) {
            return 1;
        }
        if (head < 0xc0) {
            return 1 + (head & 0x3f);
        }
        if (head < 0xe0) {
            return 2;
        }
        if (head < 0xf0) {
            return 2 + ((head & 0x0f) << 8 | RawMemory.getByte(base + at + 1) & 0xff);
        }
        return switch (head) {
            case 0xf0 -> 5 + RawMemory.getInt(base + at + 1);
            case 0xf1 -> 3;
            case 0xf2 -> 4;
            case 0xf3 -> 5;
            default -> 9;
        };
    }

    private static int lengthBytes(int length) {
        // The limits are those of the format, which leaves one value out at each.
        if (length <= 127) {
            return 1;
        }
        return length < 16383 ? 2 : length < 2097151 ? 3 : length < 268435455 ? 4 : 5;
    }

    // Reading.

    public boolean isNumber(int at) {
        int head = head(at);
        return head < 0x80 || head >= 0xc0 && head < 0xe0 || head > 0xf0;
    }

    /** The number of an element that is one. */
    public long numberAt(int at) {
        int head = head(at);
        if (head < 0x80) {
            return head;
        }
        long from = base + at + 1;
        if (head < 0xe0) {
            int bits = (head & 0x1f) << 8 | RawMemory.getByte(from) & 0xff;
            return (long) bits << 51 >> 51;
        }
        return switch (head) {
            case 0xf1 -> RawMemory.getShort(from);
            case 0xf2 -> (RawMemory.getShort(from) & 0xffff) | RawMemory.getByte(from + 2) << 16;
            case 0xf3 -> RawMemory.getInt(from);
            default -> RawMemory.getLong(from);
        };
    }

    /** Points a view at an element. It is good until the list changes or moves. */
    public StringValue at(int at, StringValue into) {
        if (isNumber(at)) {
            return into.setNumber(numberAt(at));
        }
        int head = head(at);
        if (head < 0xc0) {
            return into.pointAt(base + at + 1, head & 0x3f);
        }
        int skip = head == 0xf0 ? 5 : 2;
        return into.pointAt(base + at + skip, contentEnd(at) - skip);
    }

    /** Whether an element is this word. */
    public boolean isAt(int at, Bytes word) {
        if (isNumber(at)) {
            return Decimal.isLong(word) && Decimal.toLong(word) == numberAt(at);
        }
        return at(at, probe).bytes().contentEquals(word);
    }

    /**
     * Looks for a word among every {@code step}th element from one on.
     *
     * @return where it is, or {@link #NONE}
     */
    public int find(int from, Bytes word, int step) {
        boolean number = Decimal.isLong(word);
        long value = number ? Decimal.toLong(word) : 0;
        int at = from;
        while (at != NONE) {
            boolean same = isNumber(at)
                    ? number && numberAt(at) == value
                    : !number && at(at, probe).bytes().contentEquals(word);
            if (same) {
                return at;
            }
            for (int i = 0; i < step && at != NONE; i++) {
                at = next(at);
            }
        }
        return NONE;
    }

    // Changing.

    /** Bytes that an element of this word would take. */
    public static int sizeOf(Bytes word) {
        return Decimal.isLong(word) ? sizeOf(Decimal.toLong(word)) : sizeOfText(word.length());
    }

    /** Bytes that a number would take. */
    public static int sizeOf(long number) {
        int length = numberBytes(number);
        return length + lengthBytes(length);
    }

    private static int sizeOfText(int textLength) {
        int length = textBytes(textLength);
        return length + lengthBytes(length);
    }

    private static int numberBytes(long number) {
        if (number >= 0 && number <= 127) {
            return 1;
        }
        if (number >= -4096 && number <= 4095) {
            return 2;
        }
        if (number == (short) number) {
            return 3;
        }
        if (number >= -(1 << 23) && number < 1 << 23) {
            return 4;
        }
        return number == (int) number ? 5 : 9;
    }

    private static int textBytes(int length) {
        return Math.addExact(length, length < 64 ? 1 : length < 4096 ? 2 : 5);
    }

    /** Puts a word in front of an element, or in front of {@link #end}. Returns where it lies. */
    public int insert(int at, Bytes word) {
        if (Decimal.isLong(word)) {
            return insert(at, Decimal.toLong(word));
        }
        open(at, 0, sizeOfText(word.length()), 1);
        writeText(at, word);
        return at;
    }

    /** Puts a number in front of an element, or in front of {@link #end}. Returns where it lies. */
    public int insert(int at, long number) {
        open(at, 0, sizeOf(number), 1);
        writeNumber(at, number);
        return at;
    }

    /** Puts a word behind the last element. Returns where it lies. */
    public int append(Bytes word) {
        return insert(end(), word);
    }

    /** Puts a number behind the last element. Returns where it lies. */
    public int append(long number) {
        return insert(end(), number);
    }

    /** Puts a word in front of the first element. */
    public void prepend(Bytes word) {
        insert(HEAD_BYTES, word);
    }

    /** Puts a word in the place of an element. */
    public void replace(int at, Bytes word) {
        if (Decimal.isLong(word)) {
            replace(at, Decimal.toLong(word));
        } else {
            open(at, size(at), sizeOfText(word.length()), 0);
            writeText(at, word);
        }
    }

    /** Puts a number in the place of an element. */
    public void replace(int at, long number) {
        open(at, size(at), sizeOf(number), 0);
        writeNumber(at, number);
    }

    /** Takes an element out. Returns the one that was behind it, or {@link #NONE}. */
    public int remove(int at) {
        return remove(at, 1);
    }

    /** Takes so many elements out, or all from one on. Returns the one that was behind them, or {@link #NONE}. */
    public int remove(int at, int howMany) {
        int removed = 0;
        int behind = at;
        while (removed < howMany && head(behind) != END) {
            behind += size(behind);
            removed++;
        }
        if (removed > 0) {
            open(at, behind - at, 0, -removed);
        }
        return elementAt(at);
    }

    /** Makes room for {@code wanted} bytes where {@code had} bytes are, and counts elements. */
    private void open(int at, int had, int wanted, int more) {
        int bytes = bytes();
        int newBytes = Math.addExact(bytes, wanted - had);
        int behind = at + had;
        if (wanted > had) {
            base = room.resize(newBytes);
        }
        if (wanted != had) {
            RawMemory.copy(base + behind, base + at + wanted, bytes - behind);
            RawMemory.putInt(base, newBytes);
        }
        if (wanted < had) {
            base = room.resize(newBytes);
        }
        int count = RawMemory.getShort(base + COUNT_AT) & 0xffff;
        if (more != 0 && count != UNCOUNTED) {
            RawMemory.putShort(base + COUNT_AT, (short) Math.min(UNCOUNTED, count + more));
        }
    }

    private void writeText(int at, Bytes word) {
        int length = word.length();
        long to = base + at;
        if (length < 64) {
            RawMemory.putByte(to++, (byte) (0x80 | length));
        } else if (length < 4096) {
            RawMemory.putByte(to++, (byte) (0xe0 | length >>> 8));
            RawMemory.putByte(to++, (byte) length);
        } else {
            RawMemory.putByte(to++, (byte) 0xf0);
            RawMemory.putInt(to, length);
            to += Integer.BYTES;
        }
        RawMemory.copy(word.address(), to, length);
        writeLength(to + length, textBytes(length));
    }

    private void writeNumber(int at, long number) {
        int bytes = numberBytes(number);
        long to = base + at;
        switch (bytes) {
            case 1 -> RawMemory.putByte(to, (byte) number);
            case 2 -> {
                RawMemory.putByte(to, (byte) (0xc0 | number >>> 8 & 0x1f));
                RawMemory.putByte(to + 1, (byte) number);
            }
            case 3 -> {
                RawMemory.putByte(to, (byte) 0xf1);
                RawMemory.putShort(to + 1, (short) number);
            }
            case 4 -> {
                RawMemory.putByte(to, (byte) 0xf2);
                RawMemory.putShort(to + 1, (short) number);
                RawMemory.putByte(to + 3, (byte) (number >> 16));
            }
            case 5 -> {
                RawMemory.putByte(to, (byte) 0xf3);
                RawMemory.putInt(to + 1, (int) number);
            }
            default -> {
                RawMemory.putByte(to, (byte) 0xf4);
                RawMemory.putLong(to + 1, number);
            }
        }
        writeLength(to + bytes, bytes);
    }

    private static void writeLength(long to, int length) {
        int bytes = lengthBytes(length);
        for (int i = bytes - 1; i >= 0; i--, to++) {
            int part = length >>> 7 * i & 127;
            RawMemory.putByte(to, (byte) (i == bytes - 1 ? part : part | 128));
        }
    }

    /**
     * Whether foreign bytes are a list that can be walked both ways without leaving them.
     *
     * @param everyElement whether each element is looked at, or only the frame around them
     */
    public static boolean isSound(long address, int length, boolean everyElement) {
        if (length < EMPTY_BYTES
                || RawMemory.getInt(address) != length
                || (RawMemory.getByte(address + length - 1) & 0xff) != END) {
            return false;
        }
        if (!everyElement) {
            return true;
        }
        PackedList list = new PackedList().pointAt(address);
        int at = HEAD_BYTES;
        int previous = NONE;
        int count = 0;
        while (at < length - 1) {
            if (!list.isSoundElement(at, length) || count > 0 && list.previous(at) != previous) {
                return false;
            }
            previous = at;
            at += list.size(at);
            count++;
        }
        int told = RawMemory.getShort(address + COUNT_AT) & 0xffff;
        return at == length - 1 && (told == UNCOUNTED || told == count);
    }

    /** Whether an element lies wholly before the end of the list, with the right length behind it. */
    private boolean isSoundElement(int at, int length) {
        int head = head(at);
        int headBytes = head == 0xf0 ? 5 : head >= 0xe0 && head < 0xf0 ? 2 : 1;
        if (head > 0xf4 || at + headBytes > length - 1) {
            return false;
        }
        long content = head == 0xf0 ? 5L + RawMemory.getInt(base + at + 1) : contentEnd(at);
        if (content < headBytes || at + content > length - 1L) {
            return false;
        }
        int lengthBytes = lengthBytes((int) content);
        if (at + content + lengthBytes > length - 1L) {
            return false;
        }
        long to = base + at + content;
        for (int i = lengthBytes - 1; i >= 0; i--, to++) {
            int part = (int) content >>> 7 * i & 127;
            if (RawMemory.getByte(to) != (byte) (i == lengthBytes - 1 ? part : part | 128)) {
                return false;
            }
        }
        return true;
    }

    /** The room in which this list lies, for whoever puts something else there. */
    public BlobRoom room() {
        Invariant.check(room != null, "a list that is only read is not changed");
        return room;
    }
}
