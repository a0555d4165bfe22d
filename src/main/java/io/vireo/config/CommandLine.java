package io.vireo.config;

import io.vireo.base.Product;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the arguments of {@code vireo-server}: those of redis-server, and several files for several nodes.
 *
 * <p>Files, standard input ({@code -}) and options are one text per node, read in this order: an option is a line after
 * the file's last. What begins with {@code --} starts such a line, unless it is the first value of the option before.
 */
public final class CommandLine {
    static final String PRODUCT = "Vireo " + Product.version() + ", Redis " + Product.REDIS_VERSION;

    private static final List<Option<?>> ONE_NODE_ONLY = List.of(
            Options.PORT, Options.REPLICAOF, Options.DIR, Options.UNIX_SOCKET, Options.PIDFILE, Options.LOGFILE);

    /** What the arguments ask for. */
    public sealed interface Outcome {}

    /** Start these nodes, at least one. */
    public record Start(List<Config> nodes) implements Outcome {}

    /** Print something and end. */
    public record Stop(String standardOutput, String standardError, int exitCode) implements Outcome {}

    /** Say this in the log, on standard output, as a warning, and end with exit code 1. */
    public record Fail(String logText) implements Outcome {}

    private final List<String> args;
    private final Path startDirectory;
    private final InputStream standardInput;

    private CommandLine(List<String> args, Path startDirectory, InputStream standardInput) {
        this.args = args;
        this.startDirectory = startDirectory;
        this.standardInput = standardInput;
    }

    /**
     * Reads arguments and the files they name.
     *
     * @param args without the program's name
     * @param startDirectory where relative names of files and {@code dir} are found from
     * @param standardInput read to its end where {@code -} asks for it
     */
    public static Outcome read(List<String> args, Path startDirectory, InputStream standardInput) {
        return new CommandLine(args, startDirectory.toAbsolutePath(), standardInput).read();
    }

    private Outcome read() {
        Outcome special = args.isEmpty() ? null : special(args.getFirst());
        if (special != null) {
            return special;
        }
        int fileCount = fileCount();
        Arguments arguments = Arguments.of(args, fileCount);
        try {
            String input = arguments.readsInput ? Words.ofBytes(standardInput.readAllBytes()) : "";
            List<Config> nodes = new ArrayList<>();
            for (int i = 0; i < Math.max(1, fileCount); i++) {
                Path file = fileCount == 0 || args.get(i).isEmpty() ? null : startDirectory.resolve(args.get(i));
                nodes.add(node(file, input, arguments.options));
            }
            if (fileCount > 1) {
                checkSeveral(arguments.options, nodes);
            }
            return new Start(List.copyOf(nodes));
        } catch (ConfigFile.Fatal fatal) {
            return fatal.isLogLine() ? new Fail(fatal.report()) : new Stop("", fatal.report(), 1);
        } catch (IOException e) {
            return new Stop("", "Standard input cannot be read: " + e.getMessage() + "\n", 1);
        }
    }

    private Config node(Path file, String input, String options) throws ConfigFile.Fatal {
        Config config = Config.startingIn(startDirectory);
        StringBuilder text = new StringBuilder();
        if (file != null) {
            config.file(file);
            text.append(ConfigFile.contents(file, file.toString()));
        }
        text.append(input);
        if (!args.isEmpty()) {
            text.append('\n').append(options);
        }
        ConfigFile reader = new ConfigFile(config);
        reader.read(text.toString());
        reader.finish();
        return config;
    }

    private static Outcome special(String first) {
        return switch (first) {
            case "-v", "--version" -> new Stop(version(), "", 0);
            case "-h", "--help" -> new Stop("", usage(), 1);
            case "--test-memory" ->
                new Stop("", "Vireo does not test memory: use memtest86 or memtester, with the server stopped.\n", 1);
            case "--check-system" ->
                new Stop(
                        "",
                        "Vireo does not check the system: what it needs of it, it says in its log at the start.\n",
                        1);
            case "--sentinel" ->
                new Stop(
                        "",
                        "Vireo has no Sentinel mode: run redis-sentinel beside it, which can watch Vireo's nodes.\n",
                        1);
            default -> null;
        };
    }

