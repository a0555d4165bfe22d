package io.vireo.persist;

import io.vireo.base.Bytes;
import io.vireo.value.StreamId;
import io.vireo.value.ValueType;

/**
 * What an RDB is loaded into: the keyspace itself, or content that is put in its place once it is complete.
 *
 * <p>Keys and values are views, valid until the method returns. A method that finds no memory throws {@link
 * io.vireo.memory.ArenaFullException}.
 */
public interface RdbTarget {
    /** How many databases there are. */
    int databases();

    /** Bytes of memory that the target takes by now. */
    long usedBytes();

    /** A hint that a database will hold so many keys, so many of them with an expiry. Claimed by whoever wrote the RDB. */
    default void expect(int database, long keys, long expiring) {}

    /** Keeps the source of a function library. */
    void function(byte[] source);

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

    /**
     * Stores a collection of at least one element whose bytes are sound.
     *
     * @return false, with nothing stored, if the key is there already
     */
    boolean putPacked(int database, Bytes key, PackedForm form, Bytes packed, long expireAtMs);

    /**
     * Stores a collection whose elements come next, until {@link #endCollection}; as {@link #put} otherwise.
     */
    boolean beginCollection(int database, Bytes key, ValueType type, long expireAtMs);

    /** The next element of a list, or a member of a set. Returns false if the set has it already. */
    boolean add(Bytes word);

    /** A field of a hash. Returns false if the hash has it already. */
    boolean add(Bytes field, Bytes value);

    /** A member of a sorted set. Returns false if the set has it already. */
    boolean add(Bytes member, double score);

    /** The next elements of a list, as a packed list that is sound and not empty. */
    void addNode(Bytes packedList, int count);

    /**
     * Says of a key that was stored, whole by now, how it was used before.
     *
     * @param idleSeconds since its last use, or -1 where that is not told
     * @param frequency the counter of its uses, 0 to 255, or -1
     */
    default void used(int database, Bytes key, long idleSeconds, int frequency) {}

    /** Returns whether the collection has any element; else there is no such key. */
    boolean endCollection();

    /** The stream that was begun as a collection. */
    Stream stream();

    /** A stream that is being filled, in this order. */
    interface Stream {
        /** A node that is sound, of which so many entries are not deleted. */
        void node(StreamId firstId, Bytes packedList, long entries);

        void head(StreamId last, StreamId maxDeleted, long added);

        void group(byte[] name, StreamId last, long entriesRead);

        /** A consumer of the last group. */
        void consumer(byte[] name, long seenMs, long activeMs);

        /** A pending entry of the last consumer. */
        void pending(StreamId id, long deliveredMs, long deliveries);
    }
}
