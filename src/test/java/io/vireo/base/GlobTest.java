package io.vireo.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    /** Each answer is that of SCAN MATCH on redis-server 7.0.15. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "a,      a,      true",
                "a,      b,      false",
                "a,      ab,     false",
                "ab,     a,      false",
                "?,      a,      true",
                "?,      ab,     false",
                "a*,     a,      true",
                "a*,     abc,    true",
                "*c,     abc,    true",
                "*c,     abcd,   false",
                "a*b*c,  aXbYbc, true",
                "a*b*c,  aXbYb,  false",
                "**b**,  abc,    true",
                "*?,     a,      true",
                "a*?,    a,      false",
                "[ab],   b,      true",
                "[ab],   c,      false",
                "[^ab],  c,      true",
                "[^ab],  a,      false",
                "[a-c]x, bx,     true",
                "[c-a]x, bx,     true",
                "[^a-c], d,      true",
                "[^a-c], b,      false",
                "[a-],   -,      false",
                "[a-],   ^,      true",
                "[a-,    -,      true",
                "[ab,    b,      true",
                "[,      [,      false",
                "[^,     a,      true",
                "[],     ],      false",
                "[^],    a,      true",
                "[\\]],  ],      true",
                "[a\\-c],b,      false",
                "[a\\-c],-,      true",
                "[\\,    \\,     true",
                "\\*,    *,      true",
                "\\*,    a,      false",
                "\\,     \\,     true",
                "\\a,    a,      true",
                "a\\?b,  a?b,    true",
                "a\\?b,  axb,    false",
                "h[^e]llo, hallo, true",
                "h[^e]llo, hello, false",
                "h[a-b]llo, hbllo, true",
            })
    void matchesAsRedisDoes(String pattern, String text, boolean expected) {
        assertEquals(expected, matches(pattern, text));
    }

    @Test
    void theEmptyTextIsMatchedByTheEmptyPatternOnly() {
        assertTrue(matches("", ""));
        assertFalse(matches("*", ""));
        assertFalse(matches("**", ""));
        assertFalse(matches("", "a"));
    }

    @Test
    void rangesCompareBytesAsSigned() {
        assertTrue(matches("[\u0080-a]", "A"));
        assertTrue(matches("[\u0080-a]", "\u00ff"));
        assertFalse(matches("[\u0080-a]", "b"));
    }

    @Test
    void caseIsIgnoredOnDemandButNotOfAnEscapedMember() {
        assertTrue(Glob.matches(bytes("MAX*[A-C]"), bytes("maxmemoryb"), true));
        assertFalse(Glob.matches(bytes("MAX*"), bytes("maxmemory"), false));
        assertFalse(Glob.matches(bytes("[\\A]"), bytes("a"), true));
    }

    @Test
    void aPatternOfManyStarsTakesNoLongTime() {
        String text = "a".repeat(20_000);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertFalse(matches("a*".repeat(5_000) + "b", text)));
    }

    @Test
    void noMoreThanAThousandStarsAreFollowed() {
        assertTrue(matches("*?".repeat(1000), "a".repeat(1000)));
        assertTrue(matches("?*".repeat(1001), "a".repeat(1001)), "nothing has to be followed behind the last star");
        assertFalse(matches("*?".repeat(1001), "a".repeat(1001)));
    }

    @Test
    void onlyWildcardsMakeAPattern() {
        assertTrue(Glob.isPattern(bytes("max*")));
        assertTrue(Glob.isPattern(bytes("?")));
        assertTrue(Glob.isPattern(bytes("[a")));
        assertFalse(Glob.isPattern(bytes("a\\b")));
        assertFalse(Glob.isPattern(bytes("")));
    }

    private static boolean matches(String pattern, String text) {
        return Glob.matches(bytes(pattern), bytes(text), false);
    }

    private static Bytes bytes(String latin) {
        return Bytes.copyOf(latin.getBytes(StandardCharsets.ISO_8859_1));
    }
}
