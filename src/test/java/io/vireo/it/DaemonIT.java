package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server in the background; each test also holds for redis-server, where it is not about a start that fails. */
@NeedsRedis
class DaemonIT {
    private static final Path DEBIAN = Path.of("/etc/redis/redis.conf");

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    Path folder;

    private final List<ProcessHandle> daemons = new ArrayList<>();

    static Stream<Program> programs() {
        return Pair.programs();
    }

    @AfterEach
    void end() {
        daemons.forEach(ProcessHandle::destroyForcibly);
        daemons.forEach(daemon -> daemon.onExit().join());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void theServerGoesOnByItselfAndLeavesItsIdInAFile(Program program) throws IOException {
        int port = ServerProcess.freePort();
        ShortRun run = background(program, "maxmemory 5mb\n", port, "-");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out() + run.errors()).isEmpty();
        ProcessHandle daemon = daemon(port);

        try (RespClient client = new RespClient(port)) {
            assertThat(client.ask("CONFIG", "GET", "daemonize").texts()).containsExactly("daemonize", "yes");
            assertThat(client.ask("CONFIG", "GET", "maxmemory").texts()).containsExactly("maxmemory", "5242880");
            assertThat(client.info("server").get("process_id")).isEqualTo("" + daemon.pid());
        }
        String stat = Files.readString(Path.of("/proc/" + daemon.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        assertThat(fields[3]).as("session").isEqualTo("" + daemon.pid());
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + daemon.pid() + "/fd/1")))
                .hasToString("/dev/null");

        daemon.destroy();
        daemon.onExit().join();
        assertThat(folder.resolve("the.pid")).doesNotExist();
        assertThat(folder.resolve("the.log"))
                .content()
                .contains("scheduling shutdown...", "Removing the pid file.", "bye bye...");
    }

    @ParameterizedTest
    @MethodSource("vireo")
    void aStartInTheBackgroundThatFailsIsNoSuccess(Program program) throws IOException {
        ServerProcess holder = servers.start(Program.REDIS);
        ShortRun run = background(program, "", holder.port());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(folder.resolve("the.log")).content().contains("Failed listening on port " + holder.port());
    }

    static Stream<Program> vireo() {
        return Stream.of(Program.VIREO);
    }

    /** The file that Debian installs, with a folder of the test's own in place of those that belong to its user. */
    @ParameterizedTest
    @MethodSource("programs")
    void theFileThatDebianInstallsStartsIt(Program program) throws IOException {
        assumeTrue(Files.isReadable(DEBIAN), "no " + DEBIAN);
        int port = ServerProcess.freePort();
        List<String> words = new ArrayList<>(List.of(DEBIAN.toString()));
        words.addAll(options(port));
        ShortRun run = ShortRun.of(program, folder, "", words.toArray(String[]::new));
        assertThat(run.exitCode()).isZero();
        daemon(port);
        try (RespClient client = new RespClient(port)) {
            assertThat(client.ask("SET", "a", "1").wire()).isEqualTo("+OK\r\n");
        }
        assertThat(folder.resolve("the.log")).content().doesNotContain("has no effect");
    }

    private ShortRun background(Program program, String input, int port, String... more) {
        List<String> words = new ArrayList<>(List.of("--daemonize", "yes", "--save", "", "--bind", "127.0.0.1"));
        words.addAll(options(port));
        words.addAll(List.of(more));
        return ShortRun.of(program, folder, input, words.toArray(String[]::new));
    }

    private List<String> options(int port) {
        return List.of(
                "--port",
                "" + port,
                "--dir",
                folder.toString(),
                "--pidfile",
                folder.resolve("the.pid").toString(),
                "--logfile",
                folder.resolve("the.log").toString());
    }

    /** The process that has left its id, once it serves. */
    private ProcessHandle daemon(int port) throws IOException {
        Path file = folder.resolve("the.pid");
        Await.until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"), "the id of the process");
        ProcessHandle daemon =
                ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).orElseThrow();
        daemons.add(daemon);
        Await.until(
                () -> Files.readString(folder.resolve("the.log")).contains("Ready to accept connections"),
                "a server on port " + port);
        return daemon;
    }
}
