package io.vireo.command;

import io.vireo.resp.ReplyWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Writes what COMMAND INFO and COMMAND DOCS say about a command. */
final class CommandReplies {
    private CommandReplies() {}

    /** Name, arity, flags, first key, last key, step, categories, tips, key descriptions, subcommands. */
    static void writeInfo(Command command, CommandTexts texts, ReplyWriter out) {
        CommandSpec spec = command.spec();
        KeyRange range = KeyRange.of(spec.keys());
        CommandText text = texts.of(command);
        List<String> tips = text == null ? List.of() : text.tips();

        out.array(10);
        out.bulk(command.fullName());
        out.integer(spec.arity());
        List<String> flags = Arrays.stream(CommandFlag.values())
                .filter(flag -> flag != CommandFlag.MAY_REPLICATE) // which Redis keeps to itself
                .filter(flag -> spec.has(flag) || flag == CommandFlag.MOVABLEKEYS && range.isPartial())
                .map(CommandFlag::wireName)
                .toList();
        writeWords(flags, out);
        out.integer(range.first());
        out.integer(range.last());
        out.integer(range.step());
        writeWords(spec.allCategories().stream().map(AclCategory::wireName).toList(), out);
        out.set(tips.size());
        tips.forEach(out::bulk);
        out.set(spec.keys().size());
        spec.keys().forEach(keys -> writeKeys(keys, out));
        out.set(command.subcommands().size());
        command.subcommands().forEach(sub -> writeInfo(sub, texts, out));
    }

    private static void writeKeys(KeySpec keys, ReplyWriter out) {
        out.map(3);
        out.bulk("flags");
        writeFlags(keys.flags(), out);
        out.bulk("begin_search");
        switch (keys.begin()) {
            case KeySpec.Begin.Index(int index, String unless) -> {
                writeType("index", 1, out);
                writeNumber("index", index, out);
            }
            case KeySpec.Begin.Keyword(String word, int startFrom) -> {
                writeType("keyword", 2, out);
                out.bulk("keyword");
                out.bulk(word);
                writeNumber("startfrom", startFrom, out);
            }
            case KeySpec.Begin.Unknown unknown -> writeType("unknown", 0, out);
        }
        out.bulk("find_keys");
        switch (keys.find()) {
            case KeySpec.Find.Range(int last, int step, int limit) -> {
                writeType("range", 3, out);
                writeNumber("lastkey", last, out);
                writeNumber("keystep", step, out);
                writeNumber("limit", limit, out);
            }
            case KeySpec.Find.KeyNumber(int index, int firstKey, int step) -> {
                writeType("keynum", 3, out);
                writeNumber("keynumidx", index, out);
                writeNumber("firstkey", firstKey, out);
                writeNumber("keystep", step, out);
            }
            case KeySpec.Find.Unknown unknown -> writeType("unknown", 0, out);
        }
    }

    private static void writeType(String type, int members, ReplyWriter out) {
        out.map(2);
        out.bulk("type");
        out.bulk(type);
        out.bulk("spec");
        out.map(members);
    }

    private static void writeNumber(String name, int value, ReplyWriter out) {
        out.bulk(name);
        out.integer(value);
    }

    /** What a command does with a key, as a set of words. */
    static void writeFlags(Set<KeySpec.Flag> flags, ReplyWriter out) {
        List<String> words = Arrays.stream(KeySpec.Flag.values())
                .filter(flags::contains)
                .map(KeySpec.Flag::wireName)
                .toList();
        writeWords(words, out);
    }

    private static void writeWords(List<String> words, ReplyWriter out) {
        out.set(words.size());
        words.forEach(out::simple);
    }

    /** The name and a map of everything that is said about the command. */
    static void writeDocs(Command command, CommandTexts texts, ReplyWriter out) {
        CommandText text = texts.of(command);
        Documented documented = new Documented(command, text);

        out.bulk(command.fullName());
        out.map(documented.members());
        writeText("summary", text.summary(), out);
        writeText("since", text.since(), out);
        writeText("group", command.group(), out);
        writeText("complexity", text.complexity(), out);
        if (documented.hasFlags()) {
            out.bulk("doc_flags");
            writeWords(documented.flags(), out);
        }
        writeText("deprecated_since", text.deprecatedSince(), out);
        writeText("replaced_by", text.replacedBy(), out);
        if (!text.history().isEmpty()) {
            out.bulk("history");
            out.set(text.history().size());
            for (CommandText.Change change : text.history()) {
                out.array(2);
                out.bulk(change.version());
                out.bulk(change.text());
            }
        }
        if (!text.arguments().isEmpty()) {
            out.bulk("arguments");
            writeArguments(text.arguments(), out);
        }
        if (!command.subcommands().isEmpty()) {
            out.bulk("subcommands");
            out.map(command.subcommands().size());
            command.subcommands().forEach(sub -> writeDocs(sub, texts, out));
        }
    }

    /** Counts the members of a command's map, whose number goes before them. */
    private record Documented(Command command, CommandText text) {
        int members() {
            return count(text.summary(), text.since(), command.group(), text.complexity())
                    + (hasFlags() ? 1 : 0)
                    + count(text.deprecatedSince(), text.replacedBy())
                    + (text.history().isEmpty() ? 0 : 1)
                    + (text.arguments().isEmpty() ? 0 : 1)
                    + (command.subcommands().isEmpty() ? 0 : 1);
        }

        boolean hasFlags() {
            return text.isDeprecated() || text.isInternal();
        }

        List<String> flags() {
            return text.isDeprecated()
                    ? text.isInternal() ? List.of("deprecated", "syscmd") : List.of("deprecated")
                    : List.of("syscmd");
        }
    }

    private static int count(String... members) {
        return (int) Arrays.stream(members).filter(member -> member != null).count();
    }

    private static void writeText(String name, String text, ReplyWriter out) {
        if (text != null) {
            out.bulk(name);
            out.bulk(text);
        }
    }

    private static void writeArguments(List<CommandText.Argument> arguments, ReplyWriter out) {
        out.array(arguments.size());
        for (CommandText.Argument argument : arguments) {
            int members = count(argument.name(), argument.type(), argument.token())
                    + count(argument.since(), argument.deprecatedSince())
                    + (argument.keySpecIndex() < 0 ? 0 : 1)
                    + (argument.flags().isEmpty() ? 0 : 1)
                    + (argument.parts().isEmpty() ? 0 : 1);
            out.map(members);
            writeText("name", argument.name(), out);
            writeText("type", argument.type(), out);
            if (argument.keySpecIndex() >= 0) {
                writeNumber("key_spec_index", argument.keySpecIndex(), out);
            }
            writeText("token", argument.token(), out);
            writeText("since", argument.since(), out);
            writeText("deprecated_since", argument.deprecatedSince(), out);
            if (!argument.flags().isEmpty()) {
                out.bulk("flags");
                writeWords(argument.flags(), out);
            }
            if (!argument.parts().isEmpty()) {
                out.bulk("arguments");
                writeArguments(argument.parts(), out);
            }
        }
    }
}
