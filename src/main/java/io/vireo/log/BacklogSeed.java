package io.vireo.log;

import io.vireo.base.Invariant;
import io.vireo.base.RawMemory;

/**
 * A stretch of the stream that was kept elsewhere, on its way into a log: {@link ReplicationLog#seed} takes it over, or
 * {@link #free} gives its memory back. One thread at a time may use it.
 */
public final class BacklogSeed {
    private final int chunkBytes;
    private final long firstOffset;
    private LogChunk first;
    private LogChunk last;
    private long memoryBytes;

    /**
     * An empty stretch.
     *
     * @param firstOffset of the byte that is added first
     * @param backlogSizeBytes of the backlog that it is for
     */
    public BacklogSeed(long firstOffset, long backlogSizeBytes) {
        this.firstOffset = firstOffset;
        this.chunkBytes = ChunkChain.chunkBytes(backlogSizeBytes);
    }

    public long firstOffset() {
        return firstOffset;
    }

    /** The offset of the first byte behind it. */
    public long nextOffset() {
        return last == null ? firstOffset : last.nextOffset();
    }

    public long length() {
        return nextOffset() - firstOffset;
    }

    /** The next bytes. */
    public void add(byte[] bytes, int offset, int length) {
        int part;
        for (int done = 0; done < length; done += part) {
            if (last == null || last.room() == 0) {
                grow();
            }
            part = Math.min(length - done, last.room());
            RawMemory.copyIn(bytes, offset + done, last.end(), part);
            last.length += part;
        }
    }

    private void grow() {
        LogChunk chunk = new LogChunk(chunkBytes, nextOffset());
        memoryBytes += chunkBytes;
        if (last == null) {
            first = chunk;
        } else {
            last.next = chunk;
        }
        last = chunk;
    }

    /** Gives the memory back; of a seed that a log took over there is none. */
    public void free() {
        for (LogChunk chunk = first; chunk != null; chunk = chunk.next) {
            chunk.abandon();
        }
        forget();
    }

    /** Hands the chunks over to a chain whose first chunk follows them. */
    void linkTo(LogChunk following) {
        Invariant.check(last != null && nextOffset() == following.firstOffset, "a seed ends where the log begins");
        last.next = following;
    }

    LogChunk first() {
        return first;
    }

    long memoryBytes() {
        return memoryBytes;
    }

    /** The chunks are somebody else's by now. */
    void forget() {
        first = null;
        last = null;
        memoryBytes = 0;
    }
}
