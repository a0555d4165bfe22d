package io.vireo.command;

import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;

/**
 * A check common to many commands: login, role, loading, memory. It stands before a command and may refuse it.
 *
 * <p>A gate costs nothing while it is disarmed: the dispatcher keeps the armed gates as bits and every command the gates
 * that concern it, so that usually one AND settles all of them.
 */
public interface Gate {
    /** Whether this command ever has to pass this gate. Asked once. */
    boolean concerns(CommandSpec command);

    /** Whether EXEC asks again for each command that was queued; else it asks only for itself. */
    default boolean isAskedForQueued() {
        return true;
    }

    /** Why the command may not run now, or null. Asked only while the gate is armed. */
    ErrorReply check(Session session, Command command, Args args);
}
