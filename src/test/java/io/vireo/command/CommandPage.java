package io.vireo.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes {@code src/docs/commands.md} from the command table and its texts. */
public final class CommandPage {
    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("bitmap", "Bitmaps"),
            Map.entry("cluster", "Cluster (there is none)"),
            Map.entry("connection", "Connection"),
            Map.entry("generic", "Keys"),
            Map.entry("geo", "Places"),
            Map.entry("hash", "Hashes"),
            Map.entry("hyperloglog", "HyperLogLog"),
            Map.entry("list", "Lists"),
            Map.entry("pubsub", "Channels"),
            Map.entry("sentinel", "Sentinel (on a voter's port)"),
            Map.entry("server", "Server and replication"),
            Map.entry("set", "Sets"),
            Map.entry("sorted-set", "Sorted sets"),
            Map.entry("stream", "Streams"),
            Map.entry("string", "Strings"),
            Map.entry("transactions", "Transactions"));

    private final CommandTexts texts = new CommandTexts();

    /** The page for these families. */
    public String write(List<CommandFamily> families) {
        Map<String, List<Command>> groups = new TreeMap<>();
        for (Command command : new CommandTable(families).all()) {
            groups.computeIfAbsent(command.group(), any -> new ArrayList<>()).add(command);
        }
        StringBuilder out = new StringBuilder("""
            # Commands

            This page is written from the command table and its texts, `src/main/resources/io/vireo/command/docs`. Commands
            take the words, and give the replies, of Redis; `COMMAND DOCS` and the help of `redis-cli` tell the same.
            A command marked *old* is there for old clients.
            """);
        groups.forEach((group, commands) -> {
            out.append("\n## ").append(TITLES.get(group)).append("\n\n");
            out.append("| command | what | time | since |\n| --- | --- | --- | --- |\n");
            commands.sort(Comparator.comparing(Command::fullName));
            commands.forEach(command -> out.append(rows(command)));
        });
        return out.toString();
    }

    private String rows(Command command) {
        if (command.subcommands().isEmpty()) {
            return row(command);
        }
        StringBuilder out = new StringBuilder(command.spec().handler() == null ? "" : row(command));
        command.subcommands().stream()
                .sorted(Comparator.comparing(Command::fullName))
                .forEach(sub -> out.append(row(sub)));
        return out.toString();
    }

    private String row(Command command) {
        CommandText text = texts.of(command);
        String name = command.fullName().toUpperCase(Locale.ROOT).replace('|', ' ');
        String syntax = (name + " " + words(text.arguments())).strip().replace("|", "\\|");
        String old = text.isDeprecated() ? " *Old: " + text.replacedBy() + ".*" : "";
        String time = text.complexity() == null ? "" : text.complexity();
        return "| `%s` | %s%s | %s | %s |\n".formatted(syntax, text.summary(), old, time, text.since());
    }

    private static String words(List<CommandText.Argument> arguments) {
        return arguments.stream().map(CommandPage::words).collect(Collectors.joining(" "));
    }

    private static String words(CommandText.Argument argument) {
        boolean repeatsToken = argument.flags().contains("multiple_token");
        String token = argument.token() == null ? "" : argument.token().isEmpty() ? "\"\"" : argument.token();
        String value = switch (argument.type()) {
            case "pure-token" -> "";
            case "oneof" -> argument.parts().stream().map(CommandPage::words).collect(Collectors.joining("|"));
            case "block" -> words(argument.parts());
            default -> argument.name();
        };
        String once = repeatsToken ? (token + " " + value).strip() : value;
        boolean isOneWord = once.matches("[^ |]+");
        String more = isOneWord ? once + " [" + once + " ...]" : "(" + once + ") [...]";
        String all = argument.flags().contains("multiple") ? more : once;
        String whole = repeatsToken ? all : (token + " " + all).strip();
        return argument.flags().contains("optional") ? "[" + whole + "]" : whole;
    }
}
