package io.vireo.outlet;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.log.LogReader;
import io.vireo.log.ReplicationLog;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Reads the log for the event bus, at a position of its own.
 *
 * <p>At most {@value #WINDOW_BYTES} bytes are on their way to the publisher; the rest waits in the log. When more waits
 * than the backlog holds, the tap jumps to the end, so that it never keeps memory that the log would not: what it
 * skipped shows as a gap between the offsets of two events.
 */
@RunsOn(Loop.KEYSPACE)
public final class StreamTap {
    static final int WINDOW_BYTES = 1 << 20;

    private static final int CHUNK_BYTES = 64 << 10;

    private final ReplicationLog log;
    private final BooleanSupplier isPrimary;
    private final Consumer<StreamChunk> publisher;
    private final Runnable begin = this::begin;
    private LogReader reader;
    private boolean fresh = true;
    private int database;
    private int onTheirWay;

    /** @param publisher takes what is read; {@link #published} is to be told when it is done with */
    StreamTap(ReplicationLog log, BooleanSupplier isPrimary, Consumer<StreamChunk> publisher) {
        this.log = log;
        this.isPrimary = isPrimary;
        this.publisher = publisher;
        begin();
        log.onRestart(begin); // what follows in the same turn must not be missed
    }

    private void begin() {
        reader = log.readFromEnd();
        database = log.database();
        fresh = true;
    }

    /** The publisher is done with so many bytes. */
    void published(int bytes) {
        onTheirWay -= bytes;
    }

    /** Reads what is new; to be called at the end of a turn, between commands. */
    void pump() {
        if (reader == null) {
            return;
        }
        if (reader.lagBytes() > Math.max(log.backlogSizeBytes(), WINDOW_BYTES)) {
            reader.close();
            begin();
        }
        while (onTheirWay < WINDOW_BYTES) {
            int length = Math.min(CHUNK_BYTES, reader.spanLength());
            if (length == 0) {
                return;
            }
            byte[] bytes = new byte[length];
            RawMemory.copyOut(reader.spanAddress(), bytes, 0, length);
            onTheirWay += length;
            StreamChunk chunk = new StreamChunk(
                    log.history().id(), reader.nextOffset(), database, fresh, isPrimary.getAsBoolean(), bytes);
            reader.advance(length);
            fresh = false;
            publisher.accept(chunk);
        }
    }

    void close() {
        if (reader != null) {
            log.forgetOnRestart(begin);
            reader.close();
            reader = null;
        }
    }
}
