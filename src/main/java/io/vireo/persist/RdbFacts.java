package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * What an RDB says about itself before the data.
 *
 * @param version of the server that wrote it, as "7.2.4"
 * @param createdSeconds Unix time
 * @param usedMemory bytes of memory the data took where it was written
 * @param history the point of the replication stream at which the data stand, or null if none is told
 * @param aofBase whether the file is the base of an append-only file
 */
@RunsOn(Loop.ANY)
public record RdbFacts(
        String version, long createdSeconds, long usedMemory, ReplicationPoint history, boolean aofBase) {

    /**
     * A point of a replication stream.
     *
     * @param id the stream's id, 40 hex digits
     * @param offset bytes of the stream that the data include
     * @param database the one selected at that point, or -1 for none
     */
    public record ReplicationPoint(String id, long offset, int database) {}
}
