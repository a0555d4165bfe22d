package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A string just read from an RDB: a view that is valid until the visitor returns.
 *
 * <p>It lies in the reader's buffer or in an array of its own, whichever saved a copy.
 */
@RunsOn(Loop.WORKER)
public final class RdbString {
    private static final int SHOWN_AT_MOST = 128;

    private byte[] own = new byte[64];
    private byte[] array = own;
    private int offset;
    private int length;

    RdbString() {}

    void view(byte[] newArray, int newOffset, int newLength) {
        this.array = newArray;
        this.offset = newOffset;
        this.length = newLength;
    }

    /** An array of its own with room for so many bytes, keeping the first {@code kept} bytes that were in it. */
    byte[] own(int room, int kept) {
        if (own.length < room) {
            byte[] larger = new byte[Math.max(room, Math.min(2 * own.length, 64 << 10))];
            System.arraycopy(own, 0, larger, 0, kept);
            own = larger;
        }
        return own;
    }

    void viewOwn(int newLength) {
        view(own, 0, newLength);
    }

    /** Takes the decimal text of a number, without leaving anything to be collected. */
    void number(long value) {
        byte[] text = own(20, 0);
        int first = 20;
        long rest = value;
        do {
            text[--first] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            text[--first] = '-';
        }
        view(text, first, 20 - first);
    }

    public byte[] array() {
        return array;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public byte[] toArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** The bytes as text; what is not UTF-8 becomes the replacement character. */
    public String text() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    /** The bytes one to one as characters, to be told apart from others. */
    static String latin(RdbString text) {
        return new String(text.array, text.offset, text.length, StandardCharsets.ISO_8859_1);
    }

    /** The bytes as they may stand in a log line: escaped, and cut short where they are many. */
    public String shown() {
        return shown(array, offset, length);
    }

    static String shown(byte[] bytes, int offset, int length) {
        StringBuilder text = new StringBuilder("'");
        for (int i = offset; i < offset + Math.min(length, SHOWN_AT_MOST); i++) {
            int b = bytes[i] & 0xff;
            if (b < ' ' || b >= 0x7f || b == '\'' || b == '\\') {
                text.append(String.format("\\x%02x", b));
            } else {
                text.append((char) b);
            }
        }
        return text.append(length > SHOWN_AT_MOST ? "…'" : "'").toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
