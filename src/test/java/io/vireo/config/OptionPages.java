package io.vireo.config;

import java.nio.file.Path;
import java.util.List;

/** Writes the pages that show the option table. */
final class OptionPages {
    private OptionPages() {}
    /** {@code conf/vireo.conf}: every option, commented out, with its default. */
    static String configurationFile() {
        StringBuilder out = new StringBuilder("""
            # Every option of Vireo. This file is written from the option table, io.vireo.config.Options.
            #
            # The options stand commented out, without a blank after the sign, and show their defaults; what follows
            # '# ' is text. Copy what you need, or start with this file and change it:
            #
            #     vireo-server conf/vireo.conf --port 7000
            #
            # Sizes may be written 1k (1000), 1kb (1024), 1m, 1mb, 1g, 1gb, in any case. Later lines win.
            # 'include FILE' reads another file in place of the line; 'rename-command NAME NEWNAME' renames a
            # command, or removes it where NEWNAME is "".
            """);
        for (OptionSection section : Options.SECTIONS) {
            out.append("\n\n# ---------- ").append(section.title()).append(" ----------\n");
            section.rows().forEach(option -> out.append(lines(option)));
        }
        return out.toString();
    }

    private static String lines(Option<?> option) {
        return """

            # %s
            # Values: %s.
            # %s%s
            #%s %s
            """.formatted(
                        option.text(),
                        option.type().form(),
                        change(option),
                        aliases(option, " Also: ", "", "."),
                        option.name(),
                        written(option));
    }

    /** {@code src/docs/options.md}. */
    static String page() {
        StringBuilder out = new StringBuilder("""
            # Options

            This page is written from the option table, `io.vireo.config.Options`. An option is a line of the
            configuration file, an argument of the command line (`--name value`), and a parameter of `CONFIG GET` and
            `CONFIG SET`. Names, bounds and defaults are those of Redis 7.0, but for Vireo's own. `conf/vireo.conf` holds
            the same table as a file to copy from.
            """);
        for (OptionSection section : Options.SECTIONS) {
            out.append("\n## ").append(section.title()).append("\n\n");
            boolean isIdle = section == IdleOptions.SECTION;
            if (isIdle) {
                out.append("""
                    These are checked, kept and shown, so that a configuration made for Redis starts Vireo. Where one has
                    another value than its default, the log says once that it has no effect.

                    """);
            }
            out.append("| option | values | default | CONFIG SET | ").append(isIdle ? "why" : "what");
            out.append(" |\n| --- | --- | --- | --- | --- |\n");
            section.rows().forEach(option -> out.append(row(option)));
        }
        out.append("""

            ## Known and refused

            A line that would be dangerous to ignore ends the start with the reason: `user`, `aclfile`, `loadmodule`,
            `cluster-enabled yes`, `tls-port`, `tls-replication yes`, `tls-cluster yes`, `consistency strong`,
            `consistency journal`, and these:

            | directive | why |
            | --- | --- |
            """);
        ConfigFile.LATER.forEach((name, reason) -> out.append("| `%s` | %s |\n".formatted(name, reason)));
        return out.toString();
    }

    private static String row(Option<?> option) {
        return "| `%s`%s | %s | `%s` | %s | %s |\n"
                .formatted(
                        option.name(),
                        aliases(option, " ", "`", ""),
                        option.type().form(),
                        written(option),
                        settable(option),
                        option.text());
    }

    private static String change(Option<?> option) {
        return switch (option.access()) {
            case SETTABLE, HIDDEN -> "CONFIG SET may change it.";
            case SETTABLE_ONCE_LOADED -> "CONFIG SET may change it, except while data are loaded.";
            case PROTECTED -> "CONFIG SET may change it where enable-protected-configs allows that.";
            case PROTECTED_ONCE_LOADED ->
                "CONFIG SET may change it where enable-protected-configs allows that, except"
                        + " while data are loaded.";
            case FIXED, FIXED_AS_IT_IS, HIDDEN_FIXED -> "Fixed while the server runs.";
        };
    }

    private static String settable(Option<?> option) {
        return switch (option.access()) {
            case SETTABLE -> "yes";
            case SETTABLE_ONCE_LOADED -> "yes, not while loading";
            case PROTECTED -> "protected";
            case PROTECTED_ONCE_LOADED -> "protected, not while loading";
            case FIXED, FIXED_AS_IT_IS -> "no";
            case HIDDEN -> "yes; shown only by its name";
            case HIDDEN_FIXED -> "no; shown only by its name";
        };
    }

    private static String aliases(Option<?> option, String before, String quote, String after) {
        List<String> quoted =
                option.aliases().stream().map(alias -> quote + alias + quote).toList();
        return quoted.isEmpty() ? "" : before + String.join(" ", quoted) + after;
    }

    /** The default as it is written after the name. */
    private static <T> String written(Option<T> option) {
        if (option.defaultValue() instanceof Path) {
            return "./";
        }
        String word = option.type().print(option.defaultValue());
        if (option.defaultValue().equals(PrimaryAddress.NONE)) {
            return "no one";
        }
        boolean isPlain = Words.quote(word).equals('"' + word + '"') && !word.isEmpty();
        boolean isOneWord = word.indexOf(' ') < 0 || option.type().isList();
        return isPlain && isOneWord ? word : Words.quote(word);
    }
}
