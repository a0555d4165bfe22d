package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpireCommandsTest {
    private static final long NOW = TestServer.START_MS;

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
    @CsvSource(
            delimiter = '|',
            value = {
                "EXPIRE k 100 | 100000 | PEXPIREAT k 1700000100000",
                "expire k 100 xx GT | 100000 | PEXPIREAT k 1700000100000 xx GT",
                "PEXPIRE k 1500 | 1500 | PEXPIREAT k 1700000001500",
                "EXPIREAT k 1700000002 | 2000 | PEXPIREAT k 1700000002000",
                "pexpireat k 1700000000003 LT | 3 | pexpireat k 1700000000003 LT"
            })
    void replicasReceiveAnAbsoluteTime(String command, long leftMs, String propagated) {
        given("SET k v PX 50");
        assertEquals(":1\r\n", server.run(command));
        assertEquals(":" + leftMs + "\r\n", server.run("PTTL k"));
        assertEquals(List.of(propagated), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXPIRE k 0", "EXPIRE k -1", "PEXPIRE k -1", "EXPIREAT k 1", "PEXPIREAT k 1700000000000"})
    void aTimeThatHasPassedDeletesTheKey(String command) {
        given("SET k v");
        assertEquals(":1\r\n", server.run(command));
        assertEquals(":0\r\n", server.run("EXISTS k"));
        assertEquals(List.of("DEL k"), server.propagated());
    }

    @Test
    void aReplicaKeepsAKeyWhoseTimeHasPassedUntilItsPrimaryDeletesIt() {
        given("SET k v");
        server.keyspace().replica(true);
        assertEquals(":1\r\n", server.run("PEXPIREAT k 1"));
        assertEquals("$-1\r\n", server.run("GET k"));
        assertEquals(":1\r\n", server.run("DBSIZE"));
        assertEquals(List.of("PEXPIREAT k 1"), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT"})
    void noKeyNoExpiry(String command) {
        assertEquals(":0\r\n", server.run(command + " none 100"));
        assertEquals(List.of(), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // current time left, option, new time, whether it is taken
                "-1 | NX | 100 | 1",
                "50 | NX | 100 | 0",
                "-1 | XX | 100 | 0",
                "50 | XX | 100 | 1",
                "-1 | GT | 100 | 0",
                "50 | GT | 100 | 1",
                "50 | GT | 50 | 0",
                "50 | GT | 10 | 0",
                "-1 | LT | 100 | 1",
                "50 | LT | 100 | 0",
                "50 | LT | 50 | 0",
                "50 | LT | 10 | 1",
                "-1 | XX LT | 10 | 0",
                "50 | XX LT | 10 | 1",
                "50 | NX NX | 10 | 0"
            })
    void conditionsLookAtTheExpiryThereIs(long left, String options, long wanted, int taken) {
        given(left < 0 ? "SET k v" : "SET k v PX " + left);
        assertEquals(":" + taken + "\r\n", server.run("PEXPIRE k " + wanted + " " + options));
        assertEquals(":" + (taken == 1 ? wanted : left) + "\r\n", server.run("PTTL k"));
        assertEquals(
                taken == 0 ? List.of() : List.of("PEXPIREAT k " + (NOW + wanted) + " " + options), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EXPIRE k x | ERR value is not an integer or out of range",
                "EXPIRE k 9223372036854775807 | ERR invalid expire time in 'expire' command",
                "EXPIRE k -9223372036854775807 | ERR invalid expire time in 'expire' command",
                "EXPIRE k 9223372036854775 | ERR invalid expire time in 'expire' command",
                "PEXPIRE k 9223372036854775807 | ERR invalid expire time in 'pexpire' command",
                "EXPIREAT k 9223372036854776 | ERR invalid expire time in 'expireat' command",
                "EXPIRE k 1 foo | ERR Unsupported option foo",
                "EXPIRE none 1 foo | ERR Unsupported option foo",
                "EXPIRE k 1 NX XX | ERR NX and XX, GT or LT options at the same time are not compatible",
                "EXPIRE k 1 GT NX | ERR NX and XX, GT or LT options at the same time are not compatible",
                "EXPIRE k 1 GT LT | ERR GT and LT options at the same time are not compatible"
            })
    void whatIsNoTimeOrConditionIsRefused(String command, String error) {
        given("SET k v");
        assertEquals("-" + error + "\r\n", server.run(command));
        assertEquals(":-1\r\n", server.run("TTL k"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void theLatestTimeOfAllIsTaken() {
        given("SET k v");
        assertEquals(":1\r\n", server.run("PEXPIREAT k 9223372036854775807"));
        assertEquals(":9223372036854775807\r\n", server.run("PEXPIRETIME k"));
    }

    @Test
    void timesAreToldFromNowAndSince1970AndSecondsAreRounded() {
        given("SET k v PXAT " + (NOW + 2_499), "SET m v PX 2500", "SET forever v");
        assertEquals(":2499\r\n", server.run("PTTL k"));
        assertEquals(":2\r\n", server.run("TTL k"));
        assertEquals(":3\r\n", server.run("TTL m"));
        assertEquals(":" + (NOW + 2_499) + "\r\n", server.run("PEXPIRETIME k"));
        assertEquals(":1700000002\r\n", server.run("EXPIRETIME k"));
        for (String command : List.of("TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME")) {
            assertEquals(":-1\r\n", server.run(command + " forever"));
            assertEquals(":-2\r\n", server.run(command + " none"));
        }
    }

    @Test
    void aKeyIsThereUntilItsLastMillisecondIsOver() {
        given("SET k v PX 10");
        server.advanceMs(9);
        assertEquals("$1\r\nv\r\n", server.run("GET k"));
        assertEquals(":1\r\n", server.run("PTTL k"));
        server.advanceMs(1);
        assertEquals(":0\r\n", server.run("PTTL k"));
        server.advanceMs(1);
        assertEquals("$-1\r\n", server.run("GET k"));
        assertEquals(List.of("DEL k"), server.propagated());
    }

    @Test
    void keysNobodyLooksAtAreDeletedByTheCycle() {
        given("SET a v PX 10", "SET b v PX 100000", "SET c v");
        server.advanceMs(1000);
        assertEquals(":3\r\n", server.run("DBSIZE"));
        server.expire();
        assertEquals(":2\r\n", server.run("DBSIZE"));
        assertEquals(List.of("DEL a"), server.propagated());
    }

    @Test
    void persistTakesTheExpiryAway() {
        given("SET k v PX 10");
        assertEquals(":1\r\n", server.run("PERSIST k"));
        assertEquals(":0\r\n", server.run("PERSIST k"));
        assertEquals(":0\r\n", server.run("PERSIST none"));
        server.advanceMs(1_000);
        assertEquals("$1\r\nv\r\n", server.run("GET k"));
        assertEquals(List.of("PERSIST k"), server.propagated());
    }

    @Test
    void allTimesOfOneTransactionAreOfOneMoment() {
        given("MULTI", "SET a 1 PX 10", "PEXPIRE a 10", "PEXPIRETIME a");
        assertEquals("*3\r\n+OK\r\n:1\r\n:" + (NOW + 10) + "\r\n", server.run("EXEC"));
        assertEquals(
                List.of("MULTI", "SET a 1 PXAT " + (NOW + 10), "PEXPIREAT a " + (NOW + 10), "EXEC"),
                server.propagated());
    }
}
