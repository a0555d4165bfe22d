package io.vireo.memory;

/** How a {@link Table} finds the key in a blob. Each kind of blob brings its own. */
public interface KeyLayout {
    /** The hash of the blob's key: the one given when it was inserted. */
    long hash(long blobAddress);

    /** Whether the blob's key is these bytes. */
    boolean matches(long blobAddress, long keyAddress, int keyLength);
}
