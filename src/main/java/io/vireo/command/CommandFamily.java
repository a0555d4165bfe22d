package io.vireo.command;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Commands that belong together, as rows.
 *
 * @param group the name of the group in COMMAND DOCS and of its file of texts
 * @param commands its rows
 */
public record CommandFamily(String group, List<CommandSpec> commands) {
    public CommandFamily {
        commands = List.copyOf(commands);
    }

    /** A family whose commands all belong to one ACL category. */
    public static CommandFamily family(String group, AclCategory category, CommandSpec... rows) {
        return new CommandFamily(
                group, Stream.of(rows).map(row -> with(row, category)).toList());
    }

    /** A command that reads keys. */
    public static CommandSpec read(String name, int arity, KeySpec keys, Handler handler, CommandFlag... flags) {
        return row(name, arity, List.of(keys), handler, CommandFlag.READONLY, flags);
    }

    /** A command that may change keys. */
    public static CommandSpec write(String name, int arity, KeySpec keys, Handler handler, CommandFlag... flags) {
        return row(name, arity, List.of(keys), handler, CommandFlag.WRITE, flags);
    }

    /** A command that reads, with keys in several places or none. */
    public static CommandSpec read(String name, int arity, List<KeySpec> keys, Handler handler, CommandFlag... flags) {
        return row(name, arity, keys, handler, CommandFlag.READONLY, flags);
    }

    /** A command that may change data, with keys in several places or none. */
    public static CommandSpec write(String name, int arity, List<KeySpec> keys, Handler handler, CommandFlag... flags) {
        return row(name, arity, keys, handler, CommandFlag.WRITE, flags);
    }

    /** A command that touches no data. */
    public static CommandSpec plain(String name, int arity, Handler handler, CommandFlag... flags) {
        return new CommandSpec(name, arity, Set.of(flags), Set.of(), List.of(), handler, List.of());
    }

    /** A command that only has subcommands. */
    public static CommandSpec container(String name, int arity, List<CommandSpec> subcommands, CommandFlag... flags) {
        return new CommandSpec(name, arity, Set.of(flags), Set.of(), List.of(), null, subcommands);
    }

    /** The same row in one more ACL category; its subcommands too. What only has subcommands is in none itself. */
    public static CommandSpec with(CommandSpec row, AclCategory category) {
        Set<AclCategory> categories = EnumSet.noneOf(AclCategory.class);
        categories.addAll(row.categories());
        if (row.handler() != null) {
            categories.add(category);
        }
        return new CommandSpec(
                row.name(),
                row.arity(),
                row.flags(),
                categories,
                row.keys(),
                row.handler(),
                row.subcommands().stream().map(sub -> with(sub, category)).toList());
    }

    private static CommandSpec row(
            String name, int arity, List<KeySpec> keys, Handler handler, CommandFlag first, CommandFlag... rest) {
        Set<CommandFlag> flags = EnumSet.of(first, rest);
        return new CommandSpec(name, arity, flags, Set.of(), keys, handler, List.of());
    }
}
