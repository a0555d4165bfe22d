package io.vireo.persist;

import io.vireo.persist.RdbException.Fault;
import io.vireo.value.StreamId;
import io.vireo.value.ValueType;

/**
 * What is told of an RDB while it is read, in its order.
 *
 * <p>Every method may throw to end the reading. Strings are views, valid until the method returns; an entry and its key
 * are valid until its value is complete. What this server cannot hold is refused by default; a visitor that only looks
 * overrides that, and the value is then passed over.
 */
public interface RdbVisitor {
    /** A named field, such as {@code redis-ver}, which may come anywhere. */
    default void aux(String name, String value) throws RdbException {}

    /** A database begins, or goes on. */
    default void selectDb(int database) throws RdbException {}

    /** How many keys the selected database has, and how many expire, as its writer claims. */
    default void resizeDb(int database, long keys, long expiring) throws RdbException {}

    void string(RdbEntry entry, RdbString value) throws RdbException;

    /** A string that is the decimal text of a number. */
    void number(RdbEntry entry, long value) throws RdbException;

    /**
     * A string too long for the reader's buffer begins; {@link #piece} brings its bytes, and nothing else comes before
     * they are complete.
     *
     * @param length of the value; as its writer claims, so trust it only as far as pieces come
     */
    void longString(RdbEntry entry, long length) throws RdbException;

    /** The next bytes of the long string. */
    void piece(byte[] bytes, int offset, int length) throws RdbException;

    /**
     * A list, set, sorted set or hash begins: its elements follow, in one of the forms below, then {@link
     * #endOfCollection}. It may turn out to have none.
     */
    void collection(RdbEntry entry, ValueType type) throws RdbException;

    /** The next element of a list, or a member of a set. */
    void element(RdbString word) throws RdbException;

    /** A field of a hash. */
    void element(RdbString field, RdbString value) throws RdbException;

    /** A member of a sorted set; the score is a number. */
    void element(RdbString member, double score) throws RdbException;

    /** The next elements of a list, at least one, as a packed list that is sound. */
    void node(RdbString packedList, int count) throws RdbException;

    void endOfCollection() throws RdbException;

    /** A whole collection of so many elements, perhaps none, in a form that is sound. */
    void packed(RdbEntry entry, PackedForm form, RdbString bytes, int count) throws RdbException;

    /**
     * A stream begins: its nodes, what is known of it besides, and its groups follow, then {@link #endOfStream}.
     */
    void stream(RdbEntry entry) throws RdbException;

    /** A node that is sound, behind all others; so many entries of it are not deleted. */
    void streamNode(StreamId firstId, RdbString packedList, long entries) throws RdbException;

    void streamHead(StreamId last, StreamId maxDeleted, long added) throws RdbException;

    /** A group; its consumers follow. Of how many entries it has read, -1 says that it is not known. */
    void streamGroup(RdbString name, StreamId last, long entriesRead) throws RdbException;

    /** A consumer of the group; its pending entries follow. */
    void streamConsumer(RdbString name, long seenMs, long activeMs) throws RdbException;

    void streamPending(StreamId id, long deliveredMs, long deliveries) throws RdbException;

    void endOfStream() throws RdbException;

    /** A value of another type. Returning passes over it. */
    default void other(RdbEntry entry, RdbType type) throws RdbException {
        throw new RdbException(
                Fault.UNSUPPORTED,
                "The RDB cannot be loaded: key " + entry.key().shown() + " in DB " + entry.database() + " is a "
                        + type.noun() + " (RDB type " + type.code() + " at offset " + entry.offset()
                        + "), and this server holds no " + type.plural());
    }

    /** The source of a function library. */
    default void function(RdbString source) throws RdbException {}

    /** Data of a module that belong to no key. Returning passes over them. */
    default void moduleAux(String module, long offset) throws RdbException {
        throw new RdbException(
                Fault.UNSUPPORTED,
                "The RDB file contains AUX module data I can't load: no matching module '" + module + "' (at offset "
                        + offset + ")");
    }

    /** Called each time more bytes have come, with how many were taken from the source. */
    default void progress(long bytes) throws RdbException {}
}
