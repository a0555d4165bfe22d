package io.vireo.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RewriteLimitTest {
    private static final long MINUTE = 60_000;

    @Test
    void threeFailuresHoldTheNextOneBackForLongerAndLonger() {
        RewriteLimit limit = new RewriteLimit();
        limit.ended(false);
        limit.ended(false);
        assertEquals(0, limit.ask(0));
        limit.ended(false);
        assertEquals(1, limit.ask(0));
        assertEquals(-1, limit.ask(MINUTE - 1));
        assertEquals(0, limit.ask(MINUTE));
        limit.ended(false);
        assertEquals(2, limit.ask(MINUTE));
        assertEquals(0, limit.ask(3 * MINUTE));
        limit.ended(true);
        assertEquals(0, limit.ask(3 * MINUTE));
    }

    @Test
    void theLongestDelayIsAnHour() {
        RewriteLimit limit = new RewriteLimit();
        for (int i = 0; i < 3; i++) {
            limit.ended(false);
        }
        long now = 0;
        long delay = 0;
        for (int i = 0; i < 10; i++) {
            delay = limit.ask(now);
            now += delay * MINUTE;
            limit.ask(now);
        }
        assertEquals(60, delay);
    }
}
