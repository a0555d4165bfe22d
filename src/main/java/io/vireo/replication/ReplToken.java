package io.vireo.replication;

import io.vireo.log.ReplicationId;
import java.util.Optional;

/**
 * A place in a stream, as a client carries it from one node to another: {@code replid:offset}.
 *
 * @param id 40 digits
 * @param offset of the last byte that is meant, not negative
 */
record ReplToken(String id, long offset) {
    /** Reads what {@link #toString} wrote; empty if it is something else. */
    static Optional<ReplToken> of(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || !ReplicationId.isWellFormed(text.substring(0, colon))) {
            return Optional.empty();
        }
        try {
            long offset = Long.parseLong(text, colon + 1, text.length(), 10);
            return offset < 0 ? Optional.empty() : Optional.of(new ReplToken(text.substring(0, colon), offset));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return id + ":" + offset;
    }
}
