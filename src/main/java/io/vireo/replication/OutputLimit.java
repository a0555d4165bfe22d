package io.vireo.replication;

/**
 * How much of the stream may wait for one replica: {@code client-output-buffer-limit replica hard soft seconds}.
 *
 * @param hardBytes more than this ends the connection at once; 0 for no limit
 * @param softBytes more than this for {@code softMs} ends it too; 0 for no limit
 */
public record OutputLimit(long hardBytes, long softBytes, long softMs) {

    /** A limit below the backlog is of no use: the replica would come back and be sent the same bytes. */
    OutputLimit atLeast(long backlogBytes) {
        return new OutputLimit(
                hardBytes == 0 ? 0 : Math.max(hardBytes, backlogBytes),
                softBytes == 0 ? 0 : Math.max(softBytes, backlogBytes),
                softMs);
    }

    boolean isOverHard(long bytes) {
        return hardBytes > 0 && bytes > hardBytes;
    }

    boolean isOverSoft(long bytes) {
        return softBytes > 0 && bytes > softBytes;
    }
}
