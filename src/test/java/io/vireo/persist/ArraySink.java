package io.vireo.persist;

import java.io.ByteArrayOutputStream;

/** Keeps an RDB in memory. */
public final class ArraySink implements RdbSink {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public void write(byte[] bytes, int offset, int length) {
        out.write(bytes, offset, length);
    }

    @Override
    public long position() {
        return out.size();
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }
}
