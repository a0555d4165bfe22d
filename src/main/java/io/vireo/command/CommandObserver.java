package io.vireo.command;

import io.vireo.resp.Args;

/** Is shown every command that has run, each of a transaction too. */
@FunctionalInterface
public interface CommandObserver {
    /**
     * A command has run.
     *
     * @param db the database that is selected now: of SELECT, the new one
     */
    void ran(Session session, int db, Command command, Args args);
}
