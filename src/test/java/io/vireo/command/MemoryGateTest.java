package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.config.MaxmemoryPolicy;
import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryGateTest {
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private void full() {
        server.run("MSET a 1 b 2");
        server.propagated();
        server.maxmemory(1, MaxmemoryPolicy.NOEVICTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET c 1", "APPEND a x", "INCR a", "HSET h f v", "COPY a c"})
    void whatMayTakeMemoryIsRefusedWhereThereIsNone(String line) {
        full();
        assertEquals(OOM, server.run(line));
        assertEquals(":2\r\n", server.run("DBSIZE"));
        assertEquals(List.of(), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET a", "DEL a", "EXPIRE a 100", "RENAME a c", "PING", "FLUSHALL", "TTL a", "MULTI"})
    void whatTakesNoneRuns(String line) {
        full();
        assertTrue(!server.run(line).startsWith("-"), line);
    }

    @Test
    void aHigherLimitLetsWritesPassAgain() {
        full();
        assertEquals(OOM, server.run("SET c 1"));
        server.maxmemory(100_000_000, MaxmemoryPolicy.NOEVICTION);
        assertEquals("+OK\r\n", server.run("SET c 1"));
        server.maxmemory(1, MaxmemoryPolicy.NOEVICTION);
        server.maxmemory(0, MaxmemoryPolicy.NOEVICTION);
        assertEquals("+OK\r\n", server.run("SET c 1"));
    }

    @Test
    void insideMultiEverythingThatWouldBeQueuedIsRefused() {
        full();
        assertEquals("+OK\r\n", server.run("MULTI"));
        assertEquals(OOM, server.run("GET a"));
        assertEquals("-EXECABORT Transaction discarded because of previous errors.\r\n", server.run("EXEC"));
        server.run("MULTI");
        assertEquals("+OK\r\n", server.run("DISCARD"));
    }

    @Test
    void execIsRefusedOnlyWhereOneOfItsCommandsMayTakeMemory() {
        server.run("MSET a 1 b 2");
        TestClient other = server.client();
        server.run("MULTI");
        server.run("SET c 3");
        other.run("MULTI");
        other.run("GET a");
        server.maxmemory(1, MaxmemoryPolicy.NOEVICTION);
        assertEquals("-EXECABORT Transaction discarded because of: " + OOM.substring(1), server.run("EXEC"));
        assertEquals("*1\r\n$1\r\n1\r\n", other.run("EXEC"));
        assertEquals(":2\r\n", server.run("DBSIZE"));
    }

    @ParameterizedTest
    @EnumSource(
            value = MaxmemoryPolicy.class,
            names = {"NOEVICTION"},
            mode = EnumSource.Mode.EXCLUDE)
    void keysGoBeforeACommandRunsAndReplicasHearOfIt(MaxmemoryPolicy policy) {
        for (int i = 0; i < 500; i++) {
            server.run("SET key:" + i + " some-value EX 100000");
        }
        server.propagated();
        long limit = server.keyspace().usedBytes();
        server.maxmemory(limit, policy);
        for (int i = 500; i < 1000; i++) {
            assertEquals("+OK\r\n", server.run("SET key:" + i + " some-value EX 100000"));
        }
        server.run("PING");
        assertTrue(server.keyspace().usedBytes() <= limit);
        List<String> told = server.propagated();
        long deleted = told.stream().filter(line -> line.startsWith("DEL key:")).count();
        assertEquals(server.keyspace().eviction().evictedKeys(), deleted);
        assertEquals(1000, server.keyspace().size() + deleted);
        assertTrue(told.indexOf(told.stream()
                        .filter(line -> line.startsWith("DEL"))
                        .findFirst()
                        .orElseThrow())
                < told.size() - 1);
    }

    @Test
    void aTransactionIsNotInterruptedByEviction() {
        server.run("SET a 1");
        server.run("MULTI");
        server.run("SET b 2");
        server.run("GET a");
        server.propagated();
        server.maxmemory(1, MaxmemoryPolicy.ALLKEYS_RANDOM);
        assertEquals("*2\r\n+OK\r\n$-1\r\n", server.run("EXEC"));
        assertEquals(List.of("DEL a", "SET b 2"), server.propagated());
    }

    @Test
    void thePrimarysStreamIsNeverRefused() {
        full();
        server.firstClient().session().kind(Session.Kind.PRIMARY);
        assertEquals("+OK\r\n", server.run("SET c 1"));
    }

    @Test
    void objectTellsWhatThePolicyNotes() {
        server.run("SET a text");
        assertEquals(
                "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when"
                        + " switching between policies at runtime LRU and LFU data will take some time to adjust.\r\n",
                server.run("OBJECT FREQ a"));
        server.advanceMs(9_000);
        assertEquals(":9\r\n", server.run("OBJECT IDLETIME a"));
        assertEquals(":1\r\n", server.run("TOUCH a"));
        assertEquals(":0\r\n", server.run("OBJECT IDLETIME a"));

        server.maxmemory(0, MaxmemoryPolicy.ALLKEYS_LFU);
        server.run("SET b text");
        assertEquals(":5\r\n", server.run("OBJECT FREQ b"));
        server.run("GET b");
        assertEquals(":6\r\n", server.run("OBJECT FREQ b"), "the first use is always counted");
        server.run("RENAME b c");
        String frequency = server.run("OBJECT FREQ c");
        server.run("COPY c d");
        assertEquals(":5\r\n", server.run("OBJECT FREQ d"), "a copy is new");
        assertTrue(Integer.parseInt(frequency.substring(1).strip()) >= 6, "another name keeps it: " + frequency);
        assertEquals(
                "-ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching"
                        + " between policies at runtime LRU and LFU data will take some time to adjust.\r\n",
                server.run("OBJECT IDLETIME c"));
        assertEquals("$-1\r\n", server.run("OBJECT FREQ none"));
    }

    @Test
    void aClientThatLeavesNoTraceUsesKeysOnlyByTouch() {
        server.run("SET a text");
        server.advanceMs(9_000);
        server.firstClient().session().touching(false);
        server.run("GET a");
        assertEquals(":9\r\n", server.run("OBJECT IDLETIME a"));
        server.client().run("EXISTS a");
        assertEquals(":9\r\n", server.run("OBJECT IDLETIME a"));
        server.run("TOUCH a");
        assertEquals(":0\r\n", server.run("OBJECT IDLETIME a"));
        server.advanceMs(9_000);
        server.client().run("GET a");
        assertEquals(":0\r\n", server.run("OBJECT IDLETIME a"), "others do leave one");
    }

    @Test
    void smallNumbersAreSharedUnlessEachKeysUseIsNeeded() {
        server.run("SET n 5");
        assertEquals(":2147483647\r\n", server.run("OBJECT REFCOUNT n"));
        server.maxmemory(100_000_000, MaxmemoryPolicy.ALLKEYS_RANDOM);
        assertEquals(":2147483647\r\n", server.run("OBJECT REFCOUNT n"));
        server.maxmemory(100_000_000, MaxmemoryPolicy.VOLATILE_LRU);
        assertEquals(":1\r\n", server.run("OBJECT REFCOUNT n"));
    }
}
