package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.testkit.NeedsRedis;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same words are said to redis-server and to Vireo, and what they answer is compared byte by byte. */
@NeedsRedis
class SameScriptIT {
    private static final List<String> SCRIPTS =
            List.of("strings", "keys", "expiry", "transactions", "connection", "server", "protocol");

    /** Scripts expire keys far beyond this, or soon, and then the moment differs. */
    private static final long FAR_MS = 32_000_000_000_000L;

    private static final String MARK = "that is all of it";

    @RegisterExtension
    final Servers servers = new Servers();

    private ServerProcess redis;
    private ServerProcess other;

    static Stream<Arguments> scriptsAndProtocols() {
        return SCRIPTS.stream().flatMap(name -> Stream.of(Arguments.of(name, 2), Arguments.of(name, 3)));
    }

    @BeforeEach
    void startBoth() {
        redis = servers.start(Program.REDIS, "--enable-debug-command", "yes");
        other = servers.start(Pair.programs().findFirst().orElseThrow(), "--enable-debug-command", "yes");
    }

    @ParameterizedTest(name = "{0} in RESP{1}")
    @MethodSource("scriptsAndProtocols")
    void aScriptIsAnsweredTheSame(String name, int protocol) {
        List<RespClient> expecting = connections(redis, protocol);
        List<RespClient> answering = connections(other, protocol);
        SoftAssertions all = new SoftAssertions();
        for (Script.Line line : Script.of(name).lines()) {
            Reply expected = said(line, redis, expecting);
            Reply actual = said(line, other, answering);
            all.assertThat(compared(line, actual)).describedAs(line.text()).isEqualTo(compared(line, expected));
        }
        all.assertAll();
        assertThat(CanonicalDump.of(other).linesAliveAt(FAR_MS))
                .isEqualTo(CanonicalDump.of(redis).linesAliveAt(FAR_MS));
    }

    private static List<RespClient> connections(ServerProcess server, int protocol) {
        List<RespClient> both = List.of(server.client(), server.client());
        if (protocol == 3) {
            both.forEach(client -> assertThat(client.run("HELLO 3")).startsWith("%"));
        }
        return both;
    }

    private static Reply said(Script.Line line, ServerProcess server, List<RespClient> connections) {
        try {
            if (line.connection() == 0) {
                return new Reply(' ', "", List.of(), raw(line.words().get(0), server));
            }
            return connections.get(line.connection() - 1).ask(line.words().toArray(String[]::new));
        } catch (UncheckedIOException | AssertionError e) {
            throw new AssertionError(server + " did not answer " + line.text(), e);
        }
    }

    /** Everything that comes back until the server closes, or, where it does not, until a mark that is asked for. */
    private static String raw(String bytes, ServerProcess server) {
        try (RespClient client = server.client()) {
            client.timeoutMs(10_000);
            client.send(bytes);
            client.send(RespClient.command("ECHO", MARK));
            return client.readToEndOr("$" + MARK.length() + "\r\n" + MARK + "\r\n");
        }
    }

    private static String compared(Script.Line line, Reply reply) {
        return switch (line.comparison()) {
            case EXACT -> reply.toString();
            case NUMBERS_MAY_DIFFER -> reply.toString().replaceAll("\\d+", "N");
            case ANY_ORDER -> new TreeSet<>(reply.texts()).toString();
        };
    }
}
