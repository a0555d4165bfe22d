package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.nio.charset.StandardCharsets;

/** Words of commands as RESP writes them, in an array of fixed length: who puts one asks before whether it fits. */
@RunsOn(Loop.WORKER)
final class CommandWords {
    /** A type, a length of 64 bits, and two line ends. */
    private static final int AROUND_A_WORD = 1 + 19 + 2 + 2;

    private final byte[] array;
    private int length;

    CommandWords(int capacity) {
        this.array = new byte[capacity];
    }

    byte[] array() {
        return array;
    }

    int length() {
        return length;
    }

    int room() {
        return array.length - length;
    }

    /** The most that a word of so many bytes takes. */
    static long bytesOf(long wordBytes) {
        return wordBytes + AROUND_A_WORD;
    }

    /** Whether there is room for a word of so many bytes. */
    boolean fits(long wordBytes) {
        return bytesOf(wordBytes) <= room();
    }

    void clear() {
        length = 0;
    }

    void word(byte[] bytes, int offset, int count) {
        head('$', count);
        put(bytes, offset, count);
        endLine();
    }

    /** The line that tells how much follows. */
    void head(char type, long count) {
        array[length++] = (byte) type;
        byte[] digits = Long.toString(count).getBytes(StandardCharsets.US_ASCII);
        put(digits, 0, digits.length);
        endLine();
    }

    void put(byte[] bytes, int offset, int count) {
        System.arraycopy(bytes, offset, array, length, count);
        length += count;
    }

    void endLine() {
        array[length++] = '\r';
        array[length++] = '\n';
    }
}
