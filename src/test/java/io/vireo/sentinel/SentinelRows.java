package io.vireo.sentinel;

import io.vireo.command.CommandFamily;
import java.util.List;

/** The rows of SENTINEL without what they need to run, for tests that only look at rows. */
public final class SentinelRows {
    private SentinelRows() {}

    public static List<CommandFamily> families() {
        return List.of(new SentinelCommands(null, null).rows());
    }
}
