package io.vireo.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.NeedsRedis;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FAILOVER between Vireo and the real server, every way: nothing that was answered is lost. */
@NeedsRedis
@Tag("alone")
class FailoverIT {
    private static final String NONE = "no-failover";

    @RegisterExtension
    private final Servers servers = new Servers();

    static Stream<Pair> pairs() {
        return Pair.all();
    }

    static Stream<Program> programs() {
        return Pair.programs();
    }

    private static String state(ServerProcess server) {
        return server.info("replication", "master_failover_state");
    }

    private static String role(ServerProcess server) {
        return server.info("replication", "role");
    }

    private static String to(ServerProcess target) {
        return "FAILOVER TO 127.0.0.1 " + target.port();
    }

    /** Adds one to a counter again and again, until an answer says that this node takes no writes any more. */
    private static final class Counting implements AutoCloseable {
        private final RespClient client;
        private final Thread thread;
        private final AtomicInteger answered = new AtomicInteger();
        private volatile String last = "";

        private Counting(ServerProcess server) {
            client = server.client();
            thread = Thread.ofPlatform().start(this::count);
        }

        private void count() {
            Reply reply = client.ask("INCR", "counter");
            while (!reply.isError()) {
                answered.incrementAndGet();
                reply = client.ask("INCR", "counter");
            }
            last = reply.text();
        }

