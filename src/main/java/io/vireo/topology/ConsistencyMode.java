package io.vireo.topology;

/** When bytes may leave for a client. */
public enum ConsistencyMode {
    /** At once: what was acknowledged may be lost with the primary. */
    ASYNC,
    /** When every member of the in-sync set holds what they tell of. */
    STRONG
}
