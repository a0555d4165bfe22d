package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestServer;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashCommandsTest {
    private static final String WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fieldsAreReadAsTheyWereSet() {
        assertEquals(":2\r\n", server.run("HSET h a 1 b two"));
        assertEquals(":1\r\n", server.run("HSET h a x c 3"));
        assertEquals("$1\r\nx\r\n", server.run("HGET h a"));
        assertEquals("$-1\r\n", server.run("HGET h d"));
        assertEquals("$-1\r\n", server.run("HGET none a"));
        assertEquals("*3\r\n$3\r\ntwo\r\n$-1\r\n$1\r\n3\r\n", server.run("HMGET h b d c"));
        assertEquals(
                "*6\r\n$1\r\na\r\n$1\r\nx\r\n$1\r\nb\r\n$3\r\ntwo\r\n$1\r\nc\r\n$1\r\n3\r\n", server.run("HGETALL h"));
        assertEquals("*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n", server.run("HKEYS h"));
        assertEquals("*3\r\n$1\r\nx\r\n$3\r\ntwo\r\n$1\r\n3\r\n", server.run("HVALS h"));
        assertEquals("*0\r\n", server.run("HGETALL none"));
        assertEquals(":3\r\n", server.run("HLEN h"));
        assertEquals(":3\r\n", server.run("HSTRLEN h b"));
        assertEquals(":1\r\n", server.run("HSTRLEN h c"));
        assertEquals(":0\r\n", server.run("HSTRLEN h d"));
        assertEquals(":1\r\n", server.run("HEXISTS h c"));
        assertEquals("+hash\r\n", server.run("TYPE h"));
        assertEquals("+OK\r\n", server.run("HMSET h z 1"));
        assertEquals(List.of("HSET h a 1 b two", "HSET h a x c 3", "HMSET h z 1"), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HSET h a", "HSET h a 1 b", "HMSET h a 1 b"})
    void aFieldWithoutAValueIsRefused(String line) {
        String name = line.substring(0, line.indexOf(' ')).toLowerCase(java.util.Locale.ROOT);
        assertEquals("-ERR wrong number of arguments for '" + name + "' command\r\n", server.run(line));
        assertEquals("$-1\r\n", server.run("HGET h a"));
        assertEquals(List.of(), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HSET s a 1",
                "HSETNX s a 1",
                "HGET s a",
                "HMGET s a",
                "HGETALL s",
                "HKEYS s",
                "HVALS s",
                "HLEN s",
                "HSTRLEN s a",
                "HEXISTS s a",
                "HDEL s a",
                "HINCRBY s a 1",
                "HINCRBYFLOAT s a 1",
                "HRANDFIELD s",
                "HRANDFIELD s 2",
                "HSCAN s 0"
            })
    void anotherTypeIsRefused(String line) {
        server.run("SET s text");
        assertEquals(WRONG_TYPE, server.run(line));
        assertEquals("$4\r\ntext\r\n", server.run("GET s"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET h", "APPEND h x", "SETRANGE h 0 x", "INCR h", "GETRANGE h 0 1", "STRLEN h", "SET h v GET"})
    void aHashIsNoString(String line) {
        server.run("HSET h a 1");
        assertEquals(WRONG_TYPE, server.run(line));
        assertEquals("$1\r\n1\r\n", server.run("HGET h a"));
    }

    @Test
    void theLastFieldTakesTheHashWithIt() {
        server.run("HSET h a 1 b 2");
        assertEquals(":1\r\n", server.run("HDEL h a x"));
        assertEquals(":0\r\n", server.run("HDEL h x"));
        assertEquals(":1\r\n", server.run("HDEL h b"));
        assertEquals(":0\r\n", server.run("EXISTS h"));
        assertEquals(":0\r\n", server.run("HDEL h b"));
        assertEquals(List.of("HSET h a 1 b 2", "HDEL h a x", "HDEL h b"), server.propagated());
    }

    @Test
    void hsetnxKeepsWhatIsThere() {
        assertEquals(":1\r\n", server.run("HSETNX h a 1"));
        assertEquals(":0\r\n", server.run("HSETNX h a 2"));
        assertEquals("$1\r\n1\r\n", server.run("HGET h a"));
        assertEquals(List.of("HSETNX h a 1"), server.propagated());
    }

    @ParameterizedTest
    @CsvSource({
        "HINCRBY h n x, -ERR value is not an integer or out of range",
        "HINCRBY h t 1, -ERR hash value is not an integer",
        "HINCRBY h m 1, -ERR increment or decrement would overflow",
        "HINCRBYFLOAT h n x, -ERR value is not a valid float",
        "HINCRBYFLOAT h t 1, -ERR hash value is not a float",
        "HINCRBYFLOAT h n inf, -ERR value is NaN or Infinity",
        "HRANDFIELD h x, -ERR value is not an integer or out of range",
        "HRANDFIELD h 1 x, -ERR syntax error",
        "HRANDFIELD h -9223372036854775808 WITHVALUES, '-ERR value is out of range, value must between"
                + " -9223372036854775807 and 9223372036854775807'",
        "HSCAN h x, -ERR invalid cursor",
        "HSCAN h 0 TYPE hash, -ERR syntax error",
    })
    void wrongArgumentsAreRefused(String line, String error) {
        server.run("HSET h n 1 t text m 9223372036854775807");
        assertEquals(error + "\r\n", server.run(line));
        assertEquals(":3\r\n", server.run("HLEN h"));
    }

    @Test
    void countersCount() {
        assertEquals(":5\r\n", server.run("HINCRBY h n 5"));
        assertEquals(":-2\r\n", server.run("HINCRBY h n -7"));
        assertEquals("$4\r\n-1.5\r\n", server.run("HINCRBYFLOAT h n 0.5"));
        assertEquals(List.of("HINCRBY h n 5", "HINCRBY h n -7", "HSET h n -1.5"), server.propagated());
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 2000})
    void randomFieldsAreDifferentOrMayComeAgain(int fields) {
        for (int i = 0; i < fields; i++) {
            server.run("HSET h f" + i + " v" + i);
        }
        assertEquals(fields == 20 ? "$8\r\nlistpack\r\n" : "$9\r\nhashtable\r\n", server.run("OBJECT ENCODING h"));
        for (int count : new int[] {1, 7, fields / 2, fields, 3 * fields}) {
            List<String> words = words(server.run("HRANDFIELD h " + count));
            assertEquals(Math.min(count, fields), words.size());
            assertEquals(words.size(), new TreeSet<>(words).size());
            assertEquals(count, words(server.run("HRANDFIELD h -" + count)).size());
        }
        List<String> pairs = words(server.run("HRANDFIELD h 5 WITHVALUES"));
        assertEquals(10, pairs.size());
        for (int i = 0; i < 10; i += 2) {
            assertEquals(pairs.get(i).substring(1), pairs.get(i + 1).substring(1));
        }
        assertEquals("*0\r\n", server.run("HRANDFIELD h 0"));
        assertEquals("$-1\r\n", server.run("HRANDFIELD none"));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 2000})
    void aWalkMeetsEveryFieldOnce(int fields) {
        for (int i = 0; i < fields; i++) {
            server.run("HSET h f" + i + " " + i);
        }
        TreeSet<String> met = new TreeSet<>();
        String cursor = "0";
        do {
            List<String> words = words(server.run("HSCAN h " + cursor + " COUNT 50"));
            cursor = words.get(0);
            for (int i = 1; i < words.size(); i += 2) {
                assertEquals(words.get(i), "f" + words.get(i + 1));
                assertTrue(met.add(words.get(i)));
            }
        } while (!cursor.equals("0"));
        assertEquals(fields, met.size());
        assertEquals(List.of("0", "f7", "7"), words(server.run("HSCAN h 0 MATCH f7 COUNT 100000")));
    }

    @Test
    void copiesAndRenamesTakeAHashAlong() {
        for (int i = 0; i < 1000; i++) {
            server.run("HSET h f" + i + " " + i);
        }
        server.run("COPY h copy");
        server.run("RENAME h moved");
        server.run("HSET moved f1 changed");
        assertEquals("$1\r\n1\r\n", server.run("HGET copy f1"));
        assertEquals("$7\r\nchanged\r\n", server.run("HGET moved f1"));
        assertEquals("+OK\r\n", server.run("SET moved text"));
        assertEquals(":1000\r\n", server.run("HLEN copy"));
    }

    /** The bulk strings of a reply, in order. */
    private static List<String> words(String reply) {
        return java.util.Arrays.stream(reply.split("\r\n"))
                .filter(line -> !line.startsWith("*") && !line.startsWith("$"))
                .toList();
    }
}
