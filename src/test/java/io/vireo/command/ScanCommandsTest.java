package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestServer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScanCommandsTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    /** The bulk strings in a reply. */
    private static List<String> bulks(String reply) {
        List<String> lines = Arrays.asList(reply.split("\r\n"));
        return java.util.stream.IntStream.range(0, lines.size())
                .filter(i -> i > 0 && lines.get(i - 1).startsWith("$"))
                .mapToObj(lines::get)
                .toList();
    }

    private Set<String> scanAll(String options) {
        Set<String> found = new HashSet<>();
        String cursor = "0";
        do {
            List<String> reply = bulks(server.run("SCAN " + cursor + " " + options));
            cursor = reply.getFirst();
            found.addAll(reply.subList(1, reply.size()));
        } while (!cursor.equals("0"));
        return found;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo* | foobar foo",
                "f?o | foo",
                "[a-f]oo* | foobar foo",
                "[^f]* | bar",
                "none* | ''",
                "* | foobar foo bar",
                "bar | bar",
                "BAR | ''"
            })
    void keysAndScanFindWhatMatches(String pattern, String names) {
        server.run("MSET foobar 1 foo 2 bar 3");
        Set<String> expected = names.isEmpty() ? Set.of() : Set.of(names.split(" "));
        assertEquals(expected, Set.copyOf(bulks(server.run("KEYS " + pattern))));
        assertEquals(expected, scanAll("MATCH " + pattern));
    }

    @Test
    void theStarAloneMatchesTheEmptyKeyToo() {
        server.run("SET \"\" v");
        assertEquals("*1\r\n$0\r\n\r\n", server.run("KEYS *"));
        assertEquals("*2\r\n$1\r\n0\r\n*1\r\n$0\r\n\r\n", server.run("SCAN 0 MATCH *"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10, 1000})
    void aWholeScanSeesEveryKey(int count) {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            server.run("SET key:" + i + " v");
            expected.add("key:" + i);
        }
        assertEquals(expected, scanAll("COUNT " + count));
        assertEquals(expected, scanAll("TYPE STRING COUNT " + count));
        assertEquals(Set.of(), scanAll("TYPE list COUNT " + count));
        assertEquals(Set.of(), scanAll("TYPE nothing COUNT " + count));
    }

    @Test
    void expiredKeysAreNotFound() {
        server.run("SET gone v PX 5");
        server.run("SET here v");
        server.advanceMs(6);
        assertEquals(List.of("here"), bulks(server.run("KEYS *")));
        assertEquals(Set.of("here"), scanAll(""));
    }

    @Test
    void emptyDatabasesHaveNoKeys() {
        assertEquals("*0\r\n", server.run("KEYS *"));
        assertEquals("*2\r\n$1\r\n0\r\n*0\r\n", server.run("SCAN 0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SCAN x | ERR invalid cursor",
                "SCAN 1x | ERR invalid cursor",
                "SCAN \"\" | ERR invalid cursor",
                "SCAN 18446744073709551616 | ERR invalid cursor",
                "SCAN 0 COUNT 0 | ERR syntax error",
                "SCAN 0 COUNT x | ERR value is not an integer or out of range",
                "SCAN 0 MATCH | ERR syntax error",
                "SCAN 0 foo bar | ERR syntax error"
            })
    void scanRefusesWhatIsNoCursorOrOption(String command, String error) {
        assertEquals("-" + error + "\r\n", server.run(command));
    }

    @Test
    void anyNumberOf64BitsMayBeACursor() {
        assertTrue(server.run("SCAN 18446744073709551615").startsWith("*2\r\n"));
        assertTrue(server.run("SCAN -1").startsWith("*2\r\n"));
    }
}
