package io.vireo.persist;

import java.io.IOException;

/**
 * Where an RDB goes: a file, or replicas.
 *
 * <p>A sink may block until its bytes have gone on, which is how a slow disk or replica holds the writer back.
 */
public interface RdbSink {
    /**
     * Takes bytes over. The array is the writer's and is used again: what is kept must be copied.
     *
     * @throws IOException if they could not be written; the RDB is then lost
     */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** How many bytes were taken over so far. */
    long position();
}
