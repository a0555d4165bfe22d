package io.vireo.value;

/** Takes the content of a value as one sequence of bytes; numbers are little-endian. */
public interface ContentSink {
    void putInt(int number);

    void putLong(long number);

    void putBytes(long address, int length);

    void putBytes(byte[] bytes, int from, int length);
}
