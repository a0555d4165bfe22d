package io.vireo.replication;

import io.vireo.command.CommandFamily;
import io.vireo.command.CommandSpec;
import java.util.List;

/** The rows of replication's commands, built without what they need to run, for tests that only look at rows. */
public final class ReplicationRows {
    private ReplicationRows() {}

    public static List<CommandFamily> families() {
        return List.of(
                new ReplicationCommands(null, null, null, null, null).rows(),
                new WaitCommand(null).rows(),
                new ReadPromises(null).rows(),
                new FailoverCommand(null, null).rows());
    }

    /** Subcommands of CLIENT. */
    public static List<CommandSpec> ofClient() {
        return new ReadPromises(null).clientRows();
    }
}
