package io.vireo.command;

/** What the configuration says about all sessions. */
public interface SessionLimits {
    boolean isPasswordRequired();

    /** The option {@code proto-max-bulk-len}. */
    long maxBulkLength();
}
