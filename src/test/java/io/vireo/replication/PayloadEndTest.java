package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadEndTest {
    private static final String MARK = "0123456789".repeat(4);

    private static int take(PayloadEnd end, String text) {
        Bytes bytes = Bytes.copyOf(text);
        return end.take(bytes.address(), bytes.length());
    }

    @Test
    void aSizedPayloadEndsAfterItsSizeAndLeavesTheRest() {
        PayloadEnd end = new PayloadEnd(new PayloadShape.Sized(10));
        assertEquals(4, take(end, "abcd"));
        assertFalse(end.isFound());
        assertEquals(6, take(end, "efghij*1"));
        assertTrue(end.isFound());
        assertEquals(0, end.trailingBytes());
    }

    @Test
    void anEmptyPayloadEndsAtOnce() {
        assertTrue(new PayloadEnd(new PayloadShape.Sized(0)).isFound());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 39, 40, 41, 1000})
    void aMarkIsFoundHoweverItIsCut(int piece) {
        PayloadEnd end = new PayloadEnd(new PayloadShape.Marked(MARK));
        String all = "REDIS0010 " + MARK.substring(0, 39) + "x and more" + MARK;
        for (int from = 0; from < all.length(); from += piece) {
            assertFalse(end.isFound());
            String part = all.substring(from, Math.min(all.length(), from + piece));
            assertEquals(part.length(), take(end, part));
        }
        assertTrue(end.isFound());
        assertEquals(40, end.trailingBytes());
    }
}
