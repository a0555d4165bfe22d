package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What access bits say; the bits themselves lie in an entry of a keyspace. */
class AccessClockTest {
    private static final long START_MS = 1_700_000_000_000L;
    private static final long MINUTE_MS = 60_000;
    private static final Bytes KEY = Bytes.copyOf("key");

    private final AccessClock clock = new AccessClock(new SplittableRandom(1), START_MS);
    private final Keyspace keyspace = new Keyspace(1);
    private long blob;

    private void makeEntry() {
        keyspace.db(0).setString(KEY, Bytes.copyOf("value"));
        Entries entries = keyspace.db(0).entries();
        blob = entries.blobAt(entries.find(KEY, KEY.hash()));
        Entry.setAccess(blob, clock.fresh());
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    @Test
    void theIdleTimeIsThatSinceTheLastUse() {
        makeEntry();
        clock.at(START_MS + 5_000);
        assertEquals(5, clock.idleSeconds(Entry.access(blob)));
        clock.used(blob);
        assertEquals(0, clock.idleSeconds(Entry.access(blob)));
        assertEquals(77, clock.idleSeconds(clock.idleFor(77)));
    }

    @Test
    void theIdleTimeIsRightWhenTheClockBeginsAnew() {
        long turnMs = (1L << 24) * 1000 * 101;
        clock.at(turnMs - 3_000);
        makeEntry();
        clock.at(turnMs + 4_000);
        assertEquals(7, clock.idleSeconds(Entry.access(blob)));
    }

    /** From the table in Redis's own documentation of {@code lfu-log-factor}, with what chance may do to it. */
    @ParameterizedTest
    @CsvSource({
        "0, 100, 104, 106",
        "0, 1000, 255, 255",
        "1, 100, 16, 21",
        "1, 1000, 45, 54",
        "10, 100, 8, 13",
        "10, 1000, 15, 22",
        "10, 100000, 135, 152",
        "100, 1000, 7, 12",
        "100, 100000, 43, 55"
    })
    void theCounterGrowsByTheLogarithmOfTheUses(int factor, int uses, int atLeast, int atMost) {
        clock.follow(true, factor, 1);
        makeEntry();
        for (int i = 0; i < uses; i++) {
            clock.used(blob);
        }
        int counter = clock.frequency(Entry.access(blob));
        assertTrue(counter >= atLeast && counter <= atMost, uses + " uses by factor " + factor + ": " + counter);
    }

    @Test
    void theCounterFallsAsTimeGoesByAndNeverBelowZero() {
        clock.follow(true, 10, 2);
        makeEntry();
        assertEquals(AccessClock.NEW_FREQUENCY, clock.frequency(Entry.access(blob)));
        clock.at(START_MS + 5 * MINUTE_MS);
        assertEquals(AccessClock.NEW_FREQUENCY - 2, clock.frequency(Entry.access(blob)));
        clock.at(START_MS + 1000 * MINUTE_MS);
        assertEquals(0, clock.frequency(Entry.access(blob)));
        clock.follow(true, 10, 0);
        assertEquals(AccessClock.NEW_FREQUENCY, clock.frequency(Entry.access(blob)), "0 means that it never falls");
    }

    @Test
    void aUseIsCountedOnTopOfWhatIsLeft() {
        clock.follow(true, 0, 1);
        Entry.setAccess(setUp(100), clock.usedAsOften(100));
        clock.at(START_MS + 30 * MINUTE_MS);
        clock.used(blob);
        assertEquals(71, clock.frequency(Entry.access(blob)));
    }

    private long setUp(int frequency) {
        makeEntry();
        assertEquals(frequency, clock.frequency(clock.usedAsOften(frequency)));
        return blob;
    }

    @Test
    void whoLeavesNoTraceIsNoUse() {
        makeEntry();
        clock.at(START_MS + 9_000);
        clock.leavesNoTrace(true);
        clock.used(blob);
        assertEquals(9, clock.idleSeconds(Entry.access(blob)));
        clock.follow(true, 0, 1);
        Entry.setAccess(blob, clock.fresh());
        clock.used(blob);
        assertEquals(AccessClock.NEW_FREQUENCY, clock.frequency(Entry.access(blob)));
        clock.leavesNoTrace(false);
        clock.used(blob);
        assertEquals(AccessClock.NEW_FREQUENCY + 1, clock.frequency(Entry.access(blob)));
    }

    @Test
    void anotherValueIsNewByTimeAndKeepsItsFrequency() {
        makeEntry();
        clock.at(START_MS + 9_000);
        clock.leavesNoTrace(true);
        clock.overwritten(blob);
        assertEquals(0, clock.idleSeconds(Entry.access(blob)));
        clock.leavesNoTrace(false);
        clock.follow(true, 0, 1);
        Entry.setAccess(blob, clock.usedAsOften(50));
        clock.overwritten(blob);
        assertEquals(51, clock.frequency(Entry.access(blob)));
    }
}
