package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What redis-cli and redis-benchmark do and show with Vireo, and with redis-server where the same is to be shown. */
@NeedsRedis
class RedisCliIT {
    private static final String CLI = "redis-cli";

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    private Path folder;

    private ServerProcess redis;
    private ServerProcess vireo;

    @BeforeEach
    void startBoth() {
        redis = servers.start(Program.REDIS, "--maxmemory-policy", "allkeys-lfu", "--unixsocket", socket("redis"));
        vireo = servers.start(Program.VIREO, "--maxmemory-policy", "allkeys-lfu", "--unixsocket", socket("vireo"));
    }

    private String socket(String name) {
        return folder.resolve(name + ".sock").toString();
    }

    private static String[] line(String program, ServerProcess server, String... words) {
        return Stream.concat(Stream.of(program, "-p", "" + server.port()), Arrays.stream(words))
                .toArray(String[]::new);
    }

    private static String cli(ServerProcess server, String... words) {
        return Tool.run(line(CLI, server, words));
    }

    /** Runs redis-cli with both servers, which must make it show the same. */
    private String same(String... words) {
        String theirs = cli(redis, words);
        assertEquals(theirs, cli(vireo, words), String.join(" ", words));
        return theirs;
    }

    private void fill() {
        for (ServerProcess server : List.of(redis, vireo)) {
            for (int i = 0; i < 50; i++) {
                server.ask("SET", "string:" + i, "x".repeat(i * 10));
                server.ask("RPUSH", "list", "e" + i);
                server.ask("SADD", "set", "e" + i);
                server.ask("HSET", "hash", "f" + i, "v");
                server.ask("ZADD", "sorted", "" + i, "m" + i);
            }
        }
    }

    @Test
    void repliesAreShownInEveryForm() {
        for (List<String> form : List.of(
                List.<String>of(), List.of("--no-raw"), List.of("--csv"), List.of("--json"), List.of("--raw", "-3"))) {
            for (String command : List.of(
                    "SET a b",
                    "GET a",
                    "GET nosuch",
                    "INCR a",
                    "DEL l",
                    "RPUSH l a b c",
                    "LRANGE l 0 -1",
                    "HSET h f v g w",
                    "HGETALL h",
                    "ZADD z 1.5 m",
                    "ZSCORE z m",
                    "ZRANGE z 0 -1 WITHSCORES",
                    "CONFIG GET maxmemory-p*",
                    "OBJECT ENCODING l")) {
                same(Stream.concat(form.stream(), Arrays.stream(command.split(" ", -1)))
                        .toArray(String[]::new));
            }
        }
        same("-n", "3", "SET", "in3", "x");
        same("-n", "3", "DBSIZE");
        same("-r", "3", "-i", "0.05", "INCR", "counted");
        same("-e", "GET", "a");
    }

    @Test
    void aUnixSocketServes() {
        assertEquals("PONG\n", Tool.run(CLI, "-s", socket("vireo"), "PING"));
        String shown = Tool.run("redis-benchmark", "-s", socket("vireo"), "-q", "-n", "500", "-t", "set,get");
        assertTrue(shown.contains("SET: ") && shown.contains("GET: "), shown);
    }

    @Test
    void helpComesFromTheServer() {
        for (String question : List.of("help set", "help zadd", "help client kill", "help object encoding")) {
            String theirs = help(redis, question);
            assertTrue(theirs.contains("since"), theirs);
            assertEquals(synopsis(theirs), synopsis(help(vireo, question)), question);
        }
    }

    private static String help(ServerProcess server, String question) {
        try (Tool tool = Tool.start(line(CLI, server))) {
            tool.say(question + "\n");
            tool.endInput();
            return tool.awaitEnd(0);
        }
    }

    /** All but the summaries, which are each server's own words. */
    private static List<String> synopsis(String help) {
        return help.lines().filter(line -> !line.contains("summary")).toList();
    }

    @Test
    void hintsShowTheWordsToCome() {
        assertEquals(hints(redis), hints(vireo));
    }

    /** What is shown behind the prompt while a command is typed, on a terminal. */
    private static List<String> hints(ServerProcess server) {
        String shell = "stty cols 200 rows 30; redis-cli -p " + server.port();
        String prompt = "127.0.0.1:" + server.port() + "> ";
        List<String> hints = new ArrayList<>();
        try (Tool tool = Tool.start("script", "-qec", shell, "/dev/null")) {
            for (String command : List.of("SET k v EX 1", "OBJECT FREQ k", "exit")) {
                Await.until(() -> tool.output().endsWith(prompt), "a prompt");
                int from = tool.output().length() - prompt.length();
                for (int i = 1; i <= command.length(); i++) {
                    String typed = prompt + command.substring(0, i);
                    tool.say(command.substring(i - 1, i));
                    Await.until(() -> tool.output().indexOf(typed, from) >= 0, "an echo of " + typed);
                }
                tool.say("\r");
            }
            for (String line : tool.awaitEnd(0).split("\r", -1)) {
                if (line.contains("[0;90;49m")) {
                    hints.add(line.substring(line.indexOf("> ") + 1).replaceAll("\\x1b\\[[\\d;]*[A-Za-z]", ""));
                }
            }
        }
        assertTrue(hints.stream().anyMatch(hint -> hint.contains("value [NX|XX]")), hints.toString());
        return hints;
    }

