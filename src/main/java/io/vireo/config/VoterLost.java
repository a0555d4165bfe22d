package io.vireo.config;

/** What a primary does in async mode whose lease is over while it has no news of a higher epoch. */
public enum VoterLost {
    /** It takes no commands. */
    REFUSE,
    /** It goes on, as Redis does: two primaries are possible then. */
    SERVE
}
