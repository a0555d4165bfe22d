package io.vireo.persist;

import io.vireo.keyspace.SnapshotRecords;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds the records of a cut, as the keyspace would. */
public final class CutRecords {
    private ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    private ByteBuffer room(int size) {
        if (out.remaining() < size) {
            int larger = Math.max(2 * out.capacity(), out.position() + size);
            ByteBuffer grown = ByteBuffer.allocate(larger).order(ByteOrder.LITTLE_ENDIAN);
            out = grown.put(out.flip());
        }
        return out;
    }

    public static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    public CutRecords select(int database, long keys, long expiring) {
        room(SnapshotRecords.SELECT_SIZE)
                .put(SnapshotRecords.SELECT)
                .putInt(database)
                .putLong(keys)
                .putLong(expiring);
        return this;
    }

    public CutRecords string(String key, String value, long expireAtMs) {
        head(SnapshotRecords.STRING, SnapshotRecords.RAW, key, expireAtMs);
        room(4 + value.length()).putInt(value.length()).put(bytes(value));
        return this;
    }

    public CutRecords number(String key, long value, long expireAtMs) {
        head(SnapshotRecords.STRING, SnapshotRecords.INT64, key, expireAtMs);
        room(8).putLong(value);
        return this;
    }

    public CutRecords longString(String key, long expireAtMs, int valueLength) {
        head(SnapshotRecords.LONG_STRING, SnapshotRecords.RAW, key, expireAtMs);
        room(4).putInt(valueLength);
        return this;
    }

    public CutRecords piece(String bytes) {
        room(5 + bytes.length())
                .put(SnapshotRecords.PIECE)
                .putInt(bytes.length())
                .put(bytes(bytes));
        return this;
    }

    private void head(byte op, byte kind, String key, long expireAtMs) {
        room(SnapshotRecords.HEAD_SIZE + key.length())
                .put(op)
                .put(kind)
                .putLong(expireAtMs)
                .putInt(key.length())
                .put(bytes(key));
    }

    public CutRecords end() {
        room(1).put(SnapshotRecords.END);
        return this;
    }

    /** What was built since the last call. */
    public byte[] chunk() {
        byte[] chunk = Arrays.copyOf(out.array(), out.position());
        out.clear();
        return chunk;
    }
}
