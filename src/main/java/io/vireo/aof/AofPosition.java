package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationHistory;

/**
 * A point of a replication stream, with the stream's names there.
 *
 * @param id 40 hex digits
 * @param offset bytes of the stream
 * @param formerId what it was called before, or {@code ReplicationId.NONE}
 * @param formerUpTo as in {@link ReplicationHistory}; -1 where there is no former id
 */
@RunsOn(Loop.ANY)
record AofPosition(String id, long offset, String formerId, long formerUpTo) {
    static AofPosition of(ReplicationHistory history, long offset) {
        return new AofPosition(history.id(), offset, history.formerId(), history.formerUpTo());
    }
}
