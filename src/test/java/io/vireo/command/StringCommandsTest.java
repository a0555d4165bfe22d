package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StringCommandsTest {
    private static final String OK = "+OK\r\n";
    private static final String NULL = "$-1\r\n";
    private static final long NOW = TestServer.START_MS;

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aStringIsReadAsItWasSet() {
        assertEquals(OK, server.run("SET k v"));
        assertEquals("$1\r\nv\r\n", server.run("GET k"));
        assertEquals(NULL, server.run("GET other"));
        assertEquals(List.of("SET k v"), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "12345", "9223372036854775807", "-9223372036854775808", "\"\"", "007", "-0", "+1"})
    void aStringThatLooksLikeANumberIsReadAsItWasSet(String value) {
        server.run("SET k " + value);
        String text = value.equals("\"\"") ? "" : value;
        assertEquals("$" + text.length() + "\r\n" + text + "\r\n", server.run("GET k"));
    }

    @Test
    void aStringHoldsAnyBytes() {
        server.run("SET \"\\x00\\xff\\r\\n\" \"\\x80\\x00\"");
        assertEquals("$2\r\n\u0080\0\r\n", server.run("GET \"\\x00\\xff\\r\\n\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET k v EX 10     | 10000",
                "set k v px 10     | 10",
                "SET k v EXAT 1700000003     | 3000",
                "SET k v PXAT 1700000000007  | 7",
                "SET k v EX 10 EX 20 | 20000",
                "SETEX k 10 v      | 10000",
                "PSETEX k 10 v     | 10"
            })
    void replicasReceiveATimeAsPxat(String command, long leftMs) {
        assertEquals(OK, server.run(command));
        assertEquals(":" + leftMs + "\r\n", server.run("PTTL k"));
        assertEquals(List.of("SET k v PXAT " + (NOW + leftMs)), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET k v EX 0      | ERR invalid expire time in 'set' command",
                "SET k v EX -1     | ERR invalid expire time in 'set' command",
                "SET k v EX 9223372036854776  | ERR invalid expire time in 'set' command",
                "SET k v PX 9223372036854775807 | ERR invalid expire time in 'set' command",
                "SETEX k 0 v       | ERR invalid expire time in 'setex' command",
                "PSETEX k -5 v     | ERR invalid expire time in 'psetex' command",
                "SET k v EX x      | ERR value is not an integer or out of range",
                "SETEX k 1.5 v     | ERR value is not an integer or out of range",
                "SET k v EX        | ERR syntax error",
                "SET k v NX XX     | ERR syntax error",
                "SET k v EX 1 PX 1 | ERR syntax error",
                "SET k v KEEPTTL EX 1 | ERR syntax error",
                "SET k v PERSIST   | ERR syntax error",
                "SET k v foo       | ERR syntax error"
            })
    void aSetThatIsRefusedChangesNothing(String command, String error) {
        server.run("SET k old");
        server.propagated();

        assertEquals("-" + error + "\r\n", server.run(command));

        assertEquals("$3\r\nold\r\n", server.run("GET k"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void nxSetsOnlyWhereThereIsNoKeyAndXxOnlyWhereThereIs() {
        assertEquals(NULL, server.run("SET k v XX"));
        assertEquals(OK, server.run("SET k v NX"));
        assertEquals(NULL, server.run("SET k w NX"));
        assertEquals(OK, server.run("SET k w XX"));
        assertEquals("$1\r\nw\r\n", server.run("GET k"));
        assertEquals(List.of("SET k v NX", "SET k w XX"), server.propagated());
    }

    @Test
    void setWithGetRepliesWithTheOldValueAndReplicasDoNotSeeGet() {
        assertEquals(NULL, server.run("SET k 1 GET"));
        assertEquals("$1\r\n1\r\n", server.run("SET k 2 GET PX 10"));
        assertEquals("$1\r\n2\r\n", server.run("SET k 3 xx get keepttl"));
        assertEquals("$1\r\n3\r\n", server.run("SET k 4 NX GET"));
        assertEquals(NULL, server.run("SET other 4 XX GET"));
        assertEquals("$1\r\n3\r\n", server.run("GET k"));
        assertEquals(List.of("SET k 1", "SET k 2 PXAT " + (NOW + 10), "SET k 3 xx keepttl"), server.propagated());
    }

    @Test
    void setForgetsTheExpiryUnlessToldToKeepIt() {
        server.run("SET k v PX 100");
        server.run("SET k w KEEPTTL");
        assertEquals(":100\r\n", server.run("PTTL k"));
        server.run("SET k w");
        assertEquals(":-1\r\n", server.run("PTTL k"));
    }

    @Test
    void setWithATimeInThePastStoresAKeyThatHasExpired() {
        assertEquals(OK, server.run("SET k v PXAT 1"));
        assertEquals(NULL, server.run("GET k"));
        assertEquals(List.of("SET k v PXAT 1", "DEL k"), server.propagated());
    }

    @Test
    void aKeyThatHasExpiredIsDeletedBeforeItIsSetAnew() {
        server.run("MSET k 1 m 2");
        server.run("PEXPIRE k 10");
        server.run("PEXPIRE m 10");
        server.propagated();
        server.advanceMs(11);
        assertEquals(OK, server.run("SET k 2"));
        assertEquals(OK, server.run("MSET x 1 m 3"));
        assertEquals(
                List.of("MULTI", "DEL k", "SET k 2", "EXEC", "MULTI", "DEL m", "MSET x 1 m 3", "EXEC"),
                server.propagated());
    }

    @Test
    void setnxRepliesWhetherItSet() {
        assertEquals(":1\r\n", server.run("SETNX k v"));
        assertEquals(":0\r\n", server.run("SETNX k w"));
        assertEquals("$1\r\nv\r\n", server.run("GET k"));
        assertEquals(List.of("SETNX k v"), server.propagated());
    }

    @Test
    void getsetIsPropagatedAsSet() {
        assertEquals(NULL, server.run("GETSET k 1"));
        server.run("EXPIRE k 100");
        server.propagated();
        assertEquals("$1\r\n1\r\n", server.run("GETSET k 2"));
        assertEquals(":-1\r\n", server.run("TTL k"));
        assertEquals(List.of("SET k 2"), server.propagated());
    }

    @Test
    void getdelIsPropagatedAsDel() {
        server.run("SET k 12");
        server.propagated();
        assertEquals("$2\r\n12\r\n", server.run("GETDEL k"));
        assertEquals(NULL, server.run("GETDEL k"));
        assertEquals(":0\r\n", server.run("EXISTS k"));
        assertEquals(List.of("DEL k"), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GETEX k                     | 500 |",
                "GETEX k EX 10               | 10000 | PEXPIREAT k 1700000010000",
                "GETEX k px 10               | 10 | PEXPIREAT k 1700000000010",
                "GETEX k EXAT 1700000002     | 2000 | PEXPIREAT k 1700000002000",
                "GETEX k PXAT 1700000000005  | 5 | PEXPIREAT k 1700000000005",
                "GETEX k PERSIST             | -1 | PERSIST k",
                "GETEX k EXAT 1              | -2 | DEL k"
            })
    void getexRepliesWithTheValueAndPropagatesOnlyTheNewExpiry(String command, long leftMs, String propagated) {
        server.run("SET k value PX 500");
        server.propagated();

        assertEquals("$5\r\nvalue\r\n", server.run(command));

        assertEquals(":" + leftMs + "\r\n", server.run("PTTL k"));
        assertEquals(propagated == null ? List.of() : List.of(propagated), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GETEX k EX 0       | ERR invalid expire time in 'getex' command",
                "GETEX k EX x       | ERR value is not an integer or out of range",
                "GETEX k KEEPTTL    | ERR syntax error",
                "GETEX k PERSIST EX 1 | ERR syntax error",
                "GETEX none foo     | ERR syntax error"
            })
    void getexRefusesWhatIsNoExpiry(String command, String error) {
        server.run("SET k value PX 500");
        server.propagated();
        assertEquals("-" + error + "\r\n", server.run(command));
        assertEquals(":500\r\n", server.run("PTTL k"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void getexOfNoKeyDoesNotLookAtTheTime() {
        assertEquals(NULL, server.run("GETEX k EX x"));
        assertEquals(NULL, server.run("GETEX k PERSIST"));
        server.run("SET k v");
        server.propagated();
        assertEquals("$1\r\nv\r\n", server.run("GETEX k PERSIST"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void severalStringsAreSetAndReadAtOnce() {
        assertEquals(OK, server.run("MSET a 1 b two a 3"));
        assertEquals("*3\r\n$1\r\n3\r\n$-1\r\n$3\r\ntwo\r\n", server.run("MGET a none b"));
        assertEquals(List.of("MSET a 1 b two a 3"), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"MSET a", "MSET a 1 b", "MSETNX a 1 b"})
    void msetRefusesAKeyWithoutAValue(String command) {
        String name = command.substring(0, command.indexOf(' ')).toLowerCase(java.util.Locale.ROOT);
        assertEquals("-ERR wrong number of arguments for '" + name + "' command\r\n", server.run(command));
        assertEquals(":0\r\n", server.run("EXISTS a"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void msetnxSetsAllOrNone() {
        assertEquals(":1\r\n", server.run("MSETNX a 1 b 2"));
        assertEquals(":0\r\n", server.run("MSETNX c 3 b 4"));
        assertEquals("*3\r\n$1\r\n1\r\n$1\r\n2\r\n$-1\r\n", server.run("MGET a b c"));
        assertEquals(List.of("MSETNX a 1 b 2"), server.propagated());
    }

    @Test
    void appendRepliesWithTheLengthAndKeepsTheExpiry() {
        assertEquals(":3\r\n", server.run("APPEND k 123"));
        server.run("PEXPIRE k 100");
        assertEquals(":6\r\n", server.run("APPEND k abc"));
        assertEquals(":6\r\n", server.run("APPEND k \"\""));
        assertEquals("$6\r\n123abc\r\n", server.run("GET k"));
        assertEquals(":100\r\n", server.run("PTTL k"));
        assertEquals(":6\r\n", server.run("STRLEN k"));
        assertEquals(":0\r\n", server.run("STRLEN none"));
    }

    @Test
    void setrangeFillsWithZeroesUpToItsOffset() {
        assertEquals(":5\r\n", server.run("SETRANGE k 3 ab"));
        assertEquals("$5\r\n\0\0\0ab\r\n", server.run("GET k"));
        server.run("SET k 12345");
        assertEquals(":5\r\n", server.run("SETRANGE k 1 xx"));
        assertEquals("$5\r\n1xx45\r\n", server.run("GET k"));
        assertEquals(List.of("SETRANGE k 3 ab", "SET k 12345", "SETRANGE k 1 xx"), server.propagated());
    }

    @Test
    void setrangeOfNothingChangesNothing() {
        assertEquals(":0\r\n", server.run("SETRANGE k 5 \"\""));
        assertEquals(":0\r\n", server.run("EXISTS k"));
        server.run("SET k abc");
        server.propagated();
        assertEquals(":3\r\n", server.run("SETRANGE k 9 \"\""));
        assertEquals(List.of(), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SETRANGE k -1 x | ERR offset is out of range",
                "SETRANGE k x x  | ERR value is not an integer or out of range",
                "SETRANGE k 100 x | ERR string exceeds maximum allowed size (proto-max-bulk-len)",
                "SETRANGE k 9223372036854775807 x | ERR string exceeds maximum allowed size (proto-max-bulk-len)",
                "APPEND k 1234567890 | ERR string exceeds maximum allowed size (proto-max-bulk-len)"
            })
    void aStringDoesNotGrowBeyondItsLimit(String command, String error) {
        server.run("SET k " + "v".repeat(95));
        server.propagated();
        server.maxBulkLength(100);
        assertEquals("-" + error + "\r\n", server.run(command));
        assertEquals(":95\r\n", server.run("STRLEN k"));
        assertEquals(List.of(), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 2 | Hel",
                "0 -1 | Hello",
                "-3 -1 | llo",
                "-100 1 | He",
                "3 100 | lo",
                "5 9 | ''",
                "3 1 | ''",
                "-1 -3 | ''",
                "0 -9223372036854775808 | H",
                "9223372036854775807 -1 | ''"
            })
    void getrangeCountsFromEitherEnd(String range, String part) {
        server.run("SET k Hello");
        String reply = "$" + part.length() + "\r\n" + part + "\r\n";
        assertEquals(reply, server.run("GETRANGE k " + range));
        assertEquals(reply, server.run("SUBSTR k " + range));
        assertEquals("$0\r\n\r\n", server.run("GETRANGE none " + range));
    }

    @Test
    void getrangeReadsNumbersTooAndRefusesWhatIsNoIndex() {
        server.run("SET k 12345");
        assertEquals("$2\r\n23\r\n", server.run("GETRANGE k 1 2"));
        assertEquals("-ERR value is not an integer or out of range\r\n", server.run("GETRANGE k 1 x"));
    }

    @Test
    void watchersSeeEveryKindOfChange() {
        for (String change : List.of(
                "SET k v",
                "SETNX k v",
                "APPEND k v",
                "SETRANGE k 0 v",
                "GETSET k v",
                "GETEX k EX 10",
                "MSET x 1 k 2")) {
            server.run("DEL k");
            if (change.startsWith("GETEX")) {
                server.run("SET k v");
            }
            server.run("WATCH k");
            server.client().run(change);
            server.run("MULTI");
            server.run("PING");
            assertEquals("*-1\r\n", server.run("EXEC"), change);
        }
    }
}
