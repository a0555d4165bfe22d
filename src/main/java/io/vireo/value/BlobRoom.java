package io.vireo.value;

/** The memory in which a packed value lies, and that follows its length. */
public interface BlobRoom {
    /** Where the value lies now. */
    long address();

    /**
     * Gives the value another length in bytes. What it holds stays, as far as it fits; it may move.
     *
     * @return where it lies from now on
     */
    long resize(int length);
}
