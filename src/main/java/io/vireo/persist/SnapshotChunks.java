package io.vireo.persist;

import java.nio.ByteBuffer;

/** The chunks of a snapshot cut, as a worker takes them one after the other. */
@FunctionalInterface
public interface SnapshotChunks {
    /**
     * Waits for the next chunk. Calling it says that the one before is done with, so its memory may be used again: this
     * is also what holds the cut back when the worker is slower.
     *
     * @return records as {@link io.vireo.keyspace.SnapshotRecords} lays them out, from position to limit; or null if the
     *     cut was called off
     */
    ByteBuffer next() throws InterruptedException;
}
