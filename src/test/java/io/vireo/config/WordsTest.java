package io.vireo.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
    @Test
    void blanksSeparateAndDoNotCount() {
        assertEquals(List.of("port", "6379"), Words.split("  port\t 6379 \r"));
        assertEquals(List.of(), Words.split(" \t"));
    }

    @Test
    void doubleQuotesKnowEscapes() {
        assertEquals(List.of("a\n\r\t\b\u0007\\\"qA"), Words.split("\"a\\n\\r\\t\\b\\a\\\\\\\"\\q\\x41\""));
        assertEquals(List.of("xZZ"), Words.split("\"\\xZZ\""));
        assertEquals(List.of("\u00ff\u0000"), Words.split("\"\\xfF\\x00\""));
    }

    @Test
    void singleQuotesKnowOnlyTheirOwn() {
        assertEquals(List.of("a\\n'b\""), Words.split("'a\\n\\'b\"'"));
    }

    @Test
    void aQuoteMayBeginInsideAWord() {
        assertEquals(List.of("ab c"), Words.split("a\"b c\""));
        assertEquals(List.of("", ""), Words.split("\"\" ''"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "'", "\"a", "'a", "\"a\"b", "'a'b", "\"a\"\"b\"", "a \"b\\\"", "'a\\'"})
    void unbalancedQuotesAreRefused(String line) {
        assertNull(Words.split(line));
    }

    @Test
    void whatIsQuotedIsReadBack() {
        assertEquals("\"a\\\\b\\\"\\n\\r\\t\\a\\b'\\x00\\xff \"", Words.quote("a\\b\"\n\r\t\u0007\b'\u0000\u00ff "));

        Random random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            String word = Words.ofBytes(bytes);
            assertEquals(List.of(word), Words.split(Words.quote(word)));
        }
    }

    @Test
    void wordsCarryTextAsItsBytes() {
        assertEquals("\u00c3\u00a9", Words.of("\u00e9"));
        assertEquals("\u00e9", Words.text(Words.of("\u00e9")));
    }
}
