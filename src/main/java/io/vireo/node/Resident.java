package io.vireo.node;

import io.vertx.core.Future;
import io.vireo.base.ServerLog;
import io.vireo.config.Option;
import io.vireo.config.ShutdownFlag;
import java.util.Set;

/** What lives in a server process, and is ended by its signals: a node, or a voter alone. Any thread may ask. */
interface Resident {
    ServerLog log();

    /** Whether it follows another one. */
    boolean isReplica();

    /** Whether it is to end, as far as it has not failed to. */
    boolean isEndAskedFor();

    /** Whether the log is to tell what every thread does where the process is made to crash. */
    boolean tellsCrashes();

    /** Removes what is half written, where the process ends in the midst of it. */
    void removeDraft();

    /** Ends it as this signal asks for; completes when it has ended. */
    Future<Void> end(String signal, Option<Set<ShutdownFlag>> option);
}
