package io.vireo.replication;

import io.vireo.log.Backlog;
import io.vireo.log.ReplicationHistory;
import java.util.List;

/** Whether a replica that asks to continue may do so, or needs a full copy. */
public sealed interface SyncDecision {

    /**
     * The replica gets the bytes it lacks.
     *
     * @param from the stream offset of the first byte to send
     * @param bytes how many are there to be sent now, 0 or more
     */
    record Continue(long from, long bytes) implements SyncDecision {}

    /** The replica gets a full copy, for this reason. */
    record Full(Reason reason) implements SyncDecision {}

    /** Why a replica cannot continue. */
    enum Reason {
        /** It has no data to continue from, or wants none of them. */
        REQUESTED,
        /** Its data are of a stream we never had. */
        UNKNOWN_ID,
        /** It went on under our former id further than we did: it has what we have not. */
        BEYOND_FORMER_ID,
        /** What it lacks is not held any more, or there is no backlog at all. */
        BACKLOG_TOO_SHORT,
        /** It claims to have bytes that we have not written. */
        AHEAD_OF_US
    }

    /**
     * Decides whether a replica may continue from where it stopped.
     *
     * @param history our ids; {@code formerUpTo} is the last offset that may be asked for under the former one
     * @param backlog what is still held
     * @param wantedId the id the replica sent; {@code "?"} asks for a full copy
     * @param wantedOffset the first byte the replica lacks; {@code backlog.next()} is allowed and sends nothing yet
     * @return never null; an unknown id or an offset outside the backlog is a full copy, not an error
     * @see <a href="https://redis.io/docs/latest/commands/psync/">PSYNC</a>
     */
    static SyncDecision decide(ReplicationHistory history, Backlog backlog, String wantedId, long wantedOffset) {
        if (wantedId.startsWith("?")) {
            return new Full(Reason.REQUESTED);
        }
        if (!history.includes(wantedId, wantedOffset)) {
            return new Full(history.isFormer(wantedId) ? Reason.BEYOND_FORMER_ID : Reason.UNKNOWN_ID);
        }
        if (!backlog.reaches(wantedOffset)) {
            boolean ahead = backlog.exists() && wantedOffset > backlog.next();
            return new Full(ahead ? Reason.AHEAD_OF_US : Reason.BACKLOG_TOO_SHORT);
        }
        return new Continue(wantedOffset, backlog.next() - wantedOffset);
    }

    /** What the log says about it. */
    default List<Say> explain(ReplicationHistory history, String replica, String wantedId, long wantedOffset) {
        return switch (this) {
            case Continue(long from, long bytes) ->
                List.of(Say.notice("Partial resynchronization request from " + replica + " accepted. Sending " + bytes
                        + " bytes of backlog starting from offset " + from + "."));
            case Full(Reason reason) ->
                switch (reason) {
                    case REQUESTED -> List.of(Say.notice("Full resync requested by replica " + replica));
                    case UNKNOWN_ID ->
                        List.of(Say.notice("Partial resynchronization not accepted: Replication ID mismatch"
                                + " (Replica asked for '" + wantedId + "', my replication IDs are '" + history.id()
                                + "' and '" + history.formerId() + "')"));
                    case BEYOND_FORMER_ID ->
                        List.of(Say.notice("Partial resynchronization not accepted: Requested offset for second ID was "
                                + wantedOffset + ", but I can reply up to " + history.formerUpTo()));
                    case BACKLOG_TOO_SHORT -> List.of(lackOfBacklog(replica, wantedOffset));
                    case AHEAD_OF_US ->
                        List.of(
                                lackOfBacklog(replica, wantedOffset),
                                Say.warning("Warning: replica " + replica + " tried to PSYNC with an offset that is"
                                        + " greater than the master replication offset."));
                };
        };
    }

    private static Say lackOfBacklog(String replica, long wantedOffset) {
        return Say.notice("Unable to partial resync with replica " + replica
                + " for lack of backlog (Replica request was: " + wantedOffset + ").");
    }
}