    /** In the shape of Redis's line, whose {@code v=} tools look for. */
    private static String version() {
        return "Vireo server v=" + Product.REDIS_VERSION + " vireo=" + Product.version() + " malloc=arena bits=64\n";
    }

    private static String usage() {
        return """
            Usage: vireo-server [FILE...] [--DIRECTIVE VALUE...]... [-]
                   vireo-server -v | --version
                   vireo-server -h | --help

            FILE         a configuration file as Redis reads it; several are several nodes in one process
            --DIRECTIVE  any line of such a file, read after it; with several files it is for every node
            -            as the first or last argument: read more lines from standard input

            Examples:
                   vireo-server                                 (a node with every default, on port 6379)
                   vireo-server conf/6379.conf --loglevel verbose
                   vireo-server --port 7777 --replicaof 127.0.0.1 8888
                   echo 'maxmemory 128mb' | vireo-server -
                   vireo-server conf/6379.conf conf/6380.conf conf/6381.conf
            """;
    }

    /** How many of the first arguments are files. After the first file, the name of a directive ends them. */
    private int fileCount() {
        int count = 0;
        while (count < args.size()) {
            String arg = args.get(count);
            boolean isOption = arg.startsWith("-") || count > 0 && ConfigFile.isDirective(arg);
            if (isOption) {
                break;
            }
            count++;
        }
        return count;
    }

    /** Refuses what several nodes in one process cannot have in common. */
    private static void checkSeveral(String options, List<Config> nodes) throws ConfigFile.Fatal {
        for (String line : options.lines().toList()) {
            List<String> words = Words.split(line);
            Option<?> option = words == null || words.isEmpty() ? null : Options.find(words.getFirst());
            if (option != null && ONE_NODE_ONLY.contains(option)) {
                throw new ConfigFile.Fatal(
                        0, "", "--" + words.getFirst() + " is for one node: with several files, write it into each");
            }
        }
        checkDifferent(nodes, "dir", config -> config.get(Options.DIR).toString());
        checkDifferent(nodes, "port", config -> config.get(Options.PORT) == 0 ? "" : config.print(Options.PORT));
        checkDifferent(
                nodes,
                "http-port",
                config -> config.get(Options.HTTP_PORT) == 0 ? "" : config.print(Options.HTTP_PORT));
        checkDifferent(
                nodes,
                "logfile",
                config -> config.get(Options.LOGFILE).isEmpty()
                        ? ""
                        : config.path(Options.LOGFILE).toString());
    }

    private static void checkDifferent(List<Config> nodes, String name, Function<Config, String> value)
            throws ConfigFile.Fatal {
        Map<String, Config> seen = new HashMap<>();
        for (Config config : nodes) {
            String its = value.apply(config);
            Config other = its.isEmpty() ? null : seen.put(its, config);
            if (other != null) {
                throw new ConfigFile.Fatal(
                        0, "", config.file() + " and " + other.file() + " have the same " + name + ": " + its);
            }
        }
    }

    /** The arguments after the files, as lines of a configuration file. */
    private record Arguments(String options, boolean readsInput) {
        static Arguments of(List<String> args, int from) {
            StringBuilder lines = new StringBuilder();
            boolean readsInput = false;
            boolean wantsValue = false;
            for (int i = from; i < args.size(); i++) {
                String arg = args.get(i);
                boolean isLast = i == args.size() - 1;
                if (arg.equals("-") && (i == 0 || isLast)) {
                    readsInput = true;
                } else if (!wantsValue && arg.startsWith("--")) {
                    lines.append(lines.isEmpty() ? "" : "\n")
                            .append(Words.of(arg.substring(2)))
                            .append(' ');
                    List<String> words = Words.split(arg);
                    wantsValue = words != null && words.size() == 1;
                    boolean hasNoValue = isLast || args.get(i + 1).startsWith("--");
                    if (wantsValue && arg.equalsIgnoreCase("--save") && hasNoValue) {
                        lines.append("\"\"");
                        wantsValue = false;
                    }
                } else {
                    lines.append(Words.quote(Words.of(arg))).append(' ');
                    wantsValue = false;
                }
            }
            return new Arguments(lines.toString(), readsInput);
        }
    }
}
