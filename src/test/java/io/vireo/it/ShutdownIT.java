package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SHUTDOWN with its flags, signals, and the wait for replicas, on Vireo and on redis-server. */
@NeedsRedis
class ShutdownIT {
    private static final String FAILED = "-ERR Errors trying to SHUTDOWN. Check logs.\r\n";

    @RegisterExtension
    final Servers servers = new Servers();

    static Stream<Program> programs() {
        return Pair.programs();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void flagsThatDoNotGoTogetherAreRefused(Program program) {
        ServerProcess server = servers.start(program);
        for (String flags : List.of(
                "SAVE NOSAVE", "NOSAVE SAVE", "ABORT NOW", "ABORT SAVE", "SAVE FORCE ABORT", "FORCE ABORT", "x")) {
            assertThat(server.run("SHUTDOWN " + flags)).as(flags).isEqualTo("-ERR syntax error\r\n");
        }
        assertThat(server.run("SHUTDOWN ABORT")).isEqualTo("-ERR No shutdown in progress.\r\n");
        server.run("MULTI");
        assertThat(server.run("SHUTDOWN")).isEqualTo("-ERR Command not allowed inside a transaction\r\n");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void savePointsAndFlagsSayWhetherItSaves(Program program) {
        assertThat(savedBy(program, "", "SHUTDOWN")).isFalse();
        assertThat(savedBy(program, "", "SHUTDOWN SAVE")).isTrue();
        assertThat(savedBy(program, "900 1", "SHUTDOWN")).isTrue();
        assertThat(savedBy(program, "900 1", "SHUTDOWN NOSAVE NOW FORCE")).isFalse();
    }

    private boolean savedBy(Program program, String savePoints, String line) {
        ServerProcess server = servers.start(program, "--save", savePoints);
        server.run("SET a 1");
        server.say(line);
        assertThat(server.awaitEnd()).isZero();
        return Files.exists(server.dir().resolve("dump.rdb"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aSaveThatFailsKeepsTheServerUnlessItIsForced(Program program) throws IOException {
        ServerProcess server = servers.start(program, "--save", "900 1");
        server.run("SET a 1");
        Files.createDirectory(server.dir().resolve("dump.rdb"));

        server.signal("INT");
        server.awaitLog("Error trying to save the DB, can't exit.");
        assertThat(server.run("SHUTDOWN")).isEqualTo(FAILED);
        assertThat(server.run("SHUTDOWN NOW")).isEqualTo(FAILED);
        assertThat(server.run("SAVE")).isEqualTo("-ERR\r\n");
        assertThat(server.run("PING")).isEqualTo("+PONG\r\n");
        assertThat(server.info("persistence", "rdb_last_bgsave_status")).isEqualTo("ok");

        server.say("SHUTDOWN FORCE");
        assertThat(server.awaitEnd()).isZero();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void itWaitsForAReplicaThatLagsAndMayBeTakenBack(Program program) {
        ServerProcess server = servers.start(program, "--shutdown-timeout", "3600");
        ServerProcess replica = servers.startReplica(program, server);
        replica.freeze();
        server.run("SET a 1");
        RespClient asker = server.client();
        asker.send("SHUTDOWN\r\nGET a\r\n");
        server.awaitLog("Waiting for replicas before shutting down.");

        assertThat(server.infoNumber("server", "shutdown_in_milliseconds")).isBetween(3_000_000L, 3_600_000L);
        assertThat(server.infoNumber("clients", "blocked_clients")).isEqualTo(1);
        assertThat(server.run("GET a")).isEqualTo("$1\r\n1\r\n");
        RespClient writer = server.client();
        writer.send("SET b 2\r\n");
        Await.until(() -> server.infoNumber("clients", "blocked_clients") == 2, "the write to wait");
        assertThat(server.run("SHUTDOWN ABORT")).isEqualTo("+OK\r\n");
        assertThat(asker.read().wire()).isEqualTo(FAILED);
        assertThat(asker.read().wire()).isEqualTo("$1\r\n1\r\n");
        assertThat(writer.read().wire()).isEqualTo("+OK\r\n");
        assertThat(server.info("server", "shutdown_in_milliseconds")).isNull();
        assertThat(server.logged("Shutdown manually aborted.")).isEqualTo(1);

        server.signal("TERM");
        Await.until(() -> server.logged("Waiting for replicas before shutting down.") == 2, "a second wait");
        replica.thaw();
        assertThat(server.awaitEnd()).isZero();
        assertThat(server.log()).contains("1 of 1 replicas are in sync when shutting down.");
        assertThat(replica.run("GET b")).isEqualTo("$1\r\n2\r\n");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void itWaitsNoLongerThanItsTimeoutAndNotAtAllWhereItIsToEndNow(Program program) {
        for (String[] end : new String[][] {{"1", "SHUTDOWN"}, {"0", "SHUTDOWN"}, {"3600", "SHUTDOWN NOW"}}) {
            ServerProcess server = servers.start(program, "--shutdown-timeout", end[0]);
            ServerProcess replica = servers.startReplica(program, server);
            replica.freeze();
            server.run("SET a 1");
            server.say(end[1]);
            assertThat(server.awaitEnd()).isZero();
            assertThat(server.logged("Waiting for replicas")).isEqualTo(end[0].equals("1") ? 1 : 0);
            assertThat(server.log()).contains("0 of 1 replicas are in sync when shutting down.");
            replica.kill();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aSignalIsTakenBackAsLongAsItHasNotBegun(Program program) {
        ServerProcess server = servers.start(program, "--enable-debug-command", "yes");
        server.run("DEBUG PAUSE-CRON 1");
        server.signal("TERM");
        server.awaitLog("Received SIGTERM scheduling shutdown...");
        Await.until(() -> server.run("SHUTDOWN ABORT").equals("+OK\r\n"), "the signal to be seen");
        server.run("DEBUG PAUSE-CRON 0");
        assertThat(server.run("PING")).isEqualTo("+PONG\r\n");
        assertThat(server.log()).doesNotContain("User requested shutdown");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aSecondInterruptEndsASaveAndLeavesNoFile(Program program) {
        ServerProcess server = servers.start(program, "--save", "900 1", "--enable-debug-command", "yes");
        server.run("DEBUG POPULATE 100");
        server.run("CONFIG SET rdb-key-save-delay 1000000");
        server.signal("INT");
        Await.until(() -> draftsOf(server) == 1, "a save");
        server.signal("INT");
        assertThat(server.awaitEnd()).isEqualTo(1);
        assertThat(draftsOf(server)).isZero();
    }

    private static int draftsOf(ServerProcess server) {
        return server.dir().toFile().list((dir, name) -> name.startsWith("temp-")).length;
    }
}
