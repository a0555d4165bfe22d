package io.vireo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What redis-server 7.0.15 made of the same arguments, and Vireo's several nodes. */
class CommandLineTest {
    private static final String HEAD = "\n*** FATAL CONFIG FILE ERROR (" + CommandLine.PRODUCT + ") ***\n";

    @TempDir
    Path directory;

    private String input = "";

    @BeforeEach
    void writeAFile() throws IOException {
        Files.writeString(directory.resolve("a.conf"), "save 900 1\nport 7000\n");
    }

    private static Arguments refused(int line, String shown, String reason, String... args) {
        return Arguments.of(line, shown, reason, List.of(args));
    }

    static Stream<Arguments> refusedArguments() {
        String integer = "argument couldn't be parsed into an integer";
        String count = "wrong number of arguments";
        String bad = "Bad directive or wrong number of arguments";
        String flags = "argument(s) must be one of the following: default, save, nosave, now, force";
        return Stream.of(
                refused(2, "port", count, "--port"),
                refused(3, "loglevel", count, "--port", "6380", "--loglevel"),
                refused(2, "port \"1\" \"2\"", count, "--port", "1", "2"),
                refused(2, "port \"--loglevel\" \"verbose\"", count, "--port", "--loglevel", "verbose"),
                refused(2, "port \"--bla\"", integer, "--port", "--bla", "--loglevel", "verbose"),
                refused(2, "shutdown-on-sigint", flags, "--shutdown-on-sigint"),
                refused(3, "shutdown-on-sigterm", flags, "--shutdown-on-sigint", "now force", "--shutdown-on-sigterm"),
                refused(2, "replicaof \"h\" \"abc\"", "Invalid master port", "--replicaof", "h", "abc"),
                refused(2, "replicaof \"--h\" \"abc\"", "Invalid master port", "--replicaof", "--h", "abc"),
                refused(2, "replicaof \"--h\"", count, "--replicaof", "--h", "--abc"),
                refused(2, "bogus \"x\"", bad, "--bogus", "x"),
                refused(2, "bogus \"\\\"\\\"\"", bad, "--bogus", "\"\""),
                refused(2, "bogus \"a\\nb\"", bad, "--bogus", "a\nb"),
                refused(2, "bogus \"\\xc3\\xa9\"", bad, "--bogus", "\u00e9"),
                refused(2, "bogus", bad, "--bogus\nx"),
                refused(2, "\"port\" \"x\"", integer, "--", "port", "x"),
                refused(2, "\"port 7\" \"x\"", bad, "--", "port 7", "x"),
                refused(2, "\"\"", bad, "--", ""),
                refused(2, "port 1 2", count, "--port 1 2"),
                refused(2, "port \"x", "Unbalanced quotes in configuration line", "--port \"x"),
                refused(2, "port \"\\\"x\"", integer, "--port", "\"x"),
                refused(2, "\"-x\" \"y\"", bad, "-x", "y"),
                refused(2, "PORT \"x\"", integer, "--PORT", "x"),
                refused(2, "port=7", bad, "--port=7"),
                refused(2, "port \"x\"", integer, "", "--port", "x"),
                refused(3, "bogus", bad, "--save", "--bogus"),
                refused(3, "bogus \"3\"", bad, "--save", "1", "2", "--bogus", "3"),
                refused(4, "port \"x\"", integer, "a.conf", "--port", "x"),
                refused(5, "\"-\"", bad, "a.conf", "--hz", "1", "--", "-", "--hz", "2"));
    }

    @ParameterizedTest
    @MethodSource("refusedArguments")
    void badArgumentsAreRefusedAsLinesOfAFile(int line, String shown, String reason, List<String> args) {
        assertEquals(
                new CommandLine.Stop(
                        "",
                        HEAD + "Reading the configuration file, at line " + line + "\n>>> '" + shown + "'\n" + reason
                                + "\n",
                        1),
                outcome(args));
    }

