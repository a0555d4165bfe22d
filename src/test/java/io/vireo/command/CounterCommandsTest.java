package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CounterCommandsTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void numbersAreCountedUpAndDownAndPropagatedAsReceived() {
        assertEquals(":1\r\n", server.run("INCR k"));
        assertEquals(":-1\r\n", server.run("DECRBY k 2"));
        assertEquals(":-2\r\n", server.run("DECR k"));
        assertEquals(":3\r\n", server.run("INCRBY k 5"));
        assertEquals("$1\r\n3\r\n", server.run("GET k"));
        assertEquals(List.of("INCR k", "DECRBY k 2", "DECR k", "INCRBY k 5"), server.propagated());
    }

    @Test
    void countingKeepsTheExpiry() {
        server.run("SET k 1 PX 500");
        server.run("INCR k");
        server.run("INCRBYFLOAT k 0.5");
        assertEquals(":500\r\n", server.run("PTTL k"));
    }

    @Test
    void anExpiredNumberCountsFromZeroAndReplicasSeeItDeletedFirst() {
        server.run("SET k 5 PX 10");
        server.propagated();
        server.advanceMs(11);
        assertEquals(":1\r\n", server.run("INCR k"));
        assertEquals(":-1\r\n", server.run("PTTL k"));
        assertEquals(List.of("MULTI", "DEL k", "INCR k", "EXEC"), server.propagated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "9223372036854775807 | INCR k | ERR increment or decrement would overflow",
                "9223372036854775807 | INCRBY k 1 | ERR increment or decrement would overflow",
                "9223372036854775807 | DECRBY k -1 | ERR increment or decrement would overflow",
                "-9223372036854775808 | DECR k | ERR increment or decrement would overflow",
                "-2 | INCRBY k -9223372036854775807 | ERR increment or decrement would overflow",
                "1 | DECRBY k -9223372036854775808 | ERR decrement would overflow",
                "1 | INCRBY k 1.5 | ERR value is not an integer or out of range",
                "1 | INCRBY k 9223372036854775808 | ERR value is not an integer or out of range",
                "1 | DECRBY k x | ERR value is not an integer or out of range",
                "abc | INCR k | ERR value is not an integer or out of range",
                "1.0 | INCR k | ERR value is not an integer or out of range",
                "' 11' | INCR k | ERR value is not an integer or out of range",
                "01 | DECR k | ERR value is not an integer or out of range",
                "abc | INCRBYFLOAT k 1 | ERR value is not a valid float",
                "' 1' | INCRBYFLOAT k 1 | ERR value is not a valid float",
                "1 | INCRBYFLOAT k x | ERR value is not a valid float",
                "1 | INCRBYFLOAT k nan | ERR value is not a valid float",
                "1 | INCRBYFLOAT k inf | ERR increment would produce NaN or Infinity"
            })
    void aCountThatIsRefusedChangesNothing(String value, String command, String error) {
        server.run("SET k \"" + value + "\"");
        server.propagated();

        assertEquals("-" + error + "\r\n", server.run(command));

        assertEquals("$" + value.length() + "\r\n" + value + "\r\n", server.run("GET k"));
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void replicasReceiveTheSumOfIncrbyfloat() {
        assertEquals("$4\r\n10.5\r\n", server.run("INCRBYFLOAT k 10.5"));
        assertEquals("$4\r\n10.6\r\n", server.run("incrbyfloat k 0.1"));
        assertEquals("$4\r\n5010\r\n", server.run("INCRBYFLOAT k 4.9994e3"));
        assertEquals("$1\r\n0\r\n", server.run("INCRBYFLOAT k -5010"));
        assertEquals(
                List.of("SET k 10.5 KEEPTTL", "SET k 10.6 KEEPTTL", "SET k 5010 KEEPTTL", "SET k 0 KEEPTTL"),
                server.propagated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "3.25", "3e0", "0x3", "+3"})
    void anyWayToWriteANumberIsTaken(String value) {
        server.run("SET k " + value);
        assertEquals(value.equals("3.25") ? "$4\r\n4.25\r\n" : "$1\r\n4\r\n", server.run("INCRBYFLOAT k 1"));
    }
}
