package io.vireo.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplicationHistoryTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String C = "c".repeat(40);

    @Test
    void aFreshHistoryHasNoPast() {
        ReplicationHistory history = ReplicationHistory.fresh(A);

        assertTrue(history.includes(A, 1));
        assertTrue(history.includes(A, Long.MAX_VALUE), "how far our own stream reaches is the backlog's question");
        assertFalse(history.includes(B, 1));
        assertFalse(history.includes(ReplicationId.NONE, -1), "no id is not an id");
        assertFalse(history.isFormer(ReplicationId.NONE));
    }

    @Test
    void aPromotedReplicaKeepsItsPrimarysIdUpToTheByteItLacked() {
        ReplicationHistory history = ReplicationHistory.fresh(A).promoted(B, 534);

        assertEquals(new ReplicationHistory(B, A, 535), history);
        assertTrue(history.includes(A, 535), "a replica that is just as far may continue");
        assertFalse(history.includes(A, 536), "a replica that is further has what we have not");
        assertTrue(history.includes(B, 536));
    }

    @Test
    void onlyTheLastFormerIdCounts() {
        ReplicationHistory history = ReplicationHistory.fresh(A).promoted(B, 10).promoted(C, 20);

        assertFalse(history.includes(A, 5));
        assertTrue(history.includes(B, 21));
    }

    @Test
    void aPrimaryFromAFileTakesANewIdAndKeepsTheSavedOneAsFarAsItLoaded() {
        ReplicationHistory history = ReplicationHistory.ofPrimaryFromFile(B, new StreamPosition(A, 100));

        assertEquals(new ReplicationHistory(B, A, 101), history);
    }

    @Test
    void aReplicaFromAFileKeepsTheSavedId() {
        assertEquals(ReplicationHistory.fresh(A), ReplicationHistory.ofReplicaFromFile(new StreamPosition(A, 100)));
    }

    @Test
    void aFullCopyForgetsThePast() {
        assertEquals(ReplicationHistory.fresh(C), ReplicationHistory.ofFullCopy(C));
    }

    @Test
    void aContinuationUnderAnotherIdKeepsTheOldOne() {
        ReplicationHistory history = ReplicationHistory.fresh(A).promoted(B, 5);

        assertEquals(new ReplicationHistory(C, B, 78), history.continuedAs(C, 77));
        assertEquals(history, history.continuedAs(B, 77), "the same id changes nothing");
    }

    @Test
    void idsAreComparedInAnyCase() {
        assertTrue(ReplicationHistory.fresh(A).includes(A.toUpperCase(java.util.Locale.ROOT), 1));
        assertTrue(ReplicationHistory.fresh(A).promoted(B, 1).includes("A".repeat(40), 1));
    }

    @Test
    void idsAreFortyHexadecimalDigits() {
        Random random = new Random(1);
        String id = ReplicationId.random(random);

        assertTrue(id.matches("[0-9a-f]{40}"), id);
        assertNotEquals(id, ReplicationId.random(random));
        assertTrue(ReplicationId.isWellFormed(id));
        assertFalse(ReplicationId.isWellFormed("?"));
    }

    @Test
    void anUnknownPositionAsksForAFullCopy() {
        assertEquals("?:-1", StreamPosition.UNKNOWN.toString());
        assertFalse(StreamPosition.UNKNOWN.isKnown());
        assertEquals(A + ":1", new StreamPosition(A, 0).toString());
        assertTrue(new StreamPosition(A, 0).isKnown(), "an empty data set is a copy of an empty stream");
    }
}
