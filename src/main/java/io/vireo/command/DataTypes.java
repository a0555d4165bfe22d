package io.vireo.command;

import java.util.List;

/** The families of commands that work on keys and their values and need nothing but these. */
public final class DataTypes {
    public static final List<CommandFamily> FAMILIES = List.of(
            StringCommands.FAMILY,
            ListCommands.FAMILY,
            HashCommands.FAMILY,
            SetCommands.FAMILY,
            SortedSetCommands.FAMILY,
            KeyCommands.FAMILY,
            ExpireCommands.FAMILY);

    private DataTypes() {}
}
