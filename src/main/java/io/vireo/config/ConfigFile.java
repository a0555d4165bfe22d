package io.vireo.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the text of a configuration file into a {@link Config}, line by line, later lines winning.
 *
 * <p>Quoting, comments, {@code include} and the lines of a fatal error are those of Redis 7.0.15.
 */
final class ConfigFile {
    /** Files included from files, at most: beyond it a file includes itself. */
    private static final int DEEPEST_INCLUDE = 16;

    private static final String BAD_DIRECTIVE = "Bad directive or wrong number of arguments";
    private static final String NO_USERS = "this version of Vireo knows no users beside the default one";

    /** Directives that Redis no longer obeys and still takes, with one argument. */
    private static final Set<String> RETIRED =
            Set.of("list-max-ziplist-entries", "list-max-ziplist-value", "lua-replicate-commands");

    /** Directives of Vireo that this version cannot keep the promise of, each with the reason for which it is refused. */
    static final Map<String, String> LATER = later();

    private final Config config;
    private final int depth;

    ConfigFile(Config config) {
        this(config, 0);
    }

    private ConfigFile(Config config, int depth) {
        this.config = config;
        this.depth = depth;
    }

    private static Map<String, String> later() {
        return new TreeMap<>(
                Map.ofEntries(Map.entry("repl-transport", "this version of Vireo replicates over TCP only")));
    }

    /** Whether a line that begins with this word is one that some version of Vireo or Redis knows. */
    static boolean isDirective(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Options.find(lower) != null
                || RETIRED.contains(lower)
                || LATER.containsKey(lower)
                || Set.of("include", "rename-command", "user", "loadmodule", "sentinel")
                        .contains(lower);
    }

    /** Whether CONFIG REWRITE knows what a line that begins with this word is; it makes a remark of any other. */
    static boolean isRewritable(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return isDirective(lower) && !RETIRED.contains(lower) && !LATER.containsKey(lower);
    }

    /**
     * Reads all lines.
     *
     * @param text the file's bytes as a word
     * @throws Fatal at the first line that is refused; lines before it have been read
     */
    void read(String text) throws Fatal {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].strip();
            if (line.isEmpty() || line.charAt(0) == '#') {
                continue;
            }
            try {
                readLine(line, i + 1);
            } catch (ConfigRefusal refusal) {
                throw new Fatal(i + 1, line, refusal.reason());
            }
        }
    }

    private void readLine(String line, int lineNumber) throws ConfigRefusal, Fatal {
        List<String> words = Words.split(line);
        if (words == null) {
            throw new ConfigRefusal("Unbalanced quotes in configuration line");
        }
        if (words.isEmpty()) {
            return;
        }
        String name = words.getFirst().toLowerCase(Locale.ROOT);
        List<String> arguments = words.subList(1, words.size());
        Option<?> option = Options.find(name);
        if (option != null) {
            config.read(option, arguments);
        } else if (LATER.containsKey(name)) {
            throw new ConfigRefusal(LATER.get(name));
        } else {
            readOther(name, arguments, line, lineNumber);
        }
    }

    private void readOther(String name, List<String> arguments, String line, int lineNumber)
            throws ConfigRefusal, Fatal {
        int count = arguments.size();
        switch (name) {
            case "include" -> {
                checkCount(count == 1);
                include(Words.text(arguments.getFirst()));
            }
            case "rename-command" -> {
                checkCount(count == 2);
                config.rename(new RenamedCommand(arguments.get(0), arguments.get(1), lineNumber, line));
            }
            case "user" -> {
                checkCount(count >= 1);
                throw new ConfigRefusal(NO_USERS);
            }
            case "loadmodule" -> {
                checkCount(count >= 1);
                throw new ConfigRefusal("Vireo runs no modules");
            }
            case "sentinel" -> {
                if (count > 0) {
                    throw new ConfigRefusal("sentinel directive while not in sentinel mode");
                }
            }
            default -> checkCount(RETIRED.contains(name) && count == 1);
        }
    }

    private static void checkCount(boolean isRight) throws ConfigRefusal {
        if (!isRight) {
            throw new ConfigRefusal(BAD_DIRECTIVE);
        }
    }

    /** Reads another file in place of the line; a pattern may name several files, or none. */
    private void include(String pattern) throws ConfigRefusal, Fatal {
        if (depth == DEEPEST_INCLUDE) {
            throw new ConfigRefusal("include goes deeper than " + DEEPEST_INCLUDE + " files");
        }
        for (Path included : matches(pattern)) {
            new ConfigFile(config, depth + 1).read(contents(included, pattern));
        }
    }

    private List<Path> matches(String pattern) throws Fatal {
        Path whole = config.get(Options.DIR).resolve(pattern);
        boolean isPattern = pattern.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
        if (!isPattern) {
            return List.of(whole);
        }
        List<Path> found = new ArrayList<>();
        Path parent = whole.getParent();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(parent, whole.getFileName().toString())) {
            files.forEach(found::add);
        } catch (IOException noSuchDirectory) {
            return List.of();
        }
        found.sort(null);
        return found;
    }

    /**
     * The text of a configuration file, as a word.
     *
     * @param shownName how an error names it
     */
    static String contents(Path file, String shownName) throws Fatal {
        try {
            return Words.ofBytes(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new Fatal("Fatal error, can't open config file '" + shownName + "': " + reason(e));
        }
    }

    /** Checks what can only be checked when all lines have been read. */
    void finish() throws Fatal {
        if (config.get(Options.LOGFILE).isEmpty()) {
            return;
        }
        try {
            Files.newOutputStream(config.path(Options.LOGFILE), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new Fatal(0, "", "Can't open the log file: " + reason(e));
        }
    }

    /** What the system says of it. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "No such file or directory";
            case AccessDeniedException denied -> "Permission denied";
            default ->
                e.getMessage() != null && e.getMessage().contains("directory")
                        ? "Is a directory"
                        : "Input/output error";
        };
    }

    /** A configuration with which the server does not start. */
    static final class Fatal extends Exception {
        private static final long serialVersionUID = 1;

        private final String report;
        private final boolean isLogLine;

        /** @param lineNumber counted from 1; 0 where no line is to blame */
        Fatal(int lineNumber, String line, String reason) {
            super(reason, null, false, false);
            String where = lineNumber == 0
                    ? ""
                    : "Reading the configuration file, at line " + lineNumber + "\n>>> '" + Words.text(line) + "'\n";
            this.report = "\n*** FATAL CONFIG FILE ERROR (" + CommandLine.PRODUCT + ") ***\n" + where + reason + "\n";
            this.isLogLine = false;
        }

        /** A file that cannot be read: Redis says so in its log. */
        Fatal(String logLine) {
            super(logLine, null, false, false);
            this.report = logLine;
            this.isLogLine = true;
        }

        /** What to print: whole lines for standard error, or the text of one log line. */
        String report() {
            return report;
        }

        boolean isLogLine() {
            return isLogLine;
        }
    }
}
