package io.vireo.memory;

/**
 * The arena cannot hold what was asked: its reservation is used up, or the system refused more memory.
 *
 * <p>Nothing has changed when this is thrown. The keyspace turns it into an out-of-memory reply. It carries no stack
 * trace, because a full arena may throw it for every command.
 */
public final class ArenaFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ArenaFullException(String message) {
        super(message, null, false, false);
    }
}
