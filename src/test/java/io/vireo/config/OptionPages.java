package io.vireo.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the pages that show the option table. */
final class OptionPages {
    private OptionPages() {}

    /** {@code conf/vireo.conf}: every option, commented out, with its default. */
    static String configurationFile() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "# Every option of Vireo. This file is written from the option table: change io.vireo.config.Options.");
        lines.add("#");
        lines.add("# The options stand commented out, without a blank after the sign, and show their defaults; what");
        lines.add("# follows '# ' is text. Copy what you need, or start with this file:");
        lines.add("#");
        lines.add("#     vireo-server conf/vireo.conf --port 7000");
        lines.add("#");
        lines.add("# Sizes may be written 1k (1000), 1kb (1024), 1m, 1mb, 1g, 1gb, in any case. Later lines win.");
        lines.add("# 'include FILE' reads another file in place of the line, 'rename-command NAME NEWNAME' renames a");
        lines.add("# command, or removes it where NEWNAME is \"\".");
        for (OptionSection section : Options.SECTIONS) {
            lines.add("");
            lines.add("");
            lines.add("# " + "-".repeat(10) + " " + section.title() + " " + "-".repeat(10));
            for (Option<?> option : section.rows()) {
                lines.add("");
                lines.add("# " + option.text());
                lines.add("# " + values(option) + ". " + change(option) + aliases(option, " Also: ", "", "."));
                lines.add("#" + option.name() + defaultWords(option));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** {@code src/docs/options.md}. */
    static String page() {
        List<String> lines = new ArrayList<>();
        lines.add("# Options");
        lines.add("");
        lines.add("This page is written from the option table, `io.vireo.config.Options`. An option is a line of the");
        lines.add("configuration file, an argument of the command line (`--name value`), and a parameter of `CONFIG"
                + " GET`");
        lines.add("and `CONFIG SET`. Names, bounds and defaults are those of Redis 7.0, but for Vireo's own.");
        lines.add("`conf/vireo.conf` holds the same table as a file to copy from.");
        for (OptionSection section : Options.SECTIONS) {
            lines.add("");
            lines.add("## " + section.title());
            lines.add("");
            if (section == IdleOptions.SECTION) {
                lines.add(
                        "These are checked, kept and shown, so that a configuration made for Redis starts Vireo. Where"
                                + " one");
                lines.add("has another value than its default, the log says once that it has no effect.");
                lines.add("");
            }
            lines.add(
                    "| option | values | default | CONFIG SET | " + (section == IdleOptions.SECTION ? "why" : "what"));
            lines.set(lines.size() - 1, lines.getLast() + " |");
            lines.add("| --- | --- | --- | --- | --- |");
            for (Option<?> option : section.rows()) {
                lines.add("| `" + option.name() + "`" + aliases(option, " ", "`", "") + " | " + values(option) + " | `"
                        + shownDefault(option) + "` | " + settable(option) + " | " + option.text() + " |");
            }
        }
        lines.add("");
        lines.add("## Known and refused");
        lines.add("");
        lines.add("A line that would be dangerous to ignore ends the start with the reason: `user`, `aclfile`,");
        lines.add("`loadmodule`, `cluster-enabled yes`, `tls-port`, `tls-replication yes`, `tls-cluster yes`,");
        lines.add("`consistency strong`, `consistency journal`, and these:");
        lines.add("");
        lines.add("| directive | why |");
        lines.add("| --- | --- |");
        ConfigFile.LATER.forEach((name, reason) -> lines.add("| `" + name + "` | " + reason + " |"));
        return String.join("\n", lines) + "\n";
    }

    private static String values(Option<?> option) {
        String form = option.type().form();
        return form.substring(0, 1).toUpperCase(Locale.ROOT) + form.substring(1);
    }

    private static String change(Option<?> option) {
        return switch (option.access()) {
            case SETTABLE, HIDDEN -> "CONFIG SET may change it.";
            case SETTABLE_ONCE_LOADED -> "CONFIG SET may change it, except while data are loaded.";
            case PROTECTED -> "CONFIG SET may change it where enable-protected-configs allows that.";
            case PROTECTED_ONCE_LOADED ->
                "CONFIG SET may change it where enable-protected-configs allows that, except"
                        + " while data are loaded.";
            case FIXED, HIDDEN_FIXED -> "Fixed while the server runs.";
        };
    }

    private static String settable(Option<?> option) {
        return switch (option.access()) {
            case SETTABLE -> "yes";
            case SETTABLE_ONCE_LOADED -> "yes, not while loading";
            case PROTECTED -> "protected";
            case PROTECTED_ONCE_LOADED -> "protected, not while loading";
            case FIXED -> "no";
            case HIDDEN -> "yes; shown only by its name";
            case HIDDEN_FIXED -> "no; shown only by its name";
        };
    }

    private static String aliases(Option<?> option, String before, String quote, String after) {
        List<String> quoted =
                option.aliases().stream().map(alias -> quote + alias + quote).toList();
        return quoted.isEmpty() ? "" : before + String.join(" ", quoted) + after;
    }

    private static String shownDefault(Option<?> option) {
        return defaultWords(option).strip().replace("|", "\\|");
    }

    /** The default as it is written after the name, a blank first. */
    private static String defaultWords(Option<?> option) {
        return " " + written(option);
    }

    private static <T> String written(Option<T> option) {
        if (option.defaultValue() instanceof Path) {
            return "./";
        }
        String word = option.type().print(option.defaultValue());
        if (option.defaultValue() == PrimaryAddress.NONE) {
            return "no one";
        }
        boolean isPlain = Words.quote(word).equals('"' + word + '"') && !word.isEmpty();
        boolean isOneWord = word.indexOf(' ') < 0 || option.type().isList();
        return isPlain && isOneWord ? word : Words.quote(word);
    }
}
