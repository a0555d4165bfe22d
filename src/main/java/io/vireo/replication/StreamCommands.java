package io.vireo.replication;

import io.vireo.resp.Args;
import java.util.Optional;

/** Runs the commands of a primary's stream on our data, as the one client that may write on a replica. */
public interface StreamCommands {

    /** A command that could not be run. {@code halfDone} if it is an EXEC of which a part took effect. */
    record Refusal(String error, boolean halfDone) {}

    /** Whether commands may run now. The data may be lent to somebody for a while; then what comes waits. */
    boolean mayRun();

    /** A batch of commands begins: they all see the same time. */
    void beginBatch();

    /** Runs one command; its reply is for nobody. */
    Optional<Refusal> run(Args command);

    /** Whether a MULTI is open. */
    boolean isInTransaction();

    /** The database that the stream stands in. */
    int database();

    /** The stream begins, at a point between two commands, in this database. */
    void begin(int database);

    /** The stream has ended; what was begun by a MULTI is forgotten. */
    void end();
}
