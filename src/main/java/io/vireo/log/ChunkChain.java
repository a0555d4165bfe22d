package io.vireo.log;

import io.vireo.base.Decimal;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;

/**
 * The bytes of the stream: a chain of native chunks, written at its end and freed at its beginning.
 *
 * <p>Knows offsets, but not what the bytes mean or who may see them. A chunk that goes is kept as a spare, so that a log
 * of constant length writes without asking for memory.
 */
@RunsOn(Loop.KEYSPACE)
final class ChunkChain {
    private static final int SMALLEST_CHUNK = 16 << 10;
    private static final int LARGEST_CHUNK = 1 << 20;

    /** A sixteenth of the backlog, so that it is never much longer than asked for. */
    private static final int CHUNKS_PER_BACKLOG = 16;

    /** Bytes of {@code *} or {@code $}, a number, CR and LF. */
    private static final int LONGEST_HEADER = 1 + Decimal.MAX_LENGTH + 2;

    private int chunkBytes;
    private LogChunk first;
    private LogChunk last;
    private LogChunk spare;
    private long memoryBytes;
    private LogChunk markChunk;
    private int markAt;

    ChunkChain(long backlogSizeBytes) {
        sizeFor(backlogSizeBytes);
    }

    /** Chooses the size of chunks to come. */
    void sizeFor(long backlogSizeBytes) {
        chunkBytes = chunkBytes(backlogSizeBytes);
    }

    static int chunkBytes(long backlogSizeBytes) {
        return Math.clamp(backlogSizeBytes / CHUNKS_PER_BACKLOG, SMALLEST_CHUNK, LARGEST_CHUNK);
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Begins an empty chain with the byte at this offset. */
    void startAt(long offset) {
        first = newChunk(chunkBytes, offset);
        last = first;
    }

    /** Puts what came before this chain in front of it. */
    void putInFront(BacklogSeed seed) {
        seed.linkTo(first);
        first = seed.first();
        memoryBytes += seed.memoryBytes();
        seed.forget();
    }

    long firstOffset() {
        return first.firstOffset;
    }

    long nextOffset() {
        return last.nextOffset();
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /** The chunk in which a reader of this offset begins. */
    LogChunk find(long offset) {
        LogChunk chunk = first;
        while (offset >= chunk.nextOffset() && chunk.next != null) {
            chunk = chunk.next;
        }
        return chunk;
    }

    void write(long address, int length) {
        if (length <= last.room()) {
            RawMemory.copy(address, last.end(), length);
            last.length += length;
        } else {
            writeAcrossChunks(address, length);
        }
    }

    private void writeAcrossChunks(long address, int length) {
        int part;
        for (int done = 0; done < length; done += part) {
            part = Math.min(length - done, roomForMore());
            RawMemory.copy(address + done, last.end(), part);
            last.length += part;
        }
    }

    void write(byte[] bytes) {
        int part;
        for (int done = 0; done < bytes.length; done += part) {
            part = Math.min(bytes.length - done, roomForMore());
            RawMemory.copyIn(bytes, done, last.end(), part);
            last.length += part;
        }
    }

    /** Writes the line of a RESP array or bulk: its sign, a count of 0 or more, CR and LF. */
    void writeHeader(char sign, int count) {
        roomFor(LONGEST_HEADER);
        long start = last.end();
        RawMemory.putByte(start, (byte) sign);
        last.length += 1 + Decimal.write(start + 1, count);
        writeLineEnd();
    }

    void writeLineEnd() {
        roomFor(2);
        RawMemory.putByte(last.end(), (byte) '\r');
        RawMemory.putByte(last.end() + 1, (byte) '\n');
        last.length += 2;
    }

    /** Remembers this place, so that something can be put in here later. */
    void mark() {
        markChunk = last;
        markAt = last.length;
    }

    /**
     * Puts a few bytes in at the mark, moving what follows along; no reader may have passed the mark. Where the chunk
     * has no room, the chain is opened behind the mark, and a new chunk takes these bytes and the rest of the old one.
     */
    void insertAtMark(byte[] bytes) {
        LogChunk chunk = markChunk;
        int moved = chunk.length - markAt;
        if (chunk == last && chunk.room() >= bytes.length) {
            long at = chunk.address() + markAt;
            RawMemory.copy(at, at + bytes.length, moved);
            RawMemory.copyIn(bytes, 0, at, bytes.length);
            chunk.length += bytes.length;
            return;
        }
        LogChunk inserted = newChunk(Math.max(chunkBytes, bytes.length + moved), chunk.firstOffset + markAt);
        RawMemory.copyIn(bytes, 0, inserted.address(), bytes.length);
        RawMemory.copy(chunk.address() + markAt, inserted.address() + bytes.length, moved);
        inserted.length = bytes.length + moved;
        chunk.length = markAt;
        inserted.next = chunk.next;
        chunk.next = inserted;
        for (LogChunk later = inserted.next; later != null; later = later.next) {
            later.firstOffset += bytes.length;
        }
        if (last == chunk) {
            last = inserted;
        }
    }

    /** Takes back what was written from this offset on; no reader may have read it. */
    void truncate(long offset) {
        LogChunk chunk = find(offset);
        LogChunk later = chunk.next;
        chunk.length = (int) (offset - chunk.firstOffset);
        chunk.next = null;
        last = chunk;
        while (later != null) {
            LogChunk dropped = later;
            later = dropped.next;
            retire(dropped);
        }
    }

    /** Frees the oldest chunks that no reader needs, as long as at least so many bytes are left. */
    void trim(long keepBytes) {
        while (first != last && !first.isPinned() && nextOffset() - first.nextOffset() >= keepBytes) {
            LogChunk oldest = first;
            first = oldest.next;
            retire(oldest);
        }
    }

    /** Gives everything up, the spare chunk included: what pieces lie in is freed when they are closed. */
    void free() {
        while (first != null) {
            LogChunk oldest = first;
            first = oldest.next;
            drop(oldest);
        }
        last = null;
        if (spare != null) {
            drop(spare);
            spare = null;
        }
    }

    private int roomForMore() {
        roomFor(1);
        return last.room();
    }

    private void roomFor(int bytes) {
        if (last.room() < bytes) {
            LogChunk chunk = newChunk(chunkBytes, nextOffset());
            last.next = chunk;
            last = chunk;
        }
    }

    private LogChunk newChunk(int capacity, long firstOffset) {
        if (spare != null && spare.capacity == capacity) {
            LogChunk chunk = spare;
            spare = null;
            chunk.reuse(firstOffset);
            return chunk;
        }
        memoryBytes += capacity;
        return new LogChunk(capacity, firstOffset);
    }

    private void retire(LogChunk chunk) {
        if (spare == null && chunk.capacity == chunkBytes) {
            spare = chunk;
        } else {
            drop(chunk);
        }
    }

    private void drop(LogChunk chunk) {
        memoryBytes -= chunk.capacity;
        chunk.abandon();
    }
}
