package io.vireo.log;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * A follower's own position in the log. Whatever it has not read is kept for it, so a reader that falls behind costs
 * memory: {@link #lagBytes()} is what the output-buffer limit of replicas judges. Close it when done.
 *
 * <p>Reading is by spans, without copying: take {@link #spanLength()} bytes at {@link #spanAddress()}, which stay valid
 * and unchanged until {@link #advance} passes them, or the reader is closed or cut.
 */
@RunsOn(Loop.KEYSPACE)
public final class LogReader implements AutoCloseable {
    private final ReplicationLog log;
    private LogChunk chunk;
    private long nextOffset;

    LogReader(ReplicationLog log, LogChunk chunk, long nextOffset) {
        this.log = log;
        this.chunk = chunk;
        this.nextOffset = nextOffset;
        chunk.pin();
    }

    /** The stream offset of the first byte not read yet. */
    public long nextOffset() {
        return nextOffset;
    }

    /** How many bytes of the stream are waiting to be read; 0 for a reader that is cut or closed. */
    public long lagBytes() {
        return chunk == null ? 0 : log.endOffset() + 1 - nextOffset;
    }

    /** Whether the stream this reader stood in was replaced by another; it then reads nothing more. */
    public boolean isCut() {
        return chunk == null;
    }

    /** How many bytes can be taken in one piece; 0 when all is read. */
    public int spanLength() {
        if (chunk == null) {
            return 0;
        }
        stepIntoNextChunk();
        return (int) (Math.min(chunk.nextOffset(), log.endOffset() + 1) - nextOffset);
    }

    /** Where the bytes of {@link #spanLength()} are. */
    public long spanAddress() {
        Invariant.check(chunk != null, "a span is read while the reader stands in the log");
        return chunk.address() + (nextOffset - chunk.firstOffset);
    }

    /** Marks bytes of the span as read: their memory may be used for something else from now on. */
    public void advance(int bytes) {
        Invariant.check(bytes >= 0 && bytes <= spanLength(), "a reader advances within its span");
        nextOffset += bytes;
        if (stepIntoNextChunk()) {
            log.trim();
        }
    }

    /**
     * Takes all that waits in one piece of memory after another, to be read elsewhere or later; this reader goes on behind
     * it.
     *
     * @return null where nothing waits
     */
    public LogPiece take() {
        if (lagBytes() == 0) {
            return null;
        }
        LogPiece piece = new LogPiece(log, nextOffset);
        for (int length = spanLength(); length > 0; length = spanLength()) {
            piece.add(chunk, spanAddress(), length);
            advance(length);
        }
        return piece;
    }

    @Override
    public void close() {
        if (chunk != null) {
            leave();
            log.forget(this);
        }
    }

    /** Takes the reader out of the stream; what it stood in is going away. */
    void leave() {
        chunk.unpin();
        chunk = null;
    }

    private boolean stepIntoNextChunk() {
        boolean stepped = false;
        while (nextOffset == chunk.nextOffset() && chunk.next != null) {
            chunk.unpin();
            chunk = chunk.next;
            chunk.pin();
            stepped = true;
        }
        return stepped;
    }
}
