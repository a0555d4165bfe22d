package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestServer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LcsCommandTest {
    private final TestServer server = new TestServer();

    @BeforeEach
    void twoStrings() {
        server.run("MSET a ohmytext b mynewtext");
        server.propagated();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatTwoStringsHaveInCommonIsFoundInOrder() {
        assertEquals("$6\r\nmytext\r\n", server.run("LCS a b"));
        assertEquals(":6\r\n", server.run("LCS a b LEN"));
        assertEquals("$0\r\n\r\n", server.run("LCS a none"));
        assertEquals(":0\r\n", server.run("LCS none none LEN"));
    }

    @Test
    void idxTellsWhereTheCommonRunsAreLastFirst() {
        assertEquals(
                "*4\r\n$7\r\nmatches\r\n*2\r\n"
                        + "*2\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n"
                        + "*2\r\n*2\r\n:2\r\n:3\r\n*2\r\n:0\r\n:1\r\n"
                        + "$3\r\nlen\r\n:6\r\n",
                server.run("LCS a b IDX"));
        assertEquals(
                "*4\r\n$7\r\nmatches\r\n*1\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n$3\r\nlen\r\n:6\r\n",
                server.run("LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN"));
        assertEquals("*4\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n", server.run("LCS a none IDX"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LCS a b LEN IDX | ERR If you want both the length and indexes, please just use IDX.",
                "LCS a b foo | ERR syntax error",
                "LCS a b MINMATCHLEN | ERR syntax error",
                "LCS a b MINMATCHLEN x | ERR value is not an integer or out of range"
            })
    void lcsRefusesWhatItDoesNotKnow(String command, String error) {
        assertEquals("-" + error + "\r\n", server.run(command));
    }

    @Test
    void stringsWhoseComparisonTakesTooMuchAreRefused() {
        server.maxBulkLength(4 * 9 * 10 - 1);
        assertEquals(
                "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len\r\n",
                server.run("LCS a b"));
        server.maxBulkLength(4 * 9 * 10);
        assertEquals("$6\r\nmytext\r\n", server.run("LCS a b"));
    }

    @Test
    void theLengthIsThatOfTheClassicRecurrence() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            String a = letters(random);
            String b = letters(random);
            server.run("MSET a \"" + a + "\" b \"" + b + "\"");
            assertEquals(":" + length(a, b) + "\r\n", server.run("LCS a b LEN"));
        }
    }

    private static String letters(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--) {
            out.append((char) ('a' + random.nextInt(3)));
        }
        return out.toString();
    }

    private static int length(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return 0;
        }
        if (a.charAt(0) == b.charAt(0)) {
            return 1 + length(a.substring(1), b.substring(1));
        }
        return Math.max(length(a.substring(1), b), length(a, b.substring(1)));
    }
}
