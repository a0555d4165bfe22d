package io.vireo.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.base.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sums here are what a C compiler's {@code long double} gives on x86-64. */
class LongDoubleTest {
    private static LongDouble number(String text) {
        return LongDouble.parse(Bytes.copyOf(text));
    }

    @ParameterizedTest
    @CsvSource({
        "10.5, 0.1, 10.6",
        "3, 1.1, 4.1",
        "1, -1, 0",
        "-0, -0, 0",
        "0.1, 0.2, 0.3",
        "126614242, 6838539921574939.3170669074391500080636083, 6838540048189181.31689453125",
        "-18320322270216758512.4999999, .34497869073662585, -18320322270216758512",
        "9223372036854775807, 1, 9223372036854775808",
        "18446744073709551615, 1, 18446744073709551616",
        "18446744073709551616, 1, 18446744073709551616",
        "6e-18, 0, 0.00000000000000001",
        "4e-18, 0, 0",
        "999.9, 0.00000000000000001, 999.90000000000000002"
    })
    void sumsAreRoundedAsThoseOfTheProcessor(String a, String b, String sum) {
        assertEquals(sum, number(a).plus(number(b)).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "1., 1",
        ".5, 0.5",
        "+2, 2",
        "1e3, 1000",
        "1E+3, 1000",
        "2.5e-1, 0.25",
        "0x10, 16",
        "0X1.8p1, 3",
        "0x.8, 0.5",
        "0e99999999999, 0",
        "0x0p99999, 0",
        "0001, 1"
    })
    void numbersAreReadInEveryNotation(String text, String shown) {
        assertEquals(shown, number(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " 1",
                "1 ",
                "x",
                "-",
                "+",
                ".",
                "e5",
                "1e",
                "1e+",
                "1x",
                "1_0",
                "0x",
                "0x.p1",
                "0x1p",
                "--1",
                "nan",
                "-nan",
                "infinite",
                "1e4933",
                "1e99999999999",
                "1e-99999999999",
                "0x1p16384",
                "0x1p-16446",
                "١"
            })
    void whatIsNoNumberOrDoesNotFitIsNotRead(String text) {
        assertNull(number(text));
    }

    @Test
    void theLargestAndTheSmallestNumbersAreRead() {
        assertEquals(4933, number("1.18973149535723176502e+4932").toString().length());
        assertEquals("0", number("0x1p-16445").toString());
        assertEquals("0", number("0x1.8p-16446").toString());
    }

    @ParameterizedTest
    @CsvSource({"inf, inf", "-INF, -inf", "+infinity, inf"})
    void infinityIsReadAndSpreads(String text, String shown) {
        assertFalse(number(text).isFinite());
        assertEquals(shown, number(text).plus(LongDouble.ZERO).toString());
        assertEquals(shown, LongDouble.ZERO.plus(number(text)).toString());
    }

    @Test
    void aSumThatIsTooLargeIsInfiniteAndInfinitiesCancelToNothing() {
        assertEquals("inf", number("1e4932").plus(number("1e4932")).toString());
        assertEquals("-inf", number("-1e4932").plus(number("-1e4932")).toString());
        assertEquals("nan", number("inf").plus(number("-inf")).toString());
    }

    @Test
    void textsLongerThanRedisReadsAreNotRead() {
        assertEquals("0.1", number("0.1" + "0".repeat(5116)).toString());
        assertNull(number("0.1" + "0".repeat(5117)));
    }
}
