package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A walk over words that one of Redis's compact encodings holds, in an array. Whatever the bytes are, it ends, and never
 * looks outside of them: what is not sound is found when the walk comes to it.
 *
 * <p>One object may walk over many values, one after the other.
 */
@RunsOn(Loop.WORKER)
abstract sealed class EncodedWords permits EncodedWords.Listpack, EncodedWords.Ziplist, EncodedWords.Zipmap {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int END = 0xff;
    private static final int UNCOUNTED = 0xffff;

    /** The array, and where in it the words begin and end; the byte that ends the value lies at {@code end}. */
    byte[] array;

    int start;
    int at;
    int end;

    private int told;
    private int count;
    private boolean broken;
    private boolean isNumber;
    private long number;
    private int from;
    private int length;

    /** Begins a walk over a value. */
    final EncodedWords open(byte[] bytes, int offset, int size) {
        array = bytes;
        start = offset;
        end = offset + size - 1;
        count = 0;
        broken = false;
        int head = headBytes();
        if (size < head + 1 || byteAt(end) != END) {
            broken = true;
            at = end;
        } else {
            told = readHead(size);
            at = offset + head;
        }
        return this;
    }

    final EncodedWords open(RdbString value) {
        return open(value.array(), value.offset(), value.length());
    }

    /** Goes to the next word. Returns false at the end, and where the bytes are broken. */
    final boolean next() {
        if (broken || at == end) {
            broken |= told != UNCOUNTED && told != count || !isTrueToHead();
            return false;
        }
        count++;
        broken = !step();
        return !broken;
    }

    /** Whether the bytes are not what they should be; known for sure when {@link #next} has returned false. */
    final boolean isBroken() {
        return broken;
    }

    /** Whether the word is the decimal text of a number. */
    final boolean isNumber() {
        return isNumber;
    }

    final long number() {
        return number;
    }

    /** Points a view at the word. */
    final RdbString word(RdbString into) {
        if (isNumber) {
            into.number(number);
        } else {
            into.view(array, from, length);
        }
        return into;
    }

    /** Bytes of the text, of a word that is no number. */
    final int length() {
        return length;
    }

    /** Where the text begins in the array, of a word that is no number. */
    final int from() {
        return from;
    }

    /** Bytes in front of the first word. */
    abstract int headBytes();

    /** Reads them. Returns how many words are announced, or {@link #UNCOUNTED}. */
    abstract int readHead(int size);

    /** Reads the word at {@link #at} and moves behind it. Returns whether it is sound. */
    abstract boolean step();

    /** Whether what the head tells besides was so, asked at the end. */
    boolean isTrueToHead() {
        return true;
    }

    /** What the encoding is called in messages, behind the name of a type. */
    abstract String encoding();

    final void broken() {
        broken = true;
    }

    final int byteAt(int index) {
        return array[index] & 0xff;
    }

    final int shortAt(int index) {
        return (short) SHORT.get(array, index) & 0xffff;
    }

    final int intAt(int index) {
        return (int) INT.get(array, index);
    }

    final int bigEndianIntAt(int index) {
        return (int) INT_BE.get(array, index);
    }

    final long longAt(int index) {
        return (long) LONG.get(array, index);
    }

    final boolean isWithin(int index, long bytes) {
        return bytes >= 0 && bytes <= end - index;
    }

    final boolean text(int index, long bytes) {
        if (!isWithin(index, bytes)) {
            return false;
        }
        isNumber = false;
        from = index;
        length = (int) bytes;
        return true;
    }

    final boolean number(long value) {
        isNumber = true;
        number = value;
        return true;
    }

    /** Listpack, the layout of {@link io.vireo.value.PackedList}. */
    static final class Listpack extends EncodedWords {
        private static final int HEAD_BYTES = 6;

        @Override
        String encoding() {
            return "listpack";
        }

        @Override
        int headBytes() {
            return HEAD_BYTES;
        }

        @Override
        int readHead(int size) {
            if (intAt(start) != size) {
                broken();
            }
            return shortAt(start + Integer.BYTES);
        }

        @Override
        boolean step() {
            int head = byteAt(at);
            int headBytes = head == 0xf0 ? 5 : head >= 0xe0 && head < 0xf0 ? 2 : 1;
            int numberBytes = numberBytes(head);
            if (head > 0xf4 || !isWithin(at, headBytes) || !isWithin(at, headBytes + numberBytes)) {
                return false;
            }
            long content = headBytes + numberBytes;
            if (head < 0x80) {
                number(head);
            } else if (head < 0xc0) {
                content += head & 0x3f;
            } else if (head < 0xe0) {
                int bits = (head & 0x1f) << 8 | byteAt(at + 1);
                number(bits << 19 >> 19);
            } else if (head < 0xf0) {
                content += (head & 0x0f) << 8 | byteAt(at + 1);
            } else if (head == 0xf0) {
                content += intAt(at + 1) & 0xffff_ffffL;
            } else {
                number(wideNumber(head));
            }
            boolean isText = head >= 0x80 && head < 0xc0 || head >= 0xe0 && head <= 0xf0;
            if (!isWithin(at, content) || isText && !text(at + headBytes, content - headBytes)) {
                return false;
            }
            int lengthBytes = lengthBytes((int) content);
            int to = at + (int) content;
            if (!isWithin(to, lengthBytes)) {
                return false;
            }
            at = to + lengthBytes;
            return isLength(to, lengthBytes, (int) content);
        }

