package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.testkit.NeedsRedis;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tools of these tests, tried on redis-server: a wire does to bytes what it says, and a failure shows the logs. */
@NeedsRedis
class WireIT {
    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void aWireCutsAfterExactlySoManyBytes() {
        Wire wire = servers.wireTo(servers.start(Program.REDIS), 1);
        try (RespClient client = new RespClient(wire.port())) {
            assertThat(client.run("PING")).isEqualTo("+PONG\r\n");
            wire.cutAfter(10);
            client.send("PING\r\n".repeat(3));

            assertThat(client.readToEnd()).isEqualTo("+PONG\r\n+PO");
            assertThat(wire.cutsDone()).isEqualTo(1);
        }
    }

    @Test
    void aWireThatRefusesClosesAtOnceAndServesAgain() {
        Wire wire = servers.wireTo(servers.start(Program.REDIS), 2);
        wire.refuse(true);
        try (RespClient client = new RespClient(wire.port())) {
            assertThat(client.readToEnd()).isEmpty();
        }
        wire.refuse(false);
        try (RespClient client = new RespClient(wire.port())) {
            assertThat(client.run("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void aWireHoldsBackAndLosesWhatItIsToldTo() {
        Wire wire = servers.wireTo(servers.start(Program.REDIS), 3);
        try (RespClient client = new RespClient(wire.port())) {
            client.timeoutMs(200);
            wire.pause(true);
            assertThatThrownBy(() -> client.run("ECHO late")).isInstanceOf(UncheckedIOException.class);
            wire.pause(false);
            assertThat(client.read().text()).isEqualTo("late");

            wire.swallow(true);
            assertThatThrownBy(() -> client.run("ECHO lost")).isInstanceOf(UncheckedIOException.class);
            wire.swallow(false);
            assertThat(client.run("PING")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void waitingInVainShowsTheLogs() {
        ServerProcess server = servers.start(Program.REDIS);

        assertThatThrownBy(() -> Await.until(() -> false, "nothing", Duration.ofMillis(50)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("waited in vain for nothing")
                .hasMessageContaining("--- " + server)
                .hasMessageContaining("Ready to accept connections");
    }

    @Test
    void dumpsAreEqualForEqualDataAndNameWhatDiffers() {
        ServerProcess one = servers.start(Program.REDIS);
        ServerProcess two = servers.start(Program.REDIS);
        for (String line : new String[] {"SET a 1", "RPUSH l 1 2", "SADD s b a", "HSET h f v", "ZADD z 1 m"}) {
            one.run(line);
            two.run(line);
        }
        one.run("SADD t x y z");
        two.run("SADD t z y x");
        assertThat(CanonicalDump.of(one).linesAliveAt(0))
                .isEqualTo(CanonicalDump.of(two).linesAliveAt(0))
                .hasSize(6);

        two.run("PEXPIREAT a 33000000000000");
        assertThat(CanonicalDump.of(one).linesAliveAt(0)).contains("db0 \"a\" string \"1\"");
        assertThat(CanonicalDump.of(two).linesAliveAt(0)).contains("db0 \"a\" string \"1\" expires 33000000000000");
        assertThat(CanonicalDump.of(two).linesAliveAt(33_000_000_000_000L)).hasSize(5);
    }

    @Test
    void aServerIsFrozenKilledAndStartedAgainInItsFolder() {
        ServerProcess server = servers.start(Program.REDIS, "--save", "900 1");
        server.run("SET a 1");
        server.freeze();
        try (RespClient client = server.client()) {
            client.timeoutMs(200);
            assertThatThrownBy(() -> client.run("PING")).isInstanceOf(UncheckedIOException.class);
            server.thaw();
            assertThat(client.read().wire()).isEqualTo("+PONG\r\n");
        }
        assertThat(server.stop()).isZero();
        server.restart();
        assertThat(server.run("GET a")).isEqualTo("$1\r\n1\r\n");
        server.kill();
        assertThat(server.runs()).isFalse();
    }
}
