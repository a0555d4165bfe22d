package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as a process: how it starts, refuses to start, and ends; compared with redis-server where that can be. */
@NeedsRedis
class ProcessIT {
    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    Path folder;

    static Stream<Program> programs() {
        return Pair.programs();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nosuch 1",
                "--port",
                "--port x",
                "--port 1 2",
                "--port 99999",
                "--replicaof a",
                "--save 1",
                "--maxmemory 1x",
                "--loglevel nosuch",
                "--dir /no/such",
                "--dbfilename a/b",
                "--replica-read-only maybe",
                "--databases 0",
                "-x",
                "--client-output-buffer-limit nosuch 0 0 0",
                "--rename-command GET",
                "--logfile /no/such/file",
                "bad.conf",
                "good.conf --port x",
                "quotes.conf",
                "including.conf"
            })
    void whatCannotBeConfiguredIsSaidOnStandardErrorInRedissWords(String arguments) throws IOException {
        Files.writeString(folder.resolve("good.conf"), "loglevel notice\n");
        Files.writeString(folder.resolve("bad.conf"), "# remark\n\nport 1\nnosuch yes\n");
        Files.writeString(folder.resolve("quotes.conf"), "logfile \"unbalanced\n");
        Files.writeString(folder.resolve("including.conf"), "include " + folder.resolve("bad.conf") + "\n");
        String[] words = arguments.split(" ", -1);

        ShortRun redis = ShortRun.of(Program.REDIS, folder, "", words);
        ShortRun other = ShortRun.of(program(), folder, "", words);

        assertThat(other.errors().replaceFirst("\\(Vireo [^)]*\\)", "(Redis 7.0.15)"))
                .isEqualTo(redis.errors())
                .isNotEmpty();
        assertThat(other.exitCode()).isEqualTo(redis.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuch.conf", "--include nosuch.conf", "--port 0"})
    void whatCannotBeStartedIsSaidInTheLog(String arguments) {
        String[] words = arguments.split(" ", -1);

        ShortRun redis = ShortRun.of(Program.REDIS, folder, "", words);
        ShortRun other = ShortRun.of(program(), folder, "", words);

        assertThat(other.errors()).isEmpty();
        assertThat(lastPhrase(other.out())).isEqualTo(lastPhrase(redis.out()));
        assertThat(other.exitCode()).isEqualTo(redis.exitCode()).isEqualTo(1);
    }

    @Test
    void aTakenPortIsSaidInTheLog() {
        ServerProcess holder = servers.start(Program.REDIS);
        String[] words = {"--port", "" + holder.port(), "--bind", "127.0.0.1"};

        ShortRun redis = ShortRun.of(Program.REDIS, folder, "", words);
        ShortRun other = ShortRun.of(program(), folder, "", words);

        List<String> expected = new LogPhrases(redis.out(), Map.of()).all();
        List<String> actual = new LogPhrases(other.out(), Map.of()).all();
        assertThat(actual.subList(actual.size() - 2, actual.size()))
                .isEqualTo(expected.subList(expected.size() - 2, expected.size()));
        assertThat(other.exitCode()).isEqualTo(redis.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void configurationComesFromFileStandardInputAndCommandLineTheLastOneWins(Program program) throws IOException {
        Path file = Files.writeString(folder.resolve("the.conf"), """
            # a remark
            port 1
            requirepass "with \\"quotes\\" \\x41"
            repl-backlog-size 3mb
            slave-priority 7
            save 900 1
            save 300 10
            include %s
            """.formatted(folder.resolve("more.conf")));
        Files.writeString(folder.resolve("more.conf"), "repl-timeout 77\nmaxclients 111\n");

        ServerProcess server = servers.prepare(program);
        server.launchAs(
                "maxclients 222\n",
                file.toString(),
                "--port",
                "" + server.port(),
                "--bind",
                "127.0.0.1",
                "--dir",
                server.dir().toString(),
                "--repl-ping-replica-period",
                "5",
                "-");
        server.awaitReady();
        try (RespClient client = server.client()) {
            assertThat(client.ask("AUTH", "with \"quotes\" A").wire()).isEqualTo("+OK\r\n");
            for (String[] option : new String[][] {
                {"repl-backlog-size", "3145728"},
                {"replica-priority", "7"},
                {"repl-timeout", "77"},
                {"maxclients", "222"},
                {"repl-ping-replica-period", "5"},
                {"save", "900 1 300 10"}
            }) {
                assertThat(client.ask("CONFIG", "GET", option[0]).texts()).containsExactly(option);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aSignalEndsTheServerAfterAFinalSave(Program program) {
        for (String signal : new String[] {"TERM", "INT"}) {
            ServerProcess server = servers.start(program, "--save", "900 1");
            server.run("SET a " + signal);
            server.signal(signal);

            assertThat(server.awaitEnd()).isZero();
            assertThat(server.log())
                    .contains("Received SIG" + signal + " scheduling shutdown...")
                    .contains("User requested shutdown...")
                    .contains("Saving the final RDB snapshot before exiting.")
                    .contains("DB saved on disk")
                    .contains("is now ready to exit, bye bye...");
            assertThat(server.errors()).isEmpty();
            server.restart();
            assertThat(server.run("GET a")).endsWith("\r\n" + signal + "\r\n");
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void abortedItSaysWhereItWasAlsoWhileItsThreadIsBusy(Program program) {
        ServerProcess server = servers.start(program, "--enable-debug-command", "yes");
        server.client().send("DEBUG SLEEP 60\r\n");
        server.signal("ABRT");
        assertThat(server.awaitEnd()).isEqualTo(128 + 6);
        assertThat(server.log()).contains("crashed by signal: 6").doesNotContain("bye bye");

        server.restart("--crash-log-enabled", "no");
        server.signal("ABRT");
        assertThat(server.awaitEnd()).isEqualTo(128 + 6);
        assertThat(server.log()).doesNotContain("crashed by signal");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void withoutSavePointsASignalSavesNothing(Program program) {
        ServerProcess server = servers.start(program);
        server.run("SET a 1");

        assertThat(server.stop()).isZero();
        assertThat(server.dir().resolve("dump.rdb")).doesNotExist();
        assertThat(server.log()).doesNotContain("Saving the final RDB snapshot");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void thePidIsThatOfTheProcessThatWasStarted(Program program) {
        ServerProcess server = servers.start(program, "--always-show-logo", "yes");

        assertThat(server.infoNumber("server", "process_id")).isEqualTo(server.pid());
        assertThat(server.log()).contains(" PID: " + server.pid() + "\n");
        assertThat(server.log().lines().filter(line -> line.matches("\\d+:[CMS] .*")))
                .allMatch(line -> line.startsWith(server.pid() + ":"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void theLogGoesToTheFileThatIsNamedAndToNoOther(Program program) throws IOException {
        ServerProcess server = servers.prepare(program);
        server.launch("--logfile", server.dir() + "/the.log");
        Path file = server.dir().resolve("the.log");
        Await.until(
                () -> Files.exists(file) && Files.readString(file).contains("Ready to accept connections"),
                "a line in the log file");
        assertThat(server.stop()).isZero();

        assertThat(server.log()).isEmpty();
        assertThat(server.errors()).isEmpty();
        List<String> phrases = new LogPhrases(Files.readString(file, StandardCharsets.ISO_8859_1), Map.of()).all();
        assertThat(phrases).last().asString().contains("is now ready to exit, bye bye...");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void whileItLoadsTheServerSaysSo(Program program) {
        ServerProcess server = servers.start(program, "--save", "900 1", "--enable-debug-command", "yes");
        server.run("DEBUG POPULATE 20000");
        assertThat(server.stop()).isZero();

        server.launch("--key-load-delay", "100", "--loading-process-events-interval-bytes", "1024");
        Await.until(() -> server.run("GET a").equals("-LOADING Redis is loading the dataset in memory\r\n"), "LOADING");
        assertThat(server.info("persistence", "loading")).isEqualTo("1");
        assertThat(server.infoNumber("persistence", "loading_total_bytes")).isPositive();
        assertThat(server.run("PING")).startsWith("-LOADING ");
        assertThat(server.run("SET a 1")).startsWith("-LOADING ");
        assertThat(server.run("CONFIG SET key-load-delay 0")).isEqualTo("+OK\r\n");
        server.awaitReady();
        assertThat(server.run("DBSIZE")).isEqualTo(":20000\r\n");
        assertThat(server.log()).contains("DB loaded from disk: ").contains("keys loaded: 20000, keys expired: 0.");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aServerThatIsKilledWhileItSavesLeavesTheOldFile(Program program) {
        ServerProcess server = servers.start(program, "--enable-debug-command", "yes");
        server.run("SET a old");
        assertThat(server.run("SAVE")).isEqualTo("+OK\r\n");
        server.run("SET a new");
        server.run("DEBUG POPULATE 10000");
        server.run("CONFIG SET rdb-key-save-delay 1000");
        assertThat(server.run("BGSAVE")).isEqualTo("+Background saving started\r\n");
        Await.until(() -> server.dir().toFile().list((dir, name) -> name.startsWith("temp-")).length > 0, "a file");
        server.kill();

        server.restart();
        assertThat(server.run("GET a")).isEqualTo("$3\r\nold\r\n");
        assertThat(server.run("DBSIZE")).isEqualTo(":1\r\n");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void savePointsSave(Program program) {
        ServerProcess server = servers.start(program, "--save", "1 1");
        server.run("SET a 1");
        server.awaitLog("1 changes in 1 seconds. Saving...");
        server.awaitLog("Background saving terminated with success");
        server.kill();
        server.restart();
        assertThat(server.run("GET a")).isEqualTo("$1\r\n1\r\n");
    }

    private static Program program() {
        return Pair.programs().findFirst().orElseThrow();
    }

    private static String lastPhrase(String log) {
        return new LogPhrases(log, Map.of()).all().getLast();
    }
}
