package io.vireo.command;

import static io.vireo.command.CommandFamily.family;
import static io.vireo.command.CommandFamily.plain;
import static io.vireo.command.CommandFlag.LOADING;
import static io.vireo.command.CommandFlag.STALE;

import io.vireo.base.Bytes;
import io.vireo.base.Glob;
import io.vireo.resp.Args;
import io.vireo.resp.ErrorReply;
import io.vireo.resp.ReplyWriter;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** COMMAND and its subcommands: the command table, as clients ask for it. Handlers run on the keyspace thread. */
public final class CommandCommands {
    private final CommandTexts texts = new CommandTexts();
    private CommandTable table;

    /** The family's rows. {@link #table} must be set before the first of them runs. */
    public CommandFamily rows() {
        CommandSpec command = new CommandSpec(
                "command",
                -1,
                Set.of(LOADING, STALE),
                Set.of(),
                List.of(),
                this::all,
                List.of(
                        plain("count", 2, this::count, LOADING, STALE),
                        plain("list", -2, this::list, LOADING, STALE),
                        plain("info", -2, this::info, LOADING, STALE),
                        plain("docs", -2, this::docs, LOADING, STALE),
                        plain("getkeys", -4, this::getkeys, LOADING, STALE),
                        plain("getkeysandflags", -4, this::getkeysandflags, LOADING, STALE),
                        plain("help", 2, CommandCommands::help, LOADING, STALE)));
        return family("server", AclCategory.CONNECTION, command);
    }

    /** Sets the table that is told about. */
    public void table(CommandTable newTable) {
        table = newTable;
    }

    /** COMMAND. Replies with a row for every command. */
    private void all(CommandContext ctx, Args args, ReplyWriter out) {
        out.array(table.all().size());
        table.all().forEach(command -> CommandReplies.writeInfo(command, texts, out));
    }

    /** COMMAND COUNT. */
    private void count(CommandContext ctx, Args args, ReplyWriter out) {
        out.integer(table.all().size());
    }

    /** COMMAND LIST [FILTERBY MODULE name | ACLCAT category | PATTERN pattern]. Replies with names. */
    private void list(CommandContext ctx, Args args, ReplyWriter out) {
        boolean filtered = args.count() == 5 && args.get(2).isWord("filterby");
        if (args.count() > 2 && !filtered) {
            throw ErrorReply.SYNTAX.raise();
        }
        Predicate<Command> filter = filtered ? filter(args.get(3), args.get(4)) : command -> true;
        List<Command> found = table.allWithSubcommands().stream().filter(filter).toList();
        out.array(found.size());
        found.forEach(command -> out.bulk(command.fullName()));
    }

    private static Predicate<Command> filter(Bytes kind, Bytes word) {
        if (kind.isWord("module")) {
            return command -> false; // there are no modules
        }
        if (kind.isWord("aclcat")) {
            String category = "@" + word;
            return command -> command.spec().allCategories().stream()
                    .anyMatch(each -> each.wireName().equalsIgnoreCase(category));
        }
        if (kind.isWord("pattern")) {
            return command -> matches(word, command.fullName());
        }
        throw ErrorReply.SYNTAX.raise();
    }

    private static boolean matches(Bytes pattern, String name) {
        Bytes bytes = Bytes.copyOf(name);
        try {
            return Glob.matches(pattern, bytes, true);
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    /** COMMAND INFO [name ...]. Replies with a row for each name, null where there is no such command. */
    private void info(CommandContext ctx, Args args, ReplyWriter out) {
        if (args.count() == 2) {
            all(ctx, args, out);
            return;
        }
        out.array(args.count() - 2);
        for (int i = 2; i < args.count(); i++) {
            Command command = table.find(args.get(i).toString());
            if (command == null) {
                out.nullBulk();
            } else {
                CommandReplies.writeInfo(command, texts, out);
            }
        }
    }

    /** COMMAND DOCS [name ...]. Replies with a map of the commands there are among these, or of all. */
    private void docs(CommandContext ctx, Args args, ReplyWriter out) {
        List<Command> asked = new ArrayList<>();
        if (args.count() == 2) {
            asked.addAll(table.all());
        }
        for (int i = 2; i < args.count(); i++) {
            Command command = table.find(args.get(i).toString());
            if (command != null) {
                asked.add(command);
            }
        }
        out.map(asked.size());
        asked.forEach(command -> CommandReplies.writeDocs(command, texts, out));
    }

    /** COMMAND GETKEYS name [word ...]. Replies with the keys of that command. */
    private void getkeys(CommandContext ctx, Args args, ReplyWriter out) {
        Args words = args.copyFrom(2);
        try {
            List<Key> keys = keys(words);
            out.array(keys.size());
            keys.forEach(key -> out.bulk(words.get(key.position())));
        } finally {
            Reference.reachabilityFence(words);
        }
    }

    /** COMMAND GETKEYSANDFLAGS name [word ...]. Replies with the keys of that command and what it does with each. */
    private void getkeysandflags(CommandContext ctx, Args args, ReplyWriter out) {
        Args words = args.copyFrom(2);
        try {
            List<Key> keys = keys(words);
            out.array(keys.size());
            for (Key key : keys) {
                out.array(2);
                out.bulk(words.get(key.position()));
                CommandReplies.writeFlags(key.flags(), out);
            }
        } finally {
            Reference.reachabilityFence(words);
        }
    }

    private record Key(int position, Set<KeySpec.Flag> flags) {}

    private List<Key> keys(Args words) {
        Command command = table.find(words.get(0));
        if (command != null && !command.subcommands().isEmpty() && words.count() > 1) {
            command = command.subcommand(words.get(1));
        }
        if (command == null) {
            throw ErrorReply.INVALID_COMMAND.raise();
        }
        CommandSpec spec = command.spec();
        if (spec.keys().isEmpty()) {
            throw ErrorReply.NO_KEY_ARGUMENTS.raise();
        }
        if (!spec.takes(words.count())) {
            throw ErrorReply.INVALID_COMMAND_WORDS.raise();
        }
        List<Key> keys = new ArrayList<>();
        boolean fit = true;
        for (KeySpec each : spec.keys()) {
            Set<KeySpec.Flag> flags = each.flagsIn(words);
            fit &= each.positions(words, position -> keys.add(new Key(position, flags)));
        }
        if (!fit || keys.isEmpty()) {
            throw ErrorReply.INVALID_COMMAND_KEYS.raise();
        }
        return keys;
    }

    /** COMMAND HELP. */
    private static void help(CommandContext ctx, Args args, ReplyWriter out) {
        HelpReply.write(
                out,
                "COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
                "(no subcommand)",
                "    A row for every command.",
                "COUNT",
                "    How many commands there are.",
                "DOCS [<command-name> ...]",
                "    What these commands do and which words they take; without names, of all.",
                "GETKEYS <full-command>",
                "    Which words of this command are keys.",
                "GETKEYSANDFLAGS <full-command>",
                "    The same, with what the command does with each.",
                "INFO [<command-name> ...]",
                "    A row for each of these commands; without names, for all.",
                "LIST [FILTERBY (MODULE <module>|ACLCAT <category>|PATTERN <pattern>)]",
                "    The names of all commands, or of some.",
                "HELP",
                "    This text.");
    }
}
