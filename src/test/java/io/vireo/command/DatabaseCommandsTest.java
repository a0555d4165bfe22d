package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseCommandsTest {
    private static final String OK = "+OK\r\n";

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private void given(String... commands) {
        for (String command : commands) {
            server.run(command);
        }
        server.propagated();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLUSHDB", "flushdb async", "FLUSHDB SYNC"})
    void flushdbEmptiesOneDatabase(String command) {
        given("MSET a 1 b 2", "SELECT 1", "SET c 3", "SELECT 0");
        assertEquals(OK, server.run(command));
        assertEquals(":0\r\n", server.run("DBSIZE"));
        server.run("SELECT 1");
        assertEquals(":1\r\n", server.run("DBSIZE"));
        assertEquals(List.of("SELECT 0", command), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLUSHALL", "FLUSHALL ASYNC", "flushall sync"})
    void flushallEmptiesAllDatabases(String command) {
        given("SET a 1", "SELECT 1", "SET c 3");
        assertEquals(OK, server.run(command));
        assertEquals(":0\r\n", server.run("DBSIZE"));
        server.run("SELECT 0");
        assertEquals(":0\r\n", server.run("DBSIZE"));
        assertEquals(List.of(command), server.propagated());
    }

    @Test
    void aFlushOfNothingIsPropagatedToo() {
        assertEquals(OK, server.run("FLUSHDB"));
        assertEquals(OK, server.run("FLUSHALL"));
        assertEquals(List.of("FLUSHDB", "FLUSHALL"), server.propagated());
    }

    @Test
    void aFlushCountsAsManyChangesAsThereWereKeysAndFlushallTellsTheServer() {
        given("MSET a 1 b 2", "SELECT 1", "SET c 3");
        long before = server.keyspace().dirty();
        server.run("FLUSHDB");
        assertEquals(before + 1, server.keyspace().dirty());
        assertEquals(0, server.flushes());
        server.run("FLUSHALL");
        assertEquals(before + 3, server.keyspace().dirty());
        assertEquals(1, server.flushes());
    }

    @Test
    void watchersSeeAFlushOfTheirKeyOnly() {
        given("SET a 1");
        server.run("WATCH none");
        server.client().run("FLUSHDB");
        server.run("MULTI");
        assertEquals("*0\r\n", server.run("EXEC"));

        given("SET a 1");
        server.run("WATCH a");
        server.client().run("FLUSHALL");
        server.run("MULTI");
        assertEquals("*-1\r\n", server.run("EXEC"));
    }

    @Test
    void swapdbExchangesWhatTwoDatabasesHold() {
        given("SET a 1", "SELECT 1", "SET b 2", "SELECT 0");
        assertEquals(OK, server.run("SWAPDB 0 1"));
        assertEquals("*2\r\n$-1\r\n$1\r\n2\r\n", server.run("MGET a b"));
        assertEquals(List.of("SELECT 0", "SWAPDB 0 1"), server.propagated());
    }

    @Test
    void watchersSeeThatSwapdbChangedTheirKey() {
        given("SET a 1");
        server.run("WATCH a");
        server.client().run("SWAPDB 0 1");
        server.run("MULTI");
        assertEquals("*-1\r\n", server.run("EXEC"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FLUSHDB foo | ERR syntax error",
                "FLUSHALL ASYNC SYNC | ERR syntax error",
                "SWAPDB x 1 | ERR invalid first DB index",
                "SWAPDB 0 x | ERR invalid second DB index",
                "SWAPDB 0 99999999999 | ERR invalid second DB index",
                "SWAPDB 0 16 | ERR DB index is out of range",
                "SWAPDB -1 0 | ERR DB index is out of range"
            })
    void whatIsNoFlushOrDatabaseIsRefused(String command, String error) {
        given("SET a 1");
        assertEquals("-" + error + "\r\n", server.run(command));
        assertEquals(":1\r\n", server.run("DBSIZE"));
        assertEquals(List.of(), server.propagated());
    }
}
