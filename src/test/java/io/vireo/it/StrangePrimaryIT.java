package io.vireo.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Primaries that say what no primary should: the replica says so, keeps what it has, and tries again. */
@NeedsRedis
class StrangePrimaryIT {
    private static final String PONG = "+PONG\r\n";

    @RegisterExtension
    private final Servers servers = new Servers();

    /** An RDB with one key, as the real server saves it. */
    private byte[] copy() throws IOException {
        ServerProcess redis = servers.start(Program.REDIS);
        redis.run("SET copied value");
        redis.run("SAVE");
        return Files.readAllBytes(redis.dir().resolve("dump.rdb"));
    }

    static Stream<Arguments> strange() {
        return Stream.of(
                of(
                        "garbage",
                        "HTTP/1.1 400 Bad Request\r\n\r\n",
                        (line, copy) -> line.awaitEnd(),
                        "Error reply to PING from master: 'HTTP/1.1 400 Bad Request'"),
                of(
                        "loading",
                        PONG,
                        (line, copy) -> line.say("-LOADING the dataset\r\n"),
                        "Master is currently unable to PSYNC but should be in the future: -LOADING the dataset"),
                of(
                        "half a copy",
                        PONG,
                        (line, copy) -> {
                            line.say("+FULLRESYNC " + FakePrimary.ID + " 1000\r\n$" + copy.length + "\r\n");
                            line.say(Arrays.copyOf(copy, copy.length / 2));
                        },
                        "I/O error trying to sync with MASTER: connection lost"),
                of(
                        "a changed copy",
                        PONG,
                        (line, copy) -> {
                            byte[] changed = copy.clone();
                            changed[changed.length - 12] ^= 1;
                            line.copy(changed);
                            line.awaitEnd();
                        },
                        "RDB"),
                of(
                        "a copy that ends too soon",
                        PONG,
                        (line, copy) -> {
                            line.copy(Arrays.copyOf(copy, copy.length - 10));
                            line.awaitEnd();
                        },
                        "Short read"),
                of(
                        "no length",
                        PONG,
                        (line, copy) -> {
                            line.say("+FULLRESYNC " + FakePrimary.ID + " 1000\r\nwhatever\r\n");
                            line.awaitEnd();
                        },
                        "Bad protocol from MASTER, the first byte is not '$' (we received 'whatever')"),
                of(
                        "a huge length",
                        PONG,
                        (line, copy) -> {
                            line.say("+FULLRESYNC " + FakePrimary.ID + " 1000\r\n$99999999999999\r\n");
                            line.say(copy);
                        },
                        "I/O error trying to sync with MASTER: connection lost"),
                of(
                        "a length beyond numbers",
                        PONG,
                        (line, copy) -> {
                            line.say("+FULLRESYNC " + FakePrimary.ID + " 1000\r\n$99999999999999999999\r\n");
                            line.awaitEnd();
                        },
                        "Bad protocol from MASTER"));
    }

    interface Strange {
        void give(FakePrimary.Line line, byte[] copy) throws IOException;
    }

    private static Arguments of(String name, String pong, Strange answer, String logged) {
        return Arguments.of(org.junit.jupiter.api.Named.of(name, pong), answer, logged);
    }

    @ParameterizedTest
    @MethodSource("strange")
    void whatIsNoCopyLeavesTheOldData(String pong, Strange answer, String logged) throws IOException {
        byte[] copy = copy();
        ServerProcess replica = servers.start(Program.VIREO, "--repl-timeout", "30");
        replica.run("SET old value");
        try (FakePrimary fake = new FakePrimary(pong, line -> answer.give(line, copy))) {
            assertEquals("+OK\r\n", replica.run("REPLICAOF 127.0.0.1 " + fake.port()));
            replica.awaitLog(logged);
            Await.until(() -> fake.asked() >= 2, "another attempt");
            assertEquals("$5\r\nvalue\r\n", replica.run("GET old"));
            assertEquals("down", replica.info("replication", "master_link_status"));
        }
        endsWell(replica);
    }

    static Stream<Arguments> streams() {
        return Stream.of(
                Arguments.of("*2\r\n$7\r\nNOSUCHC\r\n$1\r\na\r\n", "NOSUCHC"),
                Arguments.of("*2\r\n$3\r\nSET\r\n$1\r\na\r\n", "SET"),
                Arguments.of("*2\r\n$4\r\nINCR\r\n$6\r\ncopied\r\n", "INCR"),
                Arguments.of("this is no stream\r\n", "inline protocol"));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamThatCannotBeAppliedEndsTheLinkAndKeepsTheCopy(String stream, String named) throws IOException {
        byte[] copy = copy();
        ServerProcess replica = servers.start(Program.VIREO);
        try (FakePrimary fake = new FakePrimary(PONG, line -> {
            line.copy(copy);
            line.say("*3\r\n$3\r\nSET\r\n$6\r\nbefore\r\n$1\r\n1\r\n" + stream);
            line.awaitEnd();
        })) {
            replica.run("REPLICAOF 127.0.0.1 " + fake.port());
            Await.until(() -> fake.asked() >= 2, "another attempt");
            assertTrue(replica.log().lines().anyMatch(line -> line.contains(" # ") && line.contains(named)));
            assertEquals("$1\r\n1\r\n", replica.run("GET before"));
            assertEquals("$5\r\nvalue\r\n", replica.run("GET copied"));
            assertEquals("$-1\r\n", replica.run("GET a"));
        }
        endsWell(replica);
    }

    private void endsWell(ServerProcess replica) {
        ServerProcess redis = servers.start(Program.REDIS);
        redis.run("SET good data");
        // While the replica loads the copy of the strange one, it says so instead of taking another primary.
        Await.until(
                () -> replica.run("REPLICAOF 127.0.0.1 " + redis.port()).equals("+OK\r\n"),
                "another primary to be taken");
        InStep.awaitEqualData(redis, replica);
    }
}
