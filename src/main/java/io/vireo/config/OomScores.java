package io.vireo.config;

/** Whether and how the server sets its score for the kernel's killer of processes. */
public enum OomScores {
    NO,
    /** As {@link #RELATIVE}. */
    YES,
    /** Added to the score that the process was started with. */
    RELATIVE,
    ABSOLUTE
}
