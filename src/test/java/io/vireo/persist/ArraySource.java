package io.vireo.persist;

/** An RDB in an array, which comes in portions and may or may not say how much there is. */
public final class ArraySource implements RdbSource {
    private final byte[] bytes;
    private final int portion;
    private final boolean tellsSize;
    private int at;

    public ArraySource(byte[] bytes) {
        this(bytes, Integer.MAX_VALUE, true);
    }

    public ArraySource(byte[] bytes, int portion, boolean tellsSize) {
        this.bytes = bytes;
        this.portion = portion;
        this.tellsSize = tellsSize;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (at == bytes.length) {
            return -1;
        }
        int count = Math.min(portion, Math.min(length, bytes.length - at));
        System.arraycopy(bytes, at, into, offset, count);
        at += count;
        return count;
    }

    @Override
    public long remaining() {
        return tellsSize ? bytes.length - at : Long.MAX_VALUE;
    }
}
