package io.vireo.log;

/**
 * The names of a node's stream: the id it has now, and the one it had before, so that replicas of the old name may
 * continue under the new one.
 *
 * <p>Two nodes whose streams have the same id at the same offset have the same data. To keep that true, an id may be
 * written on by one node only: whoever begins to write where another wrote takes a new id, and keeps the old one as
 * the former.
 *
 * @param id the name of what is written from now on, 40 hexadecimal digits
 * @param formerId the name of what was written before, or {@link ReplicationId#NONE}
 * @param formerUpTo the last offset a replica of the former id may ask for: one more than the bytes that were written
 *     under it; -1 when there is no former id
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/replication/">Redis replication</a>
 */
public record ReplicationHistory(String id, String formerId, long formerUpTo) {

    /** A history without a past: an empty node, or one whose backlog is created from nothing. */
    public static ReplicationHistory fresh(String newId) {
        return new ReplicationHistory(newId, ReplicationId.NONE, -1);
    }

    /**
     * A primary that starts from a file. It cannot know whether it had written more than the file holds, so the saved id
     * becomes the former, valid as far as was loaded, and what it writes gets a new name.
     */
    public static ReplicationHistory ofPrimaryFromFile(String newId, StreamPosition saved) {
        return new ReplicationHistory(newId, saved.id(), saved.next());
    }

    /** A replica that starts from a file: it will not write, so it keeps the id. */
    public static ReplicationHistory ofReplicaFromFile(StreamPosition saved) {
        return fresh(saved.id());
    }

    /** A replica that took a full copy: what it had before is no part of the stream any more. */
    public static ReplicationHistory ofFullCopy(String primaryId) {
        return fresh(primaryId);
    }

    /** A replica that becomes a primary, having {@code endOffset} bytes of the stream. */
    public ReplicationHistory promoted(String newId, long endOffset) {
        return new ReplicationHistory(newId, id, endOffset + 1);
    }

    /** A replica whose primary continues the stream under another id, from {@code endOffset} on. */
    public ReplicationHistory continuedAs(String primaryId, long endOffset) {
        return primaryId.equals(id) ? this : new ReplicationHistory(primaryId, id, endOffset + 1);
    }

    /** Whether a replica that lacks {@code wantedOffset} of the stream {@code wantedId} has nothing that we have not. */
    public boolean includes(String wantedId, long wantedOffset) {
        return wantedId.equalsIgnoreCase(id) || isFormer(wantedId) && wantedOffset <= formerUpTo;
    }

    /** Whether this is our former id, however far. */
    public boolean isFormer(String otherId) {
        return formerUpTo >= 0 && otherId.equalsIgnoreCase(formerId);
    }
}