        /** How many were answered in all; the last answer was the refusal of a replica. */
        private int end() {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(last).startsWith("READONLY ");
            return answered.get();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everyWriteThatWasAnsweredIsThereAfterwards(Pair pair) {
        ServerProcess primary = servers.start(pair.primary());
        ServerProcess heir = servers.startReplica(pair.replica(), primary);
        WriteLoad load = new WriteLoad(primary, 21, 200);
        load.write(500);
        load.end();
        try (Counting counting = new Counting(primary)) {
            Await.until(() -> counting.answered.get() > 200, "some writes");
            assertEquals("+OK\r\n", primary.run(to(heir)));
            int answered = counting.end();
            Await.until(() -> state(primary).equals(NONE), "the end of the failover");
            assertEquals("" + answered, heir.ask("GET", "counter").text());
        }
        assertEquals("master", role(heir));
        assertEquals("slave", role(primary));
        assertEquals("" + heir.port(), primary.info("replication", "master_port"));
        assertEquals("+OK\r\n", heir.run("SET after failover"));
        InStep.awaitEqualData(heir, primary);
        assertEquals(new InStep.Syncs(0, 1), InStep.syncs(heir));
        assertTrue(primary.logged("Failover target 127.0.0.1:" + heir.port() + " is synced, failing over.") == 1);
        assertTrue(heir.logged("MASTER MODE enabled (failover request from '") == 1);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void thereAndBackAgainWithAnotherReplicaBehind(Pair pair) {
        ServerProcess first = servers.start(pair.primary());
        ServerProcess second = servers.startReplica(pair.replica(), first);
        ServerProcess third = servers.startReplica(pair.primary(), first);
        first.run("SET a 1");
        InStep.await(first, second, third);
        assertEquals("+OK\r\n", first.run(to(second)));
        Await.until(() -> role(second).equals("master") && state(first).equals(NONE), "the second to lead");
        second.run("SET b 2");
        InStep.awaitEqualData(second, first, third);
        assertEquals("+OK\r\n", second.run("FAILOVER TIMEOUT 10000"));
        Await.until(() -> role(first).equals("master") && state(second).equals(NONE), "the first to lead again");
        first.run("SET c 3");
        InStep.awaitEqualData(first, second, third);
        assertEquals(1, InStep.syncs(first).full() - 1, "only the two copies of the beginning");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aReplicaThatDoesNotCatchUpIsGivenUpAndWritesGoOn(Pair pair) {
        ServerProcess primary = servers.start(pair.primary());
        ServerProcess heir = servers.startReplica(pair.replica(), primary);
        heir.freeze();
        primary.run("SET k v");
        assertEquals("+OK\r\n", primary.run(to(heir) + " TIMEOUT 300"));
        assertEquals("waiting-for-sync", state(primary));
        assertEquals("+OK\r\n", primary.run("SET k w")); // is answered when writes are taken again
        assertEquals(NONE, state(primary));
        assertTrue(primary.logged("aborted: Replica never caught up before timeout") == 1);
        heir.thaw();
        InStep.awaitEqualData(primary, heir);
        assertEquals("master", role(primary));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aReplicaThatLacksSomethingLeadsIfItMust(Pair pair) {
        ServerProcess primary = servers.start(pair.primary());
        Wire wire = servers.wireTo(primary, 31);
        ServerProcess heir = servers.startReplica(pair.replica(), primary, wire);
        primary.run("SET held by-both");
        InStep.await(primary, heir);
        wire.swallow(true);
        primary.run("SET lost write");
        assertEquals("+OK\r\n", primary.run(to(heir) + " FORCE TIMEOUT 200"));
        Await.until(() -> role(heir).equals("master") && state(primary).equals(NONE), "the heir to lead");
        InStep.awaitEqualData(heir, primary);
        assertEquals("$7\r\nby-both\r\n", primary.run("GET held"));
        assertEquals("$-1\r\n", primary.run("GET lost"));
        assertTrue(primary.logged("time out exceeded, failing over.") == 1);
        assertEquals(1, InStep.syncs(heir).full());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void anHeirThatRefusesLeavesThePrimaryLeading(Pair pair) {
        ServerProcess primary = servers.start(pair.primary());
        ServerProcess heir = servers.startReplica(pair.replica(), primary, "--enable-debug-command", "yes");
        assertEquals("+OK\r\n", heir.run("DEBUG CHANGE-REPL-ID")); // it does not know our stream any more
        assertEquals("+OK\r\n", primary.run(to(heir)));
        primary.awaitLog("aborted: Failover target rejected psync request");
        assertEquals("master", role(primary));
        assertEquals(NONE, state(primary));
        assertEquals("+OK\r\n", primary.run("SET k v"));
        InStep.awaitEqualData(primary, heir);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void whileItWaitsReadsAreServedAndItMayBeAborted(Program program) {
        ServerProcess primary = servers.start(program);
        ServerProcess heir = servers.startReplica(program, primary);
        heir.freeze();
        primary.run("SET k v");
        assertEquals("+OK\r\n", primary.run("FAILOVER"));
        RespClient writer = primary.client();
        writer.send(RespClient.command("SET", "k", "w"));
        Await.until(() -> primary.infoNumber("clients", "blocked_clients") == 1, "the writer to wait");
        assertEquals("$1\r\nv\r\n", primary.run("GET k"));
        assertEquals("-ERR FAILOVER already in progress.\r\n", primary.run("FAILOVER"));
        assertEquals(
                "-ERR REPLICAOF not allowed while failing over.\r\n",
                primary.run("REPLICAOF 127.0.0.1 " + heir.port()));
        assertEquals(
                "-NOMASTERLINK Can't SYNC while failing over\r\n",
                primary.client().run("PSYNC ? -1"));
        assertEquals("+OK\r\n", primary.run("FAILOVER ABORT"));
        assertEquals("+OK\r\n", writer.read().wire());
        assertEquals("-ERR No failover in progress.\r\n", primary.run("FAILOVER ABORT"));
        assertTrue(primary.logged("FAILOVER to any replica aborted: Failover manually aborted") == 1);
    }

    /** What is refused is refused in Redis's words. */
    @Test
    void theRefusalsAreThoseOfRedis() {
        ServerProcess vireo = servers.start(Program.VIREO);
        ServerProcess redis = servers.start(Program.REDIS);
        List<String> alone = List.of(
                "FAILOVER",
                "FAILOVER ABORT",
                "FAILOVER ABORT NOW",
                "FAILOVER TO 127.0.0.1",
                "FAILOVER TO 127.0.0.1 x",
                "FAILOVER TIMEOUT x",
                "FAILOVER TIMEOUT 0",
                "FAILOVER TIMEOUT -1",
                "FAILOVER TIMEOUT 5 TIMEOUT 6",
                "FAILOVER FORCE FORCE",
                "FAILOVER TO a 1 TO b 2",
                "FAILOVER FORCE",
                "PSYNC ? -1 FAILOVER");
        assertSameAnswers(alone, vireo, redis);
        ServerProcess ofVireo = servers.startReplica(Program.VIREO, vireo);
        ServerProcess ofRedis = servers.startReplica(Program.REDIS, redis);
        List<String> leading = List.of(
                "FAILOVER FORCE",
                "FAILOVER FORCE TIMEOUT 10",
                "FAILOVER TO 127.0.0.1 1 FORCE",
                "FAILOVER TO 127.0.0.1 1",
                "FAILOVER TO 127.0.0.1 99999999999",
                "FAILOVER TO other 6379 TIMEOUT 100");
        assertSameAnswers(leading, vireo, redis);
        assertSameAnswers(List.of("FAILOVER", "PSYNC " + "a".repeat(40) + " 5 FAILOVER"), ofVireo, ofRedis);
    }

    private static void assertSameAnswers(List<String> lines, ServerProcess vireo, ServerProcess redis) {
        for (String line : lines) {
            try (RespClient ours = vireo.client();
                    RespClient theirs = redis.client()) {
                assertEquals(theirs.run(line), ours.run(line), line);
            }
        }
    }
}
