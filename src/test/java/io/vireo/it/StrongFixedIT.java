package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.NeedsRedis;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code consistency strong} on a primary without voters, with Vireo replicas that count and a redis-server that does not. */
@NeedsRedis
@Tag("alone")
class StrongFixedIT {
    private static final String[] STRONG = {"--consistency", "strong", "--strong-timeout-milliseconds", "1000"};
    private static final String NO_REPLICAS = "-NOREPLICAS Not enough good replicas to write.\r\n";

    @RegisterExtension
    private final Servers servers = new Servers();

    private ServerProcess primary;
    private ServerProcess replica;
    private ServerProcess redis;

    @BeforeEach
    void start() {
        primary = servers.start(Program.VIREO, STRONG);
        redis = servers.startReplica(Program.REDIS, primary);
        assertEquals(NO_REPLICAS, primary.run("SET too early"));
        replica = servers.startReplica(Program.VIREO, primary, STRONG);
        awaitWritten("here", "first");
    }

    private void awaitWritten(String key, String value) {
        Await.until(() -> primary.run("SET " + key + " " + value).equals("+OK\r\n"), "enough replicas");
    }

    /** A Redis holds nothing back: what it shows, the primary has applied. */
    private void awaitApplied(String value) {
        Await.until(() -> redis.ask("GET", "here").text().equals(value), "the write to be applied");
    }

    @Test
    void whatIsAnsweredIsOnTheReplicaThatIsPromoted() {
        long last = 0;
        for (int i = 1; i <= 500; i++) {
            last = Long.parseLong(primary.ask("INCR", "counter").text());
        }
        primary.kill();
        assertEquals("+OK\r\n", replica.run("REPLICAOF NO ONE"));
        assertEquals(last, Long.parseLong(replica.ask("GET", "counter").text()));
        assertEquals(NO_REPLICAS, replica.run("SET nobody follows"));
        assertEquals("+OK\r\n", replica.run("CONFIG SET consistency async"));
        assertEquals("+OK\r\n", replica.run("SET nobody follows"));
    }

    @Test
    void aWriteThatNoReplicaConfirmsIsUncertainAndReadsOfOthersWait() {
        replica.signal("STOP");
        try (RespClient writer = primary.client();
                RespClient reader = primary.client()) {
            writer.send(RespClient.command("SET", "here", "second"));
            awaitApplied("second");
            reader.send(RespClient.command("GET", "here"));
            assertThat(writer.read().text()).startsWith("UNCERTAIN ");
            assertThat(reader.read().text()).startsWith("UNCERTAIN ");
        }
        replica.signal("CONT");
        Await.until(() -> primary.ask("GET", "here").text().equals("second"), "the replica to hold it");
    }

    @Test
    void aReplicaShowsNothingThatIsNotConfirmed() {
        ServerProcess lagging = servers.startReplica(Program.VIREO, primary, STRONG);
        lagging.signal("STOP");
        try (RespClient writer = primary.client()) {
            writer.send(RespClient.command("SET", "here", "second"));
            awaitApplied("second");
            Await.until(
                    () -> replica.ask("GET", "here").text().startsWith("UNCERTAIN "),
                    "the replica to have what it does not show");
        }
        lagging.signal("CONT");
        Await.until(() -> replica.ask("GET", "here").text().equals("second"), "all to hold it");
    }

    @Test
    void withoutReplicasReadsAreAnswered() {
        replica.kill();
        Await.until(() -> primary.run("SET no more").equals(NO_REPLICAS), "the replica to be missed");
        assertEquals("first", primary.ask("GET", "here").text());
        replica.restart("--consistency", "strong", "--replicaof", "127.0.0.1 " + primary.port());
        awaitWritten("here", "again");
        assertEquals("again", primary.ask("GET", "here").text());
    }
}
