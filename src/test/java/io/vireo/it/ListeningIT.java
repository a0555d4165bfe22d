package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.testkit.NeedsRedis;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a server listens, whom it lets in, and how CONFIG SET moves that; each test also holds for redis-server. */
@NeedsRedis
class ListeningIT {
    @RegisterExtension
    final Servers servers = new Servers();

    static Stream<Program> programs() {
        return Pair.programs();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aPortIsMovedAndClientsStay(Program program) {
        ServerProcess server = servers.start(program);
        ServerProcess holder = servers.start(Program.REDIS);
        int port = ServerProcess.freePort();
        assertThat(server.run("SET a 1")).isEqualTo("+OK\r\n");

        assertThat(server.run("CONFIG SET port " + holder.port()))
                .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this"
                        + " port. Check server logs.\r\n");
        assertThat(server.ask("CONFIG", "GET", "port").texts()).containsExactly("port", "" + server.port());
        try (RespClient again = new RespClient(server.port())) {
            assertThat(again.ask("GET", "a").wire()).isEqualTo("$1\r\n1\r\n");
        }

        assertThat(server.run("CONFIG SET port " + port)).isEqualTo("+OK\r\n");
        assertThat(server.run("GET a")).isEqualTo("$1\r\n1\r\n"); // on the connection to the old port
        try (RespClient moved = new RespClient(port)) {
            assertThat(moved.ask("GET", "a").wire()).isEqualTo("$1\r\n1\r\n");
        }
        assertThatThrownBy(() -> new RespClient(server.port())).isInstanceOf(UncheckedIOException.class);
        List<String> phrases = new LogPhrases(server.log(), Map.of()).all();
        assertThat(phrases)
                .anySatisfy(line -> assertThat(line)
                        .contains("Failed applying new configuration. Possibly related to new port setting."));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void addressesAreMovedAllOrNone(Program program) {
        ServerProcess server = servers.start(program);
        String refusal = "-ERR CONFIG SET failed (possibly related to argument '%s') - %s\r\n";

        assertThat(server.ask("CONFIG", "SET", "bind", "127.0.0.1 192.0.2.77").wire())
                .isEqualTo(refusal.formatted("bind", "Failed to bind to specified addresses."));
        assertThat(server.ask("CONFIG", "SET", "bind", "127.0.0.1 host.invalid").wire())
                .isEqualTo(refusal.formatted("bind", "Failed to bind to specified addresses."));
        int port = ServerProcess.freePort();
        assertThat(server.ask("CONFIG", "SET", "port", "" + port, "bind", "192.0.2.77")
                        .wire())
                .isEqualTo(refusal.formatted("port", "Unable to listen on this port. Check server logs."));
        assertThat(server.ask("CONFIG", "GET", "bind").texts()).containsExactly("bind", "127.0.0.1");
        assertThat(server.say("PING")).isEqualTo("PONG");

        assertThat(server.ask("CONFIG", "SET", "bind", "-192.0.2.77 127.0.0.1").wire())
                .isEqualTo("+OK\r\n");
        assertThat(server.say("PING")).isEqualTo("PONG");
        assertThat(server.log())
                .contains("Could not create server TCP listening socket 192.0.2.77:" + server.port()
                        + ": bind: Cannot assign requested address")
                .contains("host.invalid:" + server.port() + ": Name or service not known");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void whileThereIsNoPasswordClientsFromElsewhereAreRefused(Program program) throws IOException {
        InetAddress elsewhere = notLoopback();
        assumeTrue(elsewhere != null, "this machine has a loopback address only");
        ServerProcess server = servers.start(program, "--bind", "*", "--unixsocketperm", "700");

        try (Socket stranger = new Socket(elsewhere, server.port())) {
            String answer = new String(stranger.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer)
                    .startsWith("-DENIED Redis is running in protected mode because protected mode is enabled and no"
                            + " password is set for the default user. ")
                    .endsWith("start accepting connections from the outside.\r\n")
                    .hasSizeGreaterThan(1000);
        }
        assertThat(server.info("stats", "rejected_connections")).isEqualTo("1");
        assertThat(server.run("CONFIG SET protected-mode no")).isEqualTo("+OK\r\n");
        assertThat(ping(elsewhere, server.port())).isEqualTo("+PONG\r\n");
        server.run("CONFIG SET protected-mode yes");
        server.run("CONFIG SET requirepass x");
        assertThat(ping(elsewhere, server.port())).isEqualTo("-NOAUTH Authentication required.\r\n");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aUnixSocketHasItsModeAndIsLocal(Program program) throws IOException {
        ServerProcess server = servers.prepare(program);
        Path path = server.dir().resolve("the.socket");
        server.restart("--unixsocket", path.toString(), "--unixsocketperm", "750", "--enable-debug-command", "local");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwxr-x---");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap("DEBUG SLEEP 0\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(5);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // until all of it is there
            }
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("+OK\r\n");
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void beyondMaxclientsAClientIsToldSo(Program program) throws IOException {
        ServerProcess server = servers.start(program, "--maxclients", "2");
        server.run("PING");
        try (RespClient second = server.client()) {
            assertThat(second.ask("PING").wire()).isEqualTo("+PONG\r\n");
            try (Socket third = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                assertThat(new String(third.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo("-ERR max number of clients reached\r\n");
            }
            assertThat(server.info("stats", "rejected_connections")).isEqualTo("1");
            assertThat(server.run("CONFIG SET maxclients 3")).isEqualTo("+OK\r\n");
            assertThat(server.say("PING")).isEqualTo("PONG");
        }
    }

    private static String ping(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket(address, port)) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            int next = in.read();
            while (next >= 0 && next != '\n') {
                line.append((char) next);
                next = in.read();
            }
            return line.append('\n').toString();
        }
    }

    /** An IPv4 address of this machine that others can reach, or null. */
    private static InetAddress notLoopback() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }
}
