package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.LogPiece.Span;
import java.util.List;

/**
 * What is appended at once: whole commands and transactions, and the point of the stream behind them.
 *
 * @param spans where the bytes lie, valid until the batch is reported
 * @param position behind the last byte
 * @param database in which the stream stands before the first byte, or -1: a file begins with a SELECT of it
 * @param timestampSeconds for a line of its own ({@code aof-timestamp-enabled}), or 0 for none
 */
@RunsOn(Loop.ANY)
record AofBatch(List<Span> spans, AofPosition position, int database, long timestampSeconds) {
    long bytes() {
        long bytes = 0;
        for (Span span : spans) {
            bytes += span.length();
        }
        return bytes;
    }
}
