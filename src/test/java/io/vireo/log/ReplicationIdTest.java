package io.vireo.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.topology.Epoch;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicationIdTest {
    private final Random random = new Random(1);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 255, 1L << 32, Long.MAX_VALUE})
    void theNameOfAnElectedHistoryTellsItsEpoch(long number) {
        String id = ReplicationId.ofEpoch(new Epoch(number), random);
        assertTrue(id.matches("[0-9a-f]{40}"), id);
        assertEquals(new Epoch(number), ReplicationId.epochOf(id));
    }

    @Test
    void twoHistoriesOfOneEpochHaveTwoNames() {
        Epoch epoch = new Epoch(7);
        assertNotEquals(ReplicationId.ofEpoch(epoch, random), ReplicationId.ofEpoch(epoch, random));
    }

    @Test
    void noOtherNameTellsOne() {
        for (int i = 0; i < 10_000; i++) {
            assertEquals(Epoch.NONE, ReplicationId.epochOf(ReplicationId.random(random)));
        }
        assertEquals(Epoch.NONE, ReplicationId.epochOf(ReplicationId.NONE));
        assertEquals(Epoch.NONE, ReplicationId.epochOf("?"));
        assertEquals(Epoch.NONE, ReplicationId.epochOf(""));
    }

    @Test
    void aDigitThatWasChangedTellsNothing() {
        String id = ReplicationId.ofEpoch(new Epoch(3), random);
        for (int i = 0; i < id.length(); i++) {
            char other = id.charAt(i) == 'a' ? 'b' : 'a';
            assertEquals(Epoch.NONE, ReplicationId.epochOf(id.substring(0, i) + other + id.substring(i + 1)));
        }
    }
}
