package io.vireo.sim;

/** A rule that is broken on purpose, to see that an invariant notices. None is built into the machines: see {@link Tampered}. */
enum GroupMistake {
    NONE,

    // Voters.
    /** A voter promises although another node has the lease. */
    LEASE_IS_IGNORED,
    /** A voter says that something is on the disk when it is not. */
    VOTES_ARE_NOT_DURABLE,
    /** A vote is counted as if two voters had given it. */
    A_MINORITY_DECIDES,
    /** A voter that has started again promises at once. */
    NO_WAIT_AFTER_A_RESTART,
    /** A voter takes an older record of the same epoch. */
    AN_OLDER_RECORD_IS_TAKEN,
    /** A voter that has lost its file votes as if it had never voted. */
    AN_AMNESIAC_VOTES,

    // Election.
    /** Every node finds itself in the record. */
    ANYBODY_MAY_STAND,
    /** A candidate goes by the oldest record that it was told. */
    THE_OLDEST_RECORD_COUNTS,
    /** A node keeps its token whatever it has lost. */
    MEMBERS_GO_BY_NAME,
    /** A primary goes on under the name of its old history. */
    THE_NAME_IS_KEPT,
    /** A replica of the former name may continue however far it is. */
    SECOND_OFFSET_IGNORED,
    /** Names of histories are written beside the log, and not in it. */
    NAMES_ARE_NOT_IN_ORDER,
    /** What the log held when an epoch began is taken as acknowledged by all. */
    OLD_ACKS_COUNT,
    /** A primary serves before its first record is decided. */
    SERVES_BEFORE_THE_FIRST_RECORD,

    // The primary.
    /** The lease is counted from when a renewal was answered. */
    LEASE_FROM_RECEIPT,
    /** Bytes leave without a look at the lease. */
    NO_LEASE_AT_FLUSH,
    /** A member that is to leave the set counts no more as soon as this is wished for. */
    SHRINKS_AT_ONCE,
    /** A new member counts only when the voters have the record that names it. */
    GROWS_TOO_LATE,
    /** A replica is taken in that has acknowledged only a part of what the log was when the epoch began. */
    GROWS_WITHOUT_LEN0,
    /** What is written is acknowledged before it is on the disk. */
    ACKS_BEFORE_THE_DISK,
    /** The primary does not count its own disk. */
    OWN_DISK_DOES_NOT_COUNT,
    /** Reads are answered at once. */
    READS_ARE_NOT_HELD,
    /** What could leave once may always leave. */
    RELEASE_NEVER_FALLS,
    /** A primary that hands over goes on serving. */
    NOT_SILENCED_BEFORE_A_HANDOVER,
    /** A listed member empties itself before a full copy comes. */
    EMPTIED_BEFORE_A_COPY,

    // Healing.
    /** Streams on which nothing comes are kept. */
    STREAMS_ARE_NEVER_GIVEN_UP,
    /** Whether a node may stand is judged by the newest record that it ever heard of. */
    RECORDS_ARE_REMEMBERED,
    /** A candidate that gives up tells nobody. */
    NO_RELEASE,
    /** A primary ignores a node of a higher epoch. */
    RIVALS_ARE_IGNORED
}