        /** Bytes of a number behind its head. */
        private static int numberBytes(int head) {
            return switch (head) {
                case 0xf1 -> 2;
                case 0xf2 -> 3;
                case 0xf3 -> 4;
                case 0xf4 -> 8;
                default -> head >= 0xc0 && head < 0xe0 ? 1 : 0;
            };
        }

        private long wideNumber(int head) {
            return switch (head) {
                case 0xf1 -> (short) shortAt(at + 1);
                case 0xf2 -> (shortAt(at + 1) | byteAt(at + 3) << 16) << 8 >> 8;
                case 0xf3 -> intAt(at + 1);
                default -> longAt(at + 1);
            };
        }

        private static int lengthBytes(int content) {
            // The limits are those of the format, which leaves one value out at each but the first.
            return content <= 127 ? 1 : content < 16383 ? 2 : content < 2097151 ? 3 : content < 268435455 ? 4 : 5;
        }

        /** Whether the length that is read backwards is this one. */
        private boolean isLength(int to, int lengthBytes, int content) {
            for (int i = 0; i < lengthBytes; i++) {
                int part = content >>> 7 * (lengthBytes - 1 - i) & 127;
                if (byteAt(to + i) != (i == 0 ? part : part | 128)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Ziplist, of Redis before 7.0:
     *
     * <pre>
     *   u32 bytes in all | u32 offset of the last entry | u16 entries, or 65535 | entry ... | 0xff
     *   entry: length of the one before it, u8 or 0xfe u32 | encoding | text
     * </pre>
     */
    static final class Ziplist extends EncodedWords {
        private static final int HEAD_BYTES = 10;
        private static final int WIDE = 0xfe;

        private int previous;
        private int lastEntry;
        private int toldLastEntry;

        @Override
        String encoding() {
            return "ziplist";
        }

        @Override
        boolean isTrueToHead() {
            return toldLastEntry == lastEntry - start;
        }

        @Override
        int headBytes() {
            return HEAD_BYTES;
        }

        @Override
        int readHead(int size) {
            previous = 0;
            lastEntry = start + HEAD_BYTES;
            toldLastEntry = intAt(start + Integer.BYTES);
            if (intAt(start) != size) {
                broken();
            }
            return shortAt(start + 2 * Integer.BYTES);
        }

        @Override
        boolean step() {
            int entry = at;
            lastEntry = entry;
            int lengthBytes = byteAt(at) == WIDE ? 5 : 1;
            if (!isWithin(at, lengthBytes + 1L)) {
                return false;
            }
            int before = lengthBytes == 1 ? byteAt(at) : intAt(at + 1);
            if (before != previous) {
                return false;
            }
            at += lengthBytes;
            boolean sound = byteAt(at) < 0xc0 ? stepText(byteAt(at)) : stepNumber(byteAt(at));
            previous = at - entry;
            return sound;
        }

        private boolean stepText(int head) {
            int headBytes = head < 0x40 ? 1 : head < 0x80 ? 2 : 5;
            if (!isWithin(at, headBytes)) {
                return false;
            }
            long length = headBytes == 1
                    ? head
                    : headBytes == 2 ? (head & 0x3f) << 8 | byteAt(at + 1) : bigEndianIntAt(at + 1) & 0xffff_ffffL;
            if (!text(at + headBytes, length)) {
                return false;
            }
            at += headBytes + (int) length;
            return true;
        }

        private boolean stepNumber(int head) {
            int bytes = switch (head) {
                case 0xc0 -> 2;
                case 0xd0 -> 4;
                case 0xe0 -> 8;
                case 0xf0 -> 3;
                case 0xfe -> 1;
                default -> 0;
            };
            if (bytes == 0 && (head < 0xf1 || head > 0xfd) || !isWithin(at, bytes + 1L)) {
                return false;
            }
            int from = at + 1;
            at = from + bytes;
            return switch (bytes) {
                case 0 -> number((head & 0x0f) - 1);
                case 1 -> number((byte) byteAt(from));
                case 2 -> number((short) shortAt(from));
                case 3 -> number((shortAt(from) | byteAt(from + 2) << 16) << 8 >> 8);
                case 4 -> number(intAt(from));
                default -> number(longAt(from));
            };
        }
    }

    /**
     * Zipmap, of Redis before 2.6: field, value, field, value.
     *
     * <pre>
     *   u8 entries, or 254 | entry ... | 0xff
     *   entry: length | field | length | u8 unused bytes | value | unused bytes
     * </pre>
     */
    static final class Zipmap extends EncodedWords {
        private static final int WIDE = 0xfe;

        private boolean isValue;

        @Override
        String encoding() {
            return "zipmap";
        }

        @Override
        int headBytes() {
            return 1;
        }

        @Override
        int readHead(int size) {
            isValue = false;
            int entries = byteAt(start);
            return entries >= WIDE ? UNCOUNTED : 2 * entries;
        }

        @Override
        boolean step() {
            int lengthBytes = byteAt(at) == WIDE ? 5 : 1;
            int headBytes = lengthBytes + (isValue ? 1 : 0);
            if (byteAt(at) > WIDE || !isWithin(at, headBytes)) {
                return false;
            }
            long length = lengthBytes == 1 ? byteAt(at) : intAt(at + 1) & 0xffff_ffffL;
            if (lengthBytes > 1 && length < WIDE) {
                return false; // which takes one byte
            }
            int unused = isValue ? byteAt(at + lengthBytes) : 0;
            if (!text(at + headBytes, length) || !isWithin(at, headBytes + length + unused)) {
                return false;
            }
            at += headBytes + (int) length + unused;
            isValue = !isValue;
            return true;
        }
    }
}
