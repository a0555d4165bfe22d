package io.vireo.sim;

/** What may go wrong in a simulated group. */
enum GroupMishap {
    /** One direction between two processes is cut for a while. */
    CUT,
    /** A process hears nobody, or nobody hears it, or both. */
    ISOLATED,
    SLEEP,
    /** The thread of a keyspace stands still, and the rest of the process goes on. */
    STALL,
    /** A process dies, or ends in order; a node may lose its data, as far as another member still has them. */
    RESTART,
    /** A process with a voter dies and starts again at once, with its files. */
    VOTER_RESTART,
    VOTER_FILE_LOST,
    HANDOVER,
    /** The operator changes the mode, where the setup has that. */
    MODE
}
