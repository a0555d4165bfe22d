package io.vireo.persist;

import io.vireo.base.Bytes;

/**
 * What an RDB is loaded into: the keyspace itself, or content that is put in its place once it is complete.
 *
 * <p>Keys and values are views, valid until the method returns. A method that finds no memory throws {@link
 * io.vireo.memory.ArenaFullException}.
 */
public interface RdbTarget {
    /** How many databases there are. */
    int databases();

    /** A hint that a database will hold so many keys, so many of them with an expiry. Claimed by whoever wrote the RDB. */
    default void expect(int database, long keys, long expiring) {}

    /** A hint that this key will be stored soon, after some others. */
    default void touch(int database, Bytes key) {}

    /**
     * Stores a string; one that is a number is kept as the server keeps numbers.
     *
     * @param expireAtMs Unix time, or -1
     * @return false, with nothing stored, if the key is there already
     */
    boolean put(int database, Bytes key, Bytes value, long expireAtMs);

    /** Stores a string that is the decimal text of a number; as {@link #put} otherwise. */
    boolean putNumber(int database, Bytes key, long value, long expireAtMs);

    /**
     * Stores a long string whose bytes come by {@link #append}, next and to the end.
     *
     * @param length of the string as it was announced; room is best made as bytes come
     */
    boolean beginLong(int database, Bytes key, long length, long expireAtMs);

    /** The next bytes of the long string. */
    void append(Bytes piece);
}