    @Test
    void theDataSetIsTakenAsAFile() {
        fill();
        Path file = folder.resolve("taken.rdb");
        String shown = cli(vireo, "--rdb", file.toString());
        assertTrue(shown.contains("Transfer finished with success"), shown);
        assertTrue(Tool.run("redis-check-rdb", file.toString()).contains("RDB looks OK"));
        ServerProcess other = servers.prepare(Program.REDIS);
        copy(file, other.dir().resolve("dump.rdb"));
        other.restart();
        assertEquals(54, other.ask("DBSIZE").number());
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theStreamIsShown() {
        fill();
        try (Tool tool = Tool.start(line(CLI, vireo, "--replica"))) {
            tool.awaitOutput("SYNC with master");
            Await.until(
                    () -> tool.output().contains("transfer") && tool.output().contains("done"), "a copy");
            vireo.ask("SET", "a", "b");
            tool.awaitOutput("\"SET\",\"a\",\"b\"");
        }
    }

    @Test
    void manyCommandsArePipedIn() {
        try (Tool tool = Tool.start(line(CLI, vireo, "--pipe"))) {
            StringBuilder commands = new StringBuilder();
            for (int i = 0; i < 10_000; i++) {
                commands.append("SET key:").append(i).append(" ").append(i).append("\r\n");
            }
            tool.say(commands.toString());
            tool.endInput();
            String shown = tool.awaitEnd(0);
            assertTrue(shown.contains("errors: 0, replies: 10000"), shown);
        }
        assertEquals(10_000, vireo.ask("DBSIZE").number());
    }

    @Test
    void theLargestKeysAreFound() {
        fill();
        assertEquals(summary(cli(redis, "--bigkeys")), summary(cli(vireo, "--bigkeys")));
        assertTrue(summary(cli(vireo, "--bigkeys")).contains("Biggest   list found '\"list\"' has 50 items"));
        String usage = cli(vireo, "--memkeys");
        assertTrue(usage.matches("(?s).*Biggest string found .\"string:4\\d\". has \\d+ bytes.*"), usage);
        assertTrue(usage.contains("Sampled 54 keys in the keyspace!"), usage);
    }

    /** From the summary on; before it is what was found on the way, in the order of the walk. */
    private static List<String> summary(String shown) {
        return shown.substring(shown.indexOf("-------- summary"))
                .lines()
                .map(String::strip)
                .sorted()
                .toList();
    }

    @Test
    void theMostUsedKeysAreFound() {
        fill();
        for (int i = 0; i < 200; i++) {
            vireo.ask("GET", "string:7");
        }
        String shown = cli(vireo, "--hotkeys");
        assertTrue(shown.contains("keyname: \"string:7\""), shown);
        assertTrue(shown.contains("Sampled 54 keys in the keyspace!"), shown);
    }

    @Test
    void keysAreScanned() {
        fill();
        for (String[] words :
                List.of(new String[] {"--scan"}, new String[] {"--scan", "--pattern", "string:1*"}, new String[] {
                    "--quoted-pattern", "st\\x72*", "--scan"
                })) {
            assertEquals(sorted(cli(redis, words)), sorted(cli(vireo, words)));
        }
    }

    private static List<String> sorted(String shown) {
        return shown.lines().sorted().toList();
    }

    @Test
    void figuresAreShownEverySecond() {
        fill();
        try (Tool tool = Tool.start(line(CLI, vireo, "--stat", "-i", "0.1"))) {
            Await.until(() -> tool.output().lines().count() >= 4, "some lines");
            assertTrue(tool.output().contains("- data -"), tool.output());
            String row = tool.output().lines().skip(3).findFirst().orElseThrow();
            assertTrue(row.matches("54 +[\\d.]+[BKM] +\\d+ +0 +\\d+ \\(.*\\) +\\d+ *"), row);
        }
    }

    @Test
    void latencyIsMeasured() {
        assertTrue(cli(vireo, "--latency", "-i", "0.2").matches("(?s)\\d+ \\d+ [\\d.]+ \\d+\\s+"));
        assertTrue(cli(vireo, "--latency", "-i", "0.2", "--csv").matches("(?s)\\d+,\\d+,[\\d.]+,\\d+\\s+"));
        try (Tool tool = Tool.start(line(CLI, vireo, "--latency-history", "-i", "0.2"))) {
            Await.until(() -> tool.output().lines().count() > 0, "a row");
        }
    }

    @Test
    void aBenchmarkRunsAllItsTests() {
        String shown = Tool.run(line("redis-benchmark", vireo, "-q", "-n", "200", "-c", "5"));
        for (String test : List.of(
                "PING_INLINE",
                "PING_MBULK",
                "SET",
                "GET",
                "INCR",
                "LPUSH",
                "RPUSH",
                "LPOP",
                "RPOP",
                "SADD",
                "HSET",
                "SPOP",
                "ZADD",
                "ZPOPMIN",
                "LRANGE_100 (first 100 elements)",
                "LRANGE_600 (first 600 elements)",
                "MSET (10 keys)")) {
            assertTrue(shown.contains(test + ": "), test + " in " + shown);
        }
        assertTrue(!shown.contains("WARNING") && !shown.contains("rror"), shown);
        String piped = Tool.run(line(
                "redis-benchmark", vireo, "-q", "-n", "1000", "-P", "16", "-r", "100", "SET", "k:__rand_int__", "v"));
        assertTrue(piped.contains("requests per second"), piped);
    }

    @Test
    void aCopyOfFunctionsAloneHoldsNoKeys() {
        fill();
        Path file = folder.resolve("functions.rdb");
        String shown = cli(vireo, "--functions-rdb", file.toString());
        assertTrue(shown.contains("Transfer finished with success"), shown);
        String checked = Tool.run("redis-check-rdb", file.toString());
        assertTrue(checked.contains("0 keys read"), checked);
        assertTrue(checked.contains("RDB looks OK"), checked);
        assertEquals(
                redis.ask("REPLCONF", "rdb-filter-only", "keys").wire(),
                vireo.ask("REPLCONF", "rdb-filter-only", "keys").wire());
    }
}
