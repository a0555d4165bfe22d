package io.vireo.topology;

/** What a data node does in its group. */
public enum Role {
    /** It takes writes, as long as it has the lease. */
    PRIMARY,
    /** It follows the primary, or waits for one. */
    REPLICA
}
