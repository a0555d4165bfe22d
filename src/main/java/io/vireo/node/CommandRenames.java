package io.vireo.node;

import io.vireo.command.CommandTable;
import io.vireo.config.RenamedCommand;
import java.util.List;

/** Carries the {@code rename-command} lines into effect. */
final class CommandRenames {
    private CommandRenames() {}

    /**
     * Renames in the order of the lines, each on what those before have left.
     *
     * @throws StartRefusal at the first line that names no command, or a new name that is taken
     */
    static void apply(List<RenamedCommand> renames, CommandTable table) {
        for (RenamedCommand renamed : renames) {
            if (table.find(renamed.name()) == null) {
                throw new StartRefusal(renamed.fatalReport("No such command in rename-command"));
            }
            boolean sameName = renamed.name().equalsIgnoreCase(renamed.newName());
            if (!sameName && !table.rename(renamed.name(), renamed.newName())) {
                throw new StartRefusal(renamed.fatalReport("Target command name already exists"));
            }
        }
    }
}
