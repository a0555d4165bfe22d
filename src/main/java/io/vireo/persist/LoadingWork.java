package io.vireo.persist;

/** Something that fills the data on a guest thread; any thread may ask how far it is. */
public interface LoadingWork {
    /** Bytes taken so far. */
    long loadedBytes();

    /** Bytes in all; {@link Long#MAX_VALUE} if that is not known. */
    long totalBytes();

    /** Bytes of memory that the data took where they were written, or 0. */
    long announcedBytes();

    /** Bytes of memory that the data took when they were last looked at. */
    long usedBytes();

    /** Calls it off; it fails soon. */
    void abort();
}
