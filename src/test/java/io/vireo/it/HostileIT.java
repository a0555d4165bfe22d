package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that mean no good, or are broken: memory stays bounded and the others are served meanwhile. */
@NeedsRedis
class HostileIT {
    private static final long MB = 1 << 20;

    @RegisterExtension
    final Servers servers = new Servers();

    static Stream<Program> programs() {
        return Pair.programs();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void garbageEndsOnlyTheConnectionItCameOn(Program program) {
        ServerProcess server = servers.start(program);
        server.run("SET a 1");
        long before = server.residentBytes();
        Random random = new Random(71);
        for (int i = 0; i < 500; i++) {
            try (RespClient client = new RespClient(server.port())) {
                client.send(garbage(random));
            } catch (UncheckedIOException e) {
                // The server closed while garbage was still being sent.
            }
            if (i % 50 == 0) {
                assertThat(server.run("PING")).isEqualTo("+PONG\r\n");
            }
        }
        assertThat(server.run("GET a")).isEqualTo("$1\r\n1\r\n");
        assertThat(server.run("DBSIZE")).isEqualTo(":1\r\n");
        assertThat(server.residentBytes() - before).isLessThan(100 * MB);
    }

    /** Bytes that look like the protocol for a while, or not at all. Words of commands are left out. */
    private static byte[] garbage(Random random) {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + random.nextInt(20);
        for (int i = 0; i < pieces; i++) {
            switch (random.nextInt(7)) {
                case 0 -> text.append('*').append(random.nextInt()).append("\r\n");
                case 1 -> text.append('$').append(random.nextInt()).append("\r\n");
                case 2 -> text.append('*').append(random.nextInt(5)).append("\r\n");
                case 3 -> text.append('$').append(random.nextInt(20)).append("\r\n");
                case 4 -> text.append("\r\n");
                case 5 -> text.append("\"'\\x".charAt(random.nextInt(4)));
                default -> {
                    for (int length = random.nextInt(2_000); length > 0; length--) {
                        text.append((char) (128 + random.nextInt(128)));
                    }
                }
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void announcedLengthsTakeNoMemory(Program program) {
        ServerProcess server = servers.start(program);
        long before = server.residentBytes();
        for (String announced : new String[] {
            "*2147483647\r\n",
            "*2147483647\r\n$536870912\r\n",
            "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$536870912\r\nx",
            "*1048576\r\n$1\r\na\r\n",
            "*3\r\n$536870912\r\nx"
        }) {
            for (int i = 0; i < 20; i++) {
                server.client().send(announced);
            }
        }
        assertThat(server.run("PING")).isEqualTo("+PONG\r\n");
        Await.until(() -> server.infoNumber("clients", "connected_clients") == 101, "all clients to be known");
        assertThat(server.residentBytes() - before).isLessThan(100 * MB);

        for (String refused :
                new String[] {"*2147483648\r\n", "*1\r\n$2147483648\r\n", "*1\r\n$536870913\r\n", "*1\r\n$-1\r\n"}) {
            try (RespClient client = server.client()) {
                client.send(refused);
                assertThat(client.readToEnd())
                        .startsWith("-ERR Protocol error: invalid ")
                        .endsWith("length\r\n");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void strangersMayAnnounceLess(Program program) {
        ServerProcess server = servers.start(program, "--requirepass", "sesame");
        for (String refused : new String[] {"*11\r\n", "*2\r\n$16385\r\n"}) {
            try (RespClient client = new RespClient(server.port())) {
                client.send(refused);
                assertThat(client.readToEnd())
                        .startsWith("-ERR Protocol error: unauthenticated ")
                        .endsWith("bulk length\r\n");
            }
        }
        try (RespClient client = new RespClient(server.port())) {
            assertThat(client.run("GET a")).isEqualTo("-NOAUTH Authentication required.\r\n");
            assertThat(client.run("AUTH sesame")).isEqualTo("+OK\r\n");
            client.send("*2\r\n$4\r\nECHO\r\n$16385\r\n" + "x".repeat(16_385) + "\r\n");
            assertThat(client.read().text()).hasSize(16_385);
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aLineWithoutEndIsRefused(Program program) {
        ServerProcess server = servers.start(program);
        try (RespClient client = server.client()) {
            client.send("x".repeat(70_000));
            assertThat(client.readToEnd()).isEqualTo("-ERR Protocol error: too big inline request\r\n");
        }
        try (RespClient client = server.client()) {
            client.send("*" + "1".repeat(70_000));
            assertThat(client.readToEnd()).isEqualTo("-ERR Protocol error: too big mbulk count string\r\n");
        }
        try (RespClient client = server.client()) {
            client.send("*1\r\n$" + "1".repeat(70_000));
            assertThat(client.readToEnd()).isEqualTo("-ERR Protocol error: too big bulk count string\r\n");
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void framesMayBeTornAtEveryByteOrEndThere(Program program) {
        ServerProcess server = servers.start(program);
        byte[] frames = String.join(
                        "",
                        "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$7\r\nval\r\nue\r\n",
                        "  GET key  \r\n",
                        "\r\n*0\r\n*-1\r\n",
                        "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n",
                        "ECHO \"quo ted\" \n",
                        "ECHO 'single'\r\n",
                        "*1\r\n$4\r\nPING\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        String replies = "+OK\r\n$7\r\nval\r\nue\r\n$0\r\n\r\n$7\r\nquo ted\r\n$6\r\nsingle\r\n+PONG\r\n";
        for (int end = 0; end <= frames.length; end++) {
            try (RespClient torn = server.client();
                    RespClient cut = server.client()) {
                cut.send(Arrays.copyOf(frames, end));
                torn.send(Arrays.copyOf(frames, end));
                assertThat(server.run("PING")).isEqualTo("+PONG\r\n");
                torn.send(Arrays.copyOfRange(frames, end, frames.length));
                assertThat(torn.readBytes(replies.length()))
                        .describedAs("torn at byte %d", end)
                        .isEqualTo(replies);
            }
        }
        Await.until(() -> server.infoNumber("clients", "connected_clients") == 1, "all others to be gone");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void tenThousandIdleConnectionsAreCheap(Program program) throws IOException {
        int count = 10_000;
        assumeTrue(openFilesAllowed() > count + 500, "not enough open files allowed (ulimit -n)");
        ServerProcess server = servers.start(program, "--maxclients", "" + (count + 50), "--timeout", "0");
        server.run("PING");
        long before = server.residentBytes();
        List<RespClient> idle = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                idle.add(new RespClient(server.port()));
                if (i % 1_000 == 0) {
                    assertThat(server.run("PING")).isEqualTo("+PONG\r\n");
                }
            }
            Await.until(() -> server.infoNumber("clients", "connected_clients") == count + 1, "all to be known");
            assertThat((server.residentBytes() - before) / count)
                    .describedAs("bytes per idle connection")
                    .isLessThan(25_000);
            assertThat(idle.get(count / 2).run("PING")).isEqualTo("+PONG\r\n");
            assertThat(idle.get(count - 1).run("SET a 1")).isEqualTo("+OK\r\n");
        } finally {
            idle.forEach(RespClient::close);
        }
        Await.until(() -> server.infoNumber("clients", "connected_clients") == 1, "all to be forgotten");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void oneClientTooManyIsToldSo(Program program) {
        ServerProcess server = servers.start(program, "--maxclients", "3");
        server.run("PING");
        try (RespClient second = server.client();
                RespClient third = server.client()) {
            second.run("PING");
            third.run("PING");
            try (RespClient fourth = server.client()) {
                assertThat(fourth.readToEnd()).isEqualTo("-ERR max number of clients reached\r\n");
            }
            assertThat(server.info("stats", "rejected_connections")).isEqualTo("1");
        }
        Await.until(() -> server.run("PING").equals("+PONG\r\n"), "service");
        Await.until(
                () -> {
                    try (RespClient client = server.client()) {
                        return client.run("PING").equals("+PONG\r\n");
                    }
                },
                "room for another");
    }

    /** Redis keeps all replies by default. Vireo stops to work for a client that does not read. */
    @ParameterizedTest
    @MethodSource("programs")
    void clientsThatDoNotReadKeepNoMemoryAndLoseNothing(Program program) {
        assumeTrue(program == Program.VIREO, "Redis's output buffers are not bounded by default");
        ServerProcess server = servers.prepare(program);
        server.environment("VIREO_JVM_OPTS", "-XX:MaxDirectMemorySize=256m"); // of which unread replies may take a part
        server.restart();
        String value = "0123456789".repeat(10_000);
        server.ask("SET", "big", value);
        long before = server.residentBytes();
        int askings = 300;
        List<RespClient> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RespClient client = server.client();
            client.send("GET big\r\n".repeat(askings));
            slow.add(client);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(server.run("GET big")).hasSize(100_000 + 11);
        }
        assertThat(server.residentBytes() - before).isLessThan(200 * MB);

        RespClient late = slow.get(7);
        for (int i = 0; i < askings; i++) {
            assertThat(late.read().text()).isEqualTo(value);
        }
        assertThat(late.run("PING")).isEqualTo("+PONG\r\n");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aClientThatDoesNotEndItsRequestsIsBounded(Program program) {
        ServerProcess server = servers.start(program, "--client-query-buffer-limit", "1mb");
        long before = server.residentBytes();
        try (RespClient client = server.client()) {
            client.send("*200000\r\n");
            byte[] words = "$8\r\nabcdefgh\r\n".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < 100; i++) {
                client.send(words);
            }
        } catch (UncheckedIOException e) {
            // Closed by the server: that is a bound too.
        }
        assertThat(server.run("PING")).isEqualTo("+PONG\r\n");
        assertThat(server.residentBytes() - before).isLessThan(200 * MB);
    }

    private static long openFilesAllowed() throws IOException {
        return Files.readString(Path.of("/proc/self/limits"))
                .lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.replaceAll("\\D+", " ").strip().split(" ", -1)[0])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
