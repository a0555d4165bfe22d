package io.vireo.node;

import java.util.List;

/**
 * How a node stood at one moment.
 *
 * @param replicationId the name of its stream, 40 hex digits
 * @param offset the last byte of the stream that it has written, or, as a replica, applied
 * @param isLinkUp whether, as a replica, it gets its primary's stream
 * @param replicaOffsets how far each of its own replicas has told to be; 0 for one that has told nothing yet
 */
public record NodeStatus(
        boolean isPrimary, String replicationId, long offset, boolean isLinkUp, List<Long> replicaOffsets) {}
