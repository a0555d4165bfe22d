package io.vireo.keyspace;

/** Takes the chunks of a snapshot cut, on the keyspace thread, and hands them to a worker. */
public interface CutSink {
    /** An array of at least this many bytes for the next chunk: a new one, or one the worker has finished with. */
    byte[] fresh(int atLeast);

    /**
     * Takes a chunk of whole records (see {@link SnapshotRecords}); the array is the sink's from now on.
     *
     * @param length how many of its bytes are used
     */
    void chunk(byte[] bytes, int length);

    /** Whether the worker is behind: the walk waits, but what a write needs taken out still comes. */
    boolean isFull();

    /** The last chunk has been handed over. */
    void finished();
}
