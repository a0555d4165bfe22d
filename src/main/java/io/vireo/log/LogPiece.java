package io.vireo.log;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.List;

/**
 * Committed bytes of the stream that stay where they are until this is closed, whatever becomes of the log. Any thread may
 * read them meanwhile; it is made and closed by the log's.
 */
@RunsOn(Loop.KEYSPACE)
public final class LogPiece implements AutoCloseable {
    /** Bytes that lie together. */
    @RunsOn(Loop.ANY)
    public record Span(long address, int length) {}

    private final ReplicationLog log;
    private final List<Span> spans = new ArrayList<>(2);
    private final List<LogChunk> chunks = new ArrayList<>(2);
    private long endOffset;

    LogPiece(ReplicationLog log, long firstOffset) {
        this.log = log;
        this.endOffset = firstOffset - 1;
    }

    void add(LogChunk chunk, long address, int length) {
        chunk.pin();
        chunks.add(chunk);
        spans.add(new Span(address, length));
        endOffset += length;
    }

    /** Where the bytes lie, in their order. */
    public List<Span> spans() {
        return spans;
    }

    /** The offset of the last byte. */
    public long endOffset() {
        return endOffset;
    }

    @Override
    public void close() {
        chunks.forEach(LogChunk::unpin);
        chunks.clear();
        log.trimIfActive();
    }
}
