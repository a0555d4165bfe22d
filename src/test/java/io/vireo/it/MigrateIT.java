package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys that move between servers: the same script from either to either, and what Redis cannot show, from Vireo alone. */
@NeedsRedis
class MigrateIT {
    @RegisterExtension
    private final Servers servers = new Servers();

    @ParameterizedTest
    @EnumSource(Program.class)
    void keysOfEveryTypeGoThereAndAreGoneHere(Program from) {
        ServerProcess source = servers.start(from);
        ServerProcess target = servers.start(from.other());
        source.run("SET string value PX 100000000");
        source.run("RPUSH list a b c");
        source.run("SADD set 1 2 3");
        source.run("ZADD zset 1.5 a 2 b");
        source.run("HSET hash f v");
        source.run("XADD stream 1-1 f v");
        String to = "MIGRATE 127.0.0.1 " + target.port();

        assertEquals("+OK\r\n", source.run(to + " string 3 5000"));
        assertEquals("$-1\r\n", source.run("GET string"));
        assertEquals("+NOKEY\r\n", source.run(to + " string 3 5000"));
        assertEquals("+OK\r\n", source.run(to + "  3 5000 KEYS list set nothing zset hash stream"));
        assertEquals(":0\r\n", source.run("DBSIZE"));
        try (RespClient client = target.client()) {
            client.ask("SELECT", "3");
            assertEquals("value", client.ask("GET", "string").text());
            assertThat(client.ask("PTTL", "string").number()).isBetween(99_900_000L, 100_000_000L);
            assertEquals(6, client.ask("DBSIZE").number());
        }
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void optionsAndErrorsAreRediss(Program from) {
        ServerProcess source = servers.start(from);
        ServerProcess target = servers.start(from, "--requirepass", "secret");
        source.run("SET a 1");
        source.run("SET b 2");
        String to = "MIGRATE 127.0.0.1 " + target.port();
        assertThat(source.run(to + " a 0 5000")).startsWith("-ERR Target instance replied with error: NOAUTH ");
        assertThat(source.run(to + " a 0 5000 AUTH wrong"))
                .startsWith("-ERR Target instance replied with error: WRONGPASS ");
        assertEquals("+OK\r\n", source.run(to + " a 0 5000 COPY AUTH secret"));
        assertEquals("$1\r\n1\r\n", source.run("GET a"));
        assertEquals(
                "-ERR Target instance replied with error: BUSYKEY Target key name already exists.\r\n",
                source.run(to + "  0 5000 AUTH2 default secret KEYS a b"));
        assertEquals("$1\r\n1\r\n", source.run("GET a"), "what the target refused stays");
        assertEquals("$-1\r\n", source.run("GET b"), "and what it took is gone");
        assertEquals("+OK\r\n", source.run(to + " a 0 5000 REPLACE AUTH secret"));

        source.run("SET a 1");
        for (String line : new String[] {
            "MIGRATE 127.0.0.1 1 a 0 100",
            "MIGRATE 127.0.0.1 x a 0 100",
            "MIGRATE 127.0.0.1 1 a x 100",
            "MIGRATE 127.0.0.1 1 a 0 x",
            "MIGRATE 127.0.0.1 1 a 0 100 what",
            "MIGRATE 127.0.0.1 1 a 0 100 AUTH",
            "MIGRATE 127.0.0.1 1 a 0 100 KEYS a",
            "MIGRATE 127.0.0.1 1 nothing 0 100",
            "MIGRATE 127.0.0.1 1  0 100 KEYS",
            "COMMAND GETKEYS MIGRATE h 1  0 1 KEYS a b",
            "COMMAND GETKEYS MIGRATE h 1 a 0 1",
            "COMMAND INFO migrate"
        }) {
            assertEquals(expected(line), source.run(line), line);
        }
    }

    private String expected(String line) {
        ServerProcess redis = servers.start(Program.REDIS);
        redis.run("SET a 1");
        return redis.run(line);
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void aTargetThatSaysNothingIsGivenUpAfterTheTimeout(Program from) {
        ServerProcess source = servers.start(from);
        ServerProcess target = servers.start(from);
        source.run("SET a 1");
        Wire wire = servers.wireTo(target, 4);
        wire.swallow(true);
        assertEquals(
                "-IOERR error or timeout reading to target instance\r\n",
                source.run("MIGRATE 127.0.0.1 " + wire.port() + " a 0 300"));
        assertEquals("$1\r\n1\r\n", source.run("GET a"));
    }

    @ParameterizedTest
    @EnumSource(Program.class)
    void aConnectionServesTheNextTimeTooUnlessItWasClosed(Program from) {
        ServerProcess source = servers.start(from);
        ServerProcess target = servers.start(from.other());
        String line = "MIGRATE 127.0.0.1 " + target.port() + " a 0 5000 REPLACE";
        long before = Long.parseLong(target.info("stats", "total_connections_received"));
        for (int i = 0; i < 3; i++) {
            source.run("SET a " + i);
            assertEquals("+OK\r\n", source.run(line));
        }
        assertEquals("1", source.info("stats", "migrate_cached_sockets"));
        long after = Long.parseLong(target.info("stats", "total_connections_received"));
        assertThat(after - before).isLessThan(5); // INFO itself is one each time

        target.kill();
        target.restart();
        source.run("SET a 4");
        assertEquals("+OK\r\n", source.run(line));
        assertEquals("$1\r\n4\r\n", target.run("GET a"));
    }

    @Test
    void othersReadMeanwhileAndWritesWait() {
        ServerProcess source = servers.start(Program.VIREO);
        ServerProcess target = servers.start(Program.REDIS);
        ServerProcess replica = servers.startReplica(Program.REDIS, source);
        source.run("SET a 1");
        Wire wire = servers.wireTo(target, 5);
        wire.pause(true);
        try (RespClient mover = source.client();
                RespClient writer = source.client()) {
            mover.send("MIGRATE 127.0.0.1 " + wire.port() + " a 0 60000\r\n");
            Await.until(() -> source.info("clients", "blocked_clients").equals("1"), "the keys are on their way");
            writer.send("SET a 2\r\n");
            Await.until(() -> source.info("clients", "blocked_clients").equals("2"), "the write waits");
            assertEquals("$1\r\n1\r\n", source.run("GET a"));
            wire.pause(false);
            assertEquals("+OK\r\n", mover.read().wire());
            assertEquals("+OK\r\n", writer.read().wire());
            assertEquals("$1\r\n2\r\n", source.run("GET a"));
        }
        assertEquals("$1\r\n1\r\n", target.run("GET a"));
        InStep.awaitEqualData(source, replica);
    }

    @Test
    void aClientThatGoesAwayLeavesItsKeysHere() {
        ServerProcess source = servers.start(Program.VIREO);
        ServerProcess target = servers.start(Program.REDIS);
        source.run("SET a 1");
        Wire wire = servers.wireTo(target, 6);
        wire.pause(true);
        try (RespClient mover = source.client()) {
            mover.send("MIGRATE 127.0.0.1 " + wire.port() + " a 0 60000\r\n");
            Await.until(() -> source.info("clients", "blocked_clients").equals("1"), "the keys are on their way");
        }
        assertEquals("+OK\r\n", source.run("SET b 1"), "writes go on");
        assertEquals("$1\r\n1\r\n", source.run("GET a"));
        try (RespClient client = source.client()) {
            client.ask("MULTI");
            client.ask("MIGRATE", "127.0.0.1", "1", "a", "0", "100");
            String reply = client.ask("EXEC").wire();
            assertTrue(reply.contains("-ERR Command not allowed inside a transaction"), reply);
        }
    }
}
