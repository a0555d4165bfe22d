package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes the records of a cut into chunks and hands full chunks to the sink. Layout: {@link SnapshotRecords}. */
@RunsOn(Loop.KEYSPACE)
final class CutChunks {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int NO_DB = -1;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final CutSink sink;
    private final long[] keys;
    private final long[] expiring;
    private byte[] chunk;
    private int used;
    private int selected = NO_DB;

    /**
     * @param keys how many keys each database had at the cut
     * @param expiring how many of them had an expiry
     */
    CutChunks(CutSink sink, long[] keys, long[] expiring) {
        this.sink = sink;
        this.keys = keys;
        this.expiring = expiring;
        this.chunk = sink.fresh(CHUNK_BYTES);
    }

    /** Writes an entry whose value is not outlined. Returns the bytes it took. */
    int entry(int db, long blob) {
        int keyLength = Entry.keyLength(blob);
        int payloadLength = Entry.payloadLength(blob);
        select(db);
        int size = SnapshotRecords.HEAD_SIZE + keyLength + Integer.BYTES + Math.max(payloadLength, Long.BYTES);
        room(size);
        int before = used;
        boolean number = Entry.encoding(blob) == Entry.INT;
        putByte(SnapshotRecords.STRING);
        putByte(number ? SnapshotRecords.INT64 : SnapshotRecords.RAW);
        putLong(Entry.expireAtMs(blob));
        putInt(keyLength);
        putBytes(Entry.keyAddress(blob), keyLength);
        if (!number) {
            putInt(payloadLength);
        }
        putBytes(Entry.payloadAddress(blob), payloadLength);
        return used - before;
    }

    /** Writes what comes before the pieces of a large value. */
    void longHead(HeldValue value) {
        select(value.db);
        room(SnapshotRecords.HEAD_SIZE + value.key.length + Integer.BYTES);
        putByte(SnapshotRecords.LONG_STRING);
        putByte(SnapshotRecords.RAW);
        putLong(value.expireAtMs);
        putInt(value.key.length);
        System.arraycopy(value.key, 0, chunk, used, value.key.length);
        used += value.key.length;
        putInt(value.length);
        value.headWritten = true;
    }

    /** Writes the next piece of a large value whose bytes lie at an address. */
    void piece(HeldValue value, long address) {
        int length = value.nextLength();
        room(SnapshotRecords.PIECE_HEAD_SIZE + length);
        putByte(SnapshotRecords.PIECE);
        putInt(length);
        value.copyNext(address, chunk, used);
        used += length;
    }

    /** Writes the end and hands over what there is. */
    void end() {
        room(1);
        putByte(SnapshotRecords.END);
        sink.chunk(chunk, used);
        chunk = null;
        sink.finished();
    }

    /** Hands over what there is, so that other chunks may come between. */
    void handOver() {
        if (used > 0) {
            sink.chunk(chunk, used);
            chunk = sink.fresh(CHUNK_BYTES);
            used = 0;
        }
        selected = NO_DB;
    }

    private void select(int db) {
        if (db == selected) {
            return;
        }
        room(SnapshotRecords.SELECT_SIZE);
        putByte(SnapshotRecords.SELECT);
        putInt(db);
        putLong(keys[db]);
        putLong(expiring[db]);
        selected = db;
    }

    private void room(int bytes) {
        if (chunk.length - used >= bytes) {
            return;
        }
        if (used > 0) {
            sink.chunk(chunk, used);
            chunk = sink.fresh(Math.max(CHUNK_BYTES, bytes));
            used = 0;
        } else {
            chunk = sink.fresh(bytes);
        }
    }

    private void putByte(byte value) {
        chunk[used++] = value;
    }

    private void putInt(int value) {
        INT.set(chunk, used, value);
        used += Integer.BYTES;
    }

    private void putLong(long value) {
        LONG.set(chunk, used, value);
        used += Long.BYTES;
    }

    private void putBytes(long address, int length) {
        RawMemory.copyOut(address, chunk, used, length);
        used += length;
    }
}
