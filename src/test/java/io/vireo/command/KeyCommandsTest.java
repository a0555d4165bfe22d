package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCommandsTest {
    private static final String OK = "+OK\r\n";
    private static final String NULL = "$-1\r\n";

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
    @ValueSource(strings = {"DEL", "UNLINK"})
    void deletingCountsTheKeysThereWereAndIsPropagatedAsReceived(String command) {
        given("MSET a 1 b 2");
        assertEquals(":2\r\n", server.run(command + " a none b a"));
        assertEquals(":0\r\n", server.run(command + " a"));
        assertEquals(":0\r\n", server.run("DBSIZE"));
        assertEquals(List.of(command + " a none b a"), server.propagated());
    }

    @Test
    void deletingAnExpiredKeyCountsNothingButReplicasLearnOfIt() {
        given("SET a 1 PX 5");
        server.advanceMs(6);
        assertEquals(":0\r\n", server.run("DEL a"));
        assertEquals(List.of("DEL a"), server.propagated());
    }

    @Test
    void existsAndTouchCountAKeyAsOftenAsItIsNamed() {
        given("MSET a 1 b 2");
        assertEquals(":3\r\n", server.run("EXISTS a a none b"));
        assertEquals(":3\r\n", server.run("TOUCH a a none b"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void typeOfNoKeyIsNone() {
        given("SET a 1");
        assertEquals("+string\r\n", server.run("TYPE a"));
        assertEquals("+none\r\n", server.run("TYPE none"));
    }

    @Test
    void randomkeyPicksAKeyThatIsThere() {
        assertEquals(NULL, server.run("RANDOMKEY"));
        given("SET only 1");
        assertEquals("$4\r\nonly\r\n", server.run("RANDOMKEY"));
    }

    @Test
    void renameTakesTheExpiryAlongAndOverwrites() {
        given("SET a 1 PX 500", "SET b 2");
        assertEquals(OK, server.run("RENAME a b"));
        assertEquals(NULL, server.run("GET a"));
        assertEquals("$1\r\n1\r\n", server.run("GET b"));
        assertEquals(":500\r\n", server.run("PTTL b"));
        assertEquals(List.of("RENAME a b"), server.propagated());
    }

    @Test
    void renameToTheSameNameChangesNothing() {
        given("SET a 1");
        assertEquals(OK, server.run("RENAME a a"));
        assertEquals(":0\r\n", server.run("RENAMENX a a"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void renamenxNeedsAFreeName() {
        given("MSET a 1 b 2");
        assertEquals(":0\r\n", server.run("RENAMENX a b"));
        assertEquals(":1\r\n", server.run("RENAMENX a c"));
        assertEquals("*3\r\n$-1\r\n$1\r\n2\r\n$1\r\n1\r\n", server.run("MGET a b c"));
        assertEquals(List.of("RENAMENX a c"), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RENAME none b", "RENAME none none", "RENAMENX none b"})
    void aKeyThatIsNotThereCannotBeRenamed(String command) {
        assertEquals("-ERR no such key\r\n", server.run(command));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void moveTakesAKeyToAnotherDatabase() {
        given("SET a 1 PX 500");
        assertEquals(":1\r\n", server.run("MOVE a 3"));
        assertEquals(":0\r\n", server.run("MOVE a 3"));
        server.run("SELECT 3");
        assertEquals("$1\r\n1\r\n", server.run("GET a"));
        assertEquals(":500\r\n", server.run("PTTL a"));
        assertEquals(List.of("MOVE a 3"), server.propagated());
    }

    @Test
    void moveLeavesAKeyWhoseNameIsTaken() {
        given("SET a 1", "SELECT 3", "SET a 2", "SELECT 0");
        assertEquals(":0\r\n", server.run("MOVE a 3"));
        assertEquals("$1\r\n1\r\n", server.run("GET a"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void copyTakesTheExpiryAlong() {
        given("SET a 1 PX 500", "SET b 2");
        assertEquals(":0\r\n", server.run("COPY a b"));
        assertEquals(":1\r\n", server.run("COPY a b REPLACE"));
        assertEquals(":1\r\n", server.run("COPY a a DB 5"));
        assertEquals(":0\r\n", server.run("COPY none c"));
        assertEquals("*2\r\n$1\r\n1\r\n$1\r\n1\r\n", server.run("MGET a b"));
        assertEquals(":500\r\n", server.run("PTTL b"));
        assertEquals(List.of("COPY a b REPLACE", "COPY a a DB 5"), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MOVE a 0 | ERR source and destination objects are the same",
                "MOVE a 16 | ERR DB index is out of range",
                "MOVE a -1 | ERR DB index is out of range",
                "MOVE a x | ERR value is not an integer or out of range",
                "MOVE a 99999999999 | ERR value is out of range, value must between -2147483648 and 2147483647",
                "COPY a a | ERR source and destination objects are the same",
                "COPY none none | ERR source and destination objects are the same",
                "COPY a b DB 16 | ERR DB index is out of range",
                "COPY a b DB x | ERR value is not an integer or out of range",
                "COPY a b DB | ERR syntax error",
                "COPY a b foo | ERR syntax error",
                "OBJECT FOO a | ERR unknown subcommand 'FOO'. Try OBJECT HELP.",
                "OBJECT | ERR wrong number of arguments for 'object' command",
                "'OBJECT ENCODING' | 'ERR wrong number of arguments for ''object|encoding'' command'"
            })
    void whatCannotBeDoneIsRefused(String command, String error) {
        given("SET a 1");
        assertEquals("-" + error + "\r\n", server.run(command));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void watchersSeeChangesAtBothEndsOfAMove() {
        for (String change :
                List.of("RENAME a b", "RENAME c b", "MOVE b 3", "COPY c b REPLACE", "DEL b", "EXPIRE b 9")) {
            given("MSET a 1 b 2 c 3");
            server.run("WATCH b");
            server.client().run(change);
            server.run("MULTI");
            assertEquals("*-1\r\n", server.run("EXEC"), change);
            given("FLUSHALL");
        }
    }

    @Test
    void encodingTellsNumbersShortAndLongStringsApart() {
        given("SET n 12", "SET s abc", "SET l " + "x".repeat(45), "SET c 1", "APPEND c 2");
        assertEquals("$3\r\nint\r\n", server.run("OBJECT ENCODING n"));
        assertEquals("$6\r\nembstr\r\n", server.run("object encoding s"));
        assertEquals("$3\r\nraw\r\n", server.run("OBJECT ENCODING l"));
        assertEquals("$3\r\nraw\r\n", server.run("OBJECT ENCODING c"));
    }

    @Test
    void idletimeCountsSecondsSinceTheLastUse() {
        given("SET a 1");
        server.advanceMs(5_500);
        assertTrue(List.of(":5\r\n", ":6\r\n").contains(server.run("OBJECT IDLETIME a")));
        server.run("TOUCH a");
        assertEquals(":0\r\n", server.run("OBJECT IDLETIME a"));
    }

    @Test
    void objectOfNoKeyIsNull() {
        for (String sub : List.of("ENCODING", "FREQ", "IDLETIME", "REFCOUNT")) {
            assertEquals(NULL, server.run("OBJECT " + sub + " none"));
        }
        given("MSET a text n 9999 large 10000");
        assertEquals(":1\r\n", server.run("OBJECT REFCOUNT a"));
        assertEquals(":2147483647\r\n", server.run("OBJECT REFCOUNT n"));
        assertEquals(":1\r\n", server.run("OBJECT REFCOUNT large"));
        assertTrue(server.run("OBJECT FREQ a").startsWith("-ERR An LFU maxmemory policy is not selected, "));
        assertTrue(server.run("OBJECT HELP").contains("+ENCODING <key>\r\n"));
    }
}
