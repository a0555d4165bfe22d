package io.vireo.command;

import java.util.List;

/** The families of commands that work on keys and their values and need nothing but these. */
public final class DataTypes {
    private DataTypes() {}

    /** The families for one keyspace. */
    public static List<CommandFamily> families() {
        return List.of(
                StringCommands.FAMILY,
                BitmapCommands.FAMILY,
                new HyperLogLogCommands().rows(),
                ListCommands.FAMILY,
                HashCommands.FAMILY,
                SetCommands.FAMILY,
                SortedSetCommands.FAMILY,
                StreamCommands.FAMILY,
                GeoCommands.FAMILY,
                KeyCommands.FAMILY,
                SortCommands.FAMILY,
                ExpireCommands.FAMILY);
    }
}
