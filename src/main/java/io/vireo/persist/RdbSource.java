package io.vireo.persist;

import java.io.IOException;

/** Where an RDB comes from: a file, a network stream, an array. */
public interface RdbSource {
    /**
     * Brings at least one byte, waiting for it if need be.
     *
     * @return how many bytes were put, or -1 if there are no more
     * @throws IOException if bytes could not be had
     */
    int read(byte[] into, int offset, int length) throws IOException;

    /**
     * How many bytes are still to come, so that a length which promises more is refused at once.
     *
     * @return never less than what will come; {@link Long#MAX_VALUE} if that is not known
     */
    long remaining();
}