    @Test
    void noArgumentIsANodeWithEveryDefault() {
        Config config = node();
        assertEquals(6379, config.get(Options.PORT));
        assertEquals(null, config.file());
        assertEquals(directory, config.get(Options.DIR));
    }

    @Test
    void optionsComeAfterTheFile() {
        Config config = node("a.conf", "--port", "7001", "--loglevel", "verbose");
        assertEquals(7001, config.get(Options.PORT));
        assertEquals("verbose", config.print(Options.LOGLEVEL));
        assertEquals(directory.resolve("a.conf"), config.file());
        assertEquals("900 1 100 100", node("a.conf", "--save", "100", "100").print(Options.SAVE));
    }

    @Test
    void saveMayHaveNoValue() {
        for (List<String> args : List.of(
                List.of("a.conf", "--save", "--loglevel", "verbose"),
                List.of("a.conf", "--loglevel", "verbose", "--save"),
                List.of("a.conf", "--save", "", "--loglevel", "verbose"),
                List.of("a.conf", "--proc-title-template", "--save", "--save", "", "--loglevel", "verbose"))) {
            Config config = node(args.toArray(String[]::new));
            assertEquals("", config.print(Options.SAVE));
            assertEquals("verbose", config.print(Options.LOGLEVEL));
        }
    }

    @Test
    void nameAndValueMayShareAnArgument() {
        Config config = node("a.conf", "--maxmemory 700mb", "--maxmemory-policy 'volatile-lru'");
        assertEquals(734_003_200, config.get(Options.MAXMEMORY));
        assertEquals("volatile-lru", config.print(Options.MAXMEMORY_POLICY));
    }

    @Test
    void aDirectiveMayFollowTheFileWithoutDashes() {
        Config config = node("a.conf", "loglevel", "verbose", "--maxmemory '700mb'");
        assertEquals("verbose", config.print(Options.LOGLEVEL));
        assertEquals(734_003_200, config.get(Options.MAXMEMORY));
    }

    @Test
    void aValueMayBeginWithDashes() {
        Config config = node("--proc-title-template", "--my--title", "--loglevel", "verbose");
        assertEquals("--my--title", config.print(Options.find("proc-title-template")));
        assertEquals("verbose", config.print(Options.LOGLEVEL));
    }

    @Test
    void severalValuesFollowOneName() {
        Config config = node("--shutdown-on-sigint", "nosave", "force", "now", "--shutdown-on-sigterm", "nosave force");
        assertEquals("nosave now force", config.print(Options.SHUTDOWN_ON_SIGINT));
        assertEquals("nosave force", config.print(Options.SHUTDOWN_ON_SIGTERM));
        assertEquals(new PrimaryAddress("h", 1), node("--replicaof", "h", "1").get(Options.REPLICAOF));
        assertTrue(node("--replicaof", "no", "one").get(Options.REPLICAOF).isNone());
    }

    @Test
    void standardInputIsReadBetweenFileAndOptions() {
        input = "port 8000\nhz 33";
        Config config = node("a.conf", "--hz", "44", "-");
        assertEquals(8000, config.get(Options.PORT));
        assertEquals(44, config.get(Options.HZ));
        assertEquals(8000, node("-").get(Options.PORT));
        assertEquals(33, node("-", "--timeout", "1").get(Options.HZ));

        input = "hz 1\n\n";
        assertTrue(stop("--hz", "x", "-").standardError().contains("at line 4\n>>> 'hz \"x\"'"));
        input = "bogus 1\n";
        assertTrue(stop("--port", "x", "-").standardError().contains("at line 1\n>>> 'bogus 1'"));
    }

    @Test
    void aFileThatIsMissingIsALogLine() {
        assertEquals(
                new CommandLine.Fail("Fatal error, can't open config file '" + directory.resolve("nosuch.conf")
                        + "': No such file or directory"),
                outcome(List.of("nosuch.conf", "--port", "x")));
    }

