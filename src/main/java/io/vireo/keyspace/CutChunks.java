package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.value.ContentSink;
import io.vireo.value.HeldContent;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes the records of a cut into chunks and hands full chunks to the sink. Layout: {@link SnapshotRecords}. */
@RunsOn(Loop.KEYSPACE)
final class CutChunks implements ContentSink {
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int NO_DB = -1;
    private static final int NO_PIECE = -1;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final CutSink sink;
    private final long[] keys;
    private final long[] expiring;
    private byte[] chunk;
    private int used;
    private int selected = NO_DB;
    private int pieceAt = NO_PIECE;

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

    /** Tells of the use of the entry that comes next, by its access bits. */
    void access(AccessNote note, int access) {
        if (note.isMade()) {
            room(SnapshotRecords.ACCESS_SIZE);
            putByte(SnapshotRecords.ACCESS);
            putByte(note.kind());
            writeInt(note.number(access));
        }
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
        writeLong(Entry.expireAtMs(blob));
        writeInt(keyLength);
        writeBytes(Entry.keyAddress(blob), keyLength);
        if (!number) {
            writeInt(payloadLength);
        }
        writeBytes(Entry.payloadAddress(blob), payloadLength);
        return used - before;
    }

    /** Writes a collection whose packed bytes lie at an address. Returns the bytes it took. */
    int packed(int db, long blob, long address) {
        int keyLength = Entry.keyLength(blob);
        int length = Entry.valueLength(blob);
        select(db);
        int size = SnapshotRecords.HEAD_SIZE + keyLength + Integer.BYTES + length;
        room(size);
        boolean marked = (Entry.flags(blob) & Entry.MARKED) != 0;
        putByte(SnapshotRecords.PACKED);
        putByte((byte) (Entry.type(blob) | (marked ? SnapshotRecords.MARKED : 0)));
        writeLong(Entry.expireAtMs(blob));
        writeInt(keyLength);
        writeBytes(Entry.keyAddress(blob), keyLength);
        writeInt(length);
        writeBytes(address, length);
        return size;
    }

    /** Writes what comes before the pieces of a large collection. */
    void largeHead(HeldCollection collection) {
        select(collection.db);
        room(SnapshotRecords.HEAD_SIZE + collection.key.length + Long.BYTES);
        putByte(SnapshotRecords.LARGE);
        putByte((byte) collection.type);
        writeLong(collection.expireAtMs);
        writeInt(collection.key.length);
        System.arraycopy(collection.key, 0, chunk, used, collection.key.length);
        used += collection.key.length;
        writeLong(collection.content.size());
    }

    /** Writes the next part of a large collection, as pieces. Returns whether there is more. */
    boolean part(HeldContent content) {
        beginPiece();
        boolean more = content.writeNext(this);
        endPiece();
        if (!more) {
            beginPiece();
            pieceAt = NO_PIECE; // it stays empty: the end
        }
        return more;
    }

    private void beginPiece() {
        room(SnapshotRecords.PIECE_HEAD_SIZE + Long.BYTES);
        pieceAt = used;
        putByte(SnapshotRecords.PIECE);
        writeInt(0);
    }

    /** Fills in the piece's length, or takes its head back if it has none: an empty piece would be the end. */
    private void endPiece() {
        int length = used - pieceAt - SnapshotRecords.PIECE_HEAD_SIZE;
        if (length == 0) {
            used = pieceAt;
        } else {
            INT.set(chunk, pieceAt + 1, length);
        }
        pieceAt = NO_PIECE;
    }

    @Override
    public void putInt(int number) {
        pieceRoom(Integer.BYTES);
        writeInt(number);
    }

    @Override
    public void putLong(long number) {
        pieceRoom(Long.BYTES);
        writeLong(number);
    }

    @Override
    public void putBytes(long address, int length) {
        for (int done = 0; done < length; ) {
            int part = pieceRoomFor(length - done);
            writeBytes(address + done, part);
            done += part;
        }
    }

    @Override
    public void putBytes(byte[] bytes, int from, int length) {
        for (int done = 0; done < length; ) {
            int part = pieceRoomFor(length - done);
            System.arraycopy(bytes, from + done, chunk, used, part);
            used += part;
            done += part;
        }
    }

    private void pieceRoom(int bytes) {
        if (chunk.length - used < bytes) {
            endPiece();
            handOverChunk();
            beginPiece();
        }
    }

    /** Makes room for some of so many bytes. Returns for how many. */
    private int pieceRoomFor(int bytes) {
        pieceRoom(1);
        return Math.min(bytes, chunk.length - used);
    }

    private void handOverChunk() {
        sink.chunk(chunk, used);
        chunk = sink.fresh(CHUNK_BYTES);
        used = 0;
    }

    /** Writes what comes before the pieces of a large string. */
    void longHead(HeldValue value) {
        select(value.db);
        room(SnapshotRecords.HEAD_SIZE + value.key.length + Integer.BYTES);
        putByte(SnapshotRecords.LONG_STRING);
        putByte(SnapshotRecords.RAW);
        writeLong(value.expireAtMs);
        writeInt(value.key.length);
        System.arraycopy(value.key, 0, chunk, used, value.key.length);
        used += value.key.length;
        writeInt(value.length);
    }

    /** Writes the next piece of a large value whose bytes lie at an address. */
    void piece(HeldValue value, long address) {
        int length = value.nextLength();
        room(SnapshotRecords.PIECE_HEAD_SIZE + length);
        putByte(SnapshotRecords.PIECE);
        writeInt(length);
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
        writeInt(db);
        writeLong(keys[db]);
        writeLong(expiring[db]);
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

    private void writeInt(int value) {
        INT.set(chunk, used, value);
        used += Integer.BYTES;
    }

    private void writeLong(long value) {
        LONG.set(chunk, used, value);
        used += Long.BYTES;
    }

    private void writeBytes(long address, int length) {
        RawMemory.copyOut(address, chunk, used, length);
        used += length;
    }
}
