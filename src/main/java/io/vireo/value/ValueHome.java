package io.vireo.value;

/**
 * The place of a collection in its entry: packed bytes, or a large value that the entry names. A view asks it for more
 * room, and tells it when the value takes the other form. Everything else of the entry is the keyspace's own business.
 */
public interface ValueHome extends BlobRoom {
    /** What the values of this keyspace share. */
    ValueMemory memory();

    /** The large value, or null where the value is packed. */
    LargeValue large();

    /** Length of the packed bytes. */
    int length();

    /** Puts a large value in the place of the packed bytes, which go: they must have been copied. */
    void enlarge(LargeValue value);

    /**
     * Puts packed bytes, still to be written, in the place of the large value, which is freed: it must have been copied.
     *
     * @return where they lie
     */
    long pack(int length);

    /** One bit of the entry that the type may use for the form of its packed bytes; false in a new entry. */
    boolean isMarked();

    void mark(boolean on);
}