    @Test
    void versionAndHelpAreFirstArgumentsOnly() {
        assertEquals(0, stop("-v").exitCode());
        assertEquals(stop("-v"), stop("--version", "--port", "x"));
        assertTrue(stop("-v").standardOutput().startsWith("Vireo server v=7."));
        assertEquals(1, stop("--help").exitCode());
        assertTrue(stop("-h").standardError().startsWith("Usage: "));
        assertEquals(1, stop("--port", "x", "--version").exitCode());
    }

    @Test
    void whatVireoDoesNotDoIsRefused() {
        for (String argument : List.of("--test-memory", "--check-system", "--sentinel")) {
            assertEquals(1, stop(argument, "1").exitCode());
            assertTrue(stop(argument).standardError().startsWith("Vireo "));
        }
    }

    @Test
    void severalFilesAreSeveralNodes() throws IOException {
        Files.createDirectories(directory.resolve("b"));
        Files.writeString(directory.resolve("b.conf"), "port 7001\ndir b\nlogfile log\nreplicaof 127.0.0.1 7000");
        Files.writeString(directory.resolve("a.conf"), "port 7000\nlogfile log");

        CommandLine.Start start =
                assertInstanceOf(CommandLine.Start.class, outcome(List.of("a.conf", "b.conf", "--loglevel", "debug")));

        assertEquals(
                List.of(7000, 7001),
                start.nodes().stream().map(c -> c.get(Options.PORT)).toList());
        for (Config config : start.nodes()) {
            assertEquals("debug", config.print(Options.LOGLEVEL));
        }
        assertEquals(directory.resolve("b/log"), start.nodes().get(1).path(Options.LOGFILE));
    }

    @Test
    void severalNodesShareNoDirPortOrLogfile() throws IOException {
        Files.createDirectories(directory.resolve("b"));
        Path log = directory.resolve("log");
        Files.writeString(directory.resolve("same-dir.conf"), "port 1");
        Files.writeString(directory.resolve("same-port.conf"), "port 7000\ndir b");
        Files.writeString(directory.resolve("log1.conf"), "port 2\nlogfile log");
        Files.writeString(directory.resolve("log2.conf"), "port 3\ndir b\nlogfile " + log);

        assertTrue(stop("a.conf", "same-dir.conf").standardError().contains("have the same dir: " + directory));
        assertTrue(stop("a.conf", "same-port.conf").standardError().contains("have the same port: 7000"));
        assertTrue(stop("log1.conf", "log2.conf").standardError().contains("have the same logfile: " + log));
    }

    @ParameterizedTest
    @MethodSource("ofOneNode")
    void severalNodesTakeNoOptionThatIsForOne(List<String> option) throws IOException {
        Files.createDirectories(directory.resolve("b"));
        Files.writeString(directory.resolve("b.conf"), "port 7001\ndir b");
        String[] args =
                Stream.concat(Stream.of("a.conf", "b.conf"), option.stream()).toArray(String[]::new);
        assertTrue(stop(args).standardError().contains(" is for one node: with several files, write it into each"));
        assertEquals(1, stop(args).exitCode());
    }

    static Stream<List<String>> ofOneNode() {
        return Stream.of(
                List.of("--port", "0"),
                List.of("--PORT 0"),
                List.of("--", "port", "0"),
                List.of("--replicaof", "h", "1"),
                List.of("--slaveof", "h", "1"),
                List.of("--dir", "/tmp"),
                List.of("--unixsocket", "/tmp/s"),
                List.of("--pidfile", "/tmp/p"),
                List.of("--logfile", ""));
    }

    private CommandLine.Outcome outcome(List<String> args) {
        return CommandLine.read(args, directory, new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private CommandLine.Stop stop(String... args) {
        return assertInstanceOf(CommandLine.Stop.class, outcome(Arrays.asList(args)));
    }

    private Config node(String... args) {
        CommandLine.Start start = assertInstanceOf(CommandLine.Start.class, outcome(Arrays.asList(args)));
        assertEquals(1, start.nodes().size());
        return start.nodes().getFirst();
    }
}
