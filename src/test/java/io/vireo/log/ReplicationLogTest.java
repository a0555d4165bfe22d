package io.vireo.log;

import static io.vireo.log.LogText.appendFromPrimary;
import static io.vireo.log.LogText.appendRaw;
import static io.vireo.log.LogText.readAll;
import static io.vireo.log.LogText.resp;
import static io.vireo.log.LogText.write;
import static io.vireo.log.LogText.writeAlone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicationLogTest {
    private static final int BACKLOG = 64 << 10;
    private static final int CHUNK = 16 << 10;
    private static final String A = "a".repeat(40);

    private final ReplicationLog log = new ReplicationLog(ReplicationHistory.fresh(A), BACKLOG);

    @AfterEach
    void everyByteOfMemoryIsGivenBack() {
        log.restartAt(0);
        log.freeBacklog();
        assertEquals(0, log.memoryBytes());
    }

    @Test
    void anInactiveLogWritesNothingAndItsOffsetStandsStill() {
        writeAlone(log, 0, "SET", "k", "v");

        assertEquals(0, log.endOffset());
        assertEquals(0, log.memoryBytes());
        assertEquals(Backlog.NONE, log.backlog());
        assertFalse(log.isActive());
    }

    @Test
    void aBacklogHoldsWhatIsWrittenAfterIt() {
        writeAlone(log, 0, "SET", "before", "v");
        log.openBacklog();
        assertEquals(new Backlog(1, 1), log.backlog());

        writeAlone(log, 0, "SET", "k", "v");

        String written = resp("SELECT", "0") + resp("SET", "k", "v");
        assertEquals(written.length(), log.endOffset());
        assertEquals(new Backlog(1, written.length() + 1), log.backlog());
        try (LogReader reader = log.readFrom(1)) {
            assertEquals(written, readAll(reader));
        }
    }

    @Test
    void aReaderAloneMakesTheLogActive() {
        LogReader reader = log.readFromEnd();
        writeAlone(log, 3, "DEL", "k");

        assertEquals(resp("SELECT", "3") + resp("DEL", "k"), readAll(reader));
        assertEquals(Backlog.NONE, log.backlog());

        reader.close();
        long end = log.endOffset();
        writeAlone(log, 3, "DEL", "k");
        assertEquals(end, log.endOffset());
        assertEquals(0, log.memoryBytes());
    }

    @Test
    void selectIsWrittenWhereTheDatabaseChanges() {
        LogReader reader = log.readFromEnd();
        writeAlone(log, 0, "SET", "a", "1");
        writeAlone(log, 0, "SET", "b", "2");
        writeAlone(log, ReplicationLog.NO_DATABASE, "PING");
        writeAlone(log, 12, "SET", "c", "3");
        assertEquals(12, log.database());
        log.forgetDatabase();
        writeAlone(log, 12, "SET", "d", "4");

        assertEquals(
                resp("SELECT", "0")
                        + resp("SET", "a", "1")
                        + resp("SET", "b", "2")
                        + resp("PING")
                        + resp("SELECT", "12")
                        + resp("SET", "c", "3")
                        + resp("SELECT", "12")
                        + resp("SET", "d", "4"),
                readAll(reader));
    }

    @Test
    void oneEffectStandsAlone() {
        LogReader reader = log.readFromEnd();
        write(log, 0, "SET", "a", "1");
        assertEquals("", readAll(reader), "nothing is seen before the commit");
        assertEquals(0, log.endOffset());

        log.commit();
        assertEquals(resp("SELECT", "0") + resp("SET", "a", "1"), readAll(reader));
    }

    @Test
    void severalEffectsAreOneTransaction() {
        LogReader reader = log.readFromEnd();
        write(log, 0, "SET", "a", "1");
        appendRaw(log, 1, resp("INCR", "a"));
        write(log, 1, "DEL", "a");
        log.commit();
        writeAlone(log, 1, "PING");

        assertEquals(
                resp("SELECT", "0")
                        + resp("MULTI")
                        + resp("SET", "a", "1")
                        + resp("SELECT", "1")
                        + resp("INCR", "a")
                        + resp("DEL", "a")
                        + resp("EXEC")
                        + resp("PING"),
                readAll(reader));
    }

    @Test
    void aTransactionThatBeginsAtTheEndOfAChunkIsWhole() {
        for (int gap = 0; gap <= 80; gap++) {
            log.restartAt(0);
            LogReader reader = log.readFromEnd();
            String filler = resp("SELECT", "0") + resp("SET", "k", "v".repeat(CHUNK - gap - 55));
            appendRaw(log, ReplicationLog.NO_DATABASE, filler);
            log.database(0);
            log.commit();
            assertEquals(filler, readAll(reader));

            write(log, 0, "SET", "a", "1");
            write(log, 0, "SET", "b", "2");
            log.commit();

            String unit = resp("MULTI") + resp("SET", "a", "1") + resp("SET", "b", "2") + resp("EXEC");
            assertEquals(unit, readAll(reader), "gap " + gap);
            assertEquals(filler.length() + unit.length(), log.endOffset());
            reader.close();
        }
    }

    @Test
    void aTransactionWhoseFirstEffectFillsManyChunksIsWhole() {
        log.openBacklog();
        LogReader reader = log.readFromEnd();
        String large = "x".repeat(5 * CHUNK + 17);
        writeAlone(log, 0, "SET", "k", "v");
        write(log, 0, "SET", "a", large);
        write(log, 0, "SET", "b", "2");
        log.commit();
        writeAlone(log, 0, "PING");

        String expected = resp("SELECT", "0")
                + resp("SET", "k", "v")
                + resp("MULTI")
                + resp("SET", "a", large)
                + resp("SET", "b", "2")
                + resp("EXEC")
                + resp("PING");
        assertEquals(expected, readAll(reader));
        assertEquals(expected.length(), log.endOffset());
        assertEquals(expected.length() + 1, reader.nextOffset());
    }

    @Test
    void wordsMayBeViewsOfNativeMemory() {
        LogReader reader = log.readFromEnd();
        log.effect(ReplicationLog.NO_DATABASE);
        log.begin(2).word(Bytes.copyOf("ECHO")).word(Bytes.copyOf(new byte[0]));
        log.commit();

        assertEquals("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", readAll(reader));
    }

    @Test
    void theBacklogKeepsItsSizeAndForgetsTheRest() {
        log.openBacklog();
        for (int i = 0; i < 10_000; i++) {
            writeAlone(log, 0, "SET", "key:" + i, "value:" + i);
        }

        Backlog backlog = log.backlog();
        assertTrue(backlog.length() >= BACKLOG, () -> "held " + backlog.length());
        assertTrue(backlog.length() < BACKLOG + CHUNK, () -> "held " + backlog.length());
        assertTrue(log.memoryBytes() <= BACKLOG + 3 * CHUNK, () -> "memory " + log.memoryBytes());
        assertFalse(log.holds(backlog.first() - 1));
        assertTrue(log.holds(backlog.first()));
        assertTrue(log.holds(backlog.next()));
        assertFalse(log.holds(backlog.next() + 1));
        assertThrows(IllegalStateException.class, () -> log.readFrom(backlog.first() - 1));
    }

    @Test
    void aSmallerBacklogFreesAtOnce() {
        log.openBacklog();
        for (int i = 0; i < 10_000; i++) {
            writeAlone(log, 0, "SET", "key:" + i, "value:" + i);
        }
        log.backlogSizeBytes(CHUNK);

        assertTrue(log.backlog().length() < 2 * CHUNK);
    }

    @Test
    void aSlowReaderKeepsWhatItHasNotRead() {
        log.openBacklog();
        LogReader slow = log.readFromEnd();
        StringBuilder expected = new StringBuilder();
        log.database(0);
        for (int i = 0; i < 10_000; i++) {
            writeAlone(log, 0, "SET", "key:" + i, "value:" + i);
            expected.append(resp("SET", "key:" + i, "value:" + i));
        }
        assertEquals(expected.length(), slow.lagBytes());
        assertEquals(1, log.backlog().first(), "replicas that come back may use it too");

        assertEquals(expected.toString(), readAll(slow));
        assertEquals(0, slow.lagBytes());
        assertTrue(log.backlog().length() < BACKLOG + CHUNK);
    }

    @Test
    void closingASlowReaderFreesWhatItKept() {
        log.openBacklog();
        LogReader slow = log.readFromEnd();
        for (int i = 0; i < 10_000; i++) {
            writeAlone(log, 0, "SET", "key:" + i, "value:" + i);
        }
        slow.close();
        slow.close();

        assertTrue(log.backlog().length() < BACKLOG + CHUNK);
        assertEquals(0, slow.spanLength());
    }

    @Test
    void aFreedBacklogComesBackEmpty() {
        log.openBacklog();
        LogReader reader = log.readFromEnd();
        writeAlone(log, 0, "SET", "a", "1");
        log.freeBacklog();
        writeAlone(log, 0, "SET", "b", "2");
        log.openBacklog();

        assertEquals(new Backlog(log.endOffset() + 1, log.endOffset() + 1), log.backlog());
        assertTrue(readAll(reader).endsWith(resp("SET", "b", "2")), "the reader never noticed");
    }

    @Test
    void aReplicaWritesItsPrimarysBytesAndNoneOfItsOwn() {
        log.follow();
        log.restartAt(1000);
        log.openBacklog();
        writeAlone(log, 0, "SET", "own", "1");
        assertEquals(1000, log.endOffset());

        LogReader reader = log.readFromEnd();
        appendFromPrimary(log, resp("SET", "k", "v"));
        assertEquals(1000 + resp("SET", "k", "v").length(), log.endOffset());
        assertEquals(1001, log.backlog().first());
        assertEquals(resp("SET", "k", "v"), readAll(reader));
    }

    @Test
    void aReplicaShowsItsPrimarysBytesWhenTheyAreApplied() {
        log.follow();
        log.openBacklog();
        LogReader reader = log.readFromEnd();
        appendFromPrimary(log, resp("SET", "k", "v"));
        Bytes rest = Bytes.copyOf(resp("MULTI"));
        log.appendFromPrimary(rest.address(), rest.length());

        assertEquals(resp("SET", "k", "v"), readAll(reader));
        assertEquals(resp("SET", "k", "v").length(), log.endOffset());
        log.commit();
        assertEquals(resp("SET", "k", "v").length(), log.endOffset(), "a client's read is no end of a transaction");
        log.commitFromPrimary();
        assertEquals(resp("MULTI"), readAll(reader));
    }

    @Test
    void bytesThatWillNotBeAppliedAreForgotten() {
        log.follow();
        log.openBacklog();
        LogReader reader = log.readFromEnd();
        appendFromPrimary(log, resp("SET", "k", "v"));
        Bytes lost = Bytes.copyOf(resp("MULTI") + resp("SET", "k", "w".repeat(3 * CHUNK)));
        log.appendFromPrimary(lost.address(), lost.length());
        log.rollBackFromPrimary();
        log.rollBackFromPrimary();
        appendFromPrimary(log, resp("SET", "k", "x"));

        assertEquals(resp("SET", "k", "v") + resp("SET", "k", "x"), readAll(reader));
        assertEquals(2L * resp("SET", "k", "v").length(), log.endOffset());
    }

    @Test
    void aPromotedReplicaBeginsWithASelect() {
        log.follow();
        log.openBacklog();
        log.database(5);
        appendFromPrimary(log, resp("SET", "k", "v"));
        long before = log.endOffset();
        log.lead();
        writeAlone(log, 5, "SET", "k", "w");

        try (LogReader reader = log.readFrom(before + 1)) {
            assertEquals(resp("SELECT", "5") + resp("SET", "k", "w"), readAll(reader));
        }
    }

    @Test
    void aReplacedStreamCutsItsReaders() {
        log.openBacklog();
        LogReader reader = log.readFromEnd();
        writeAlone(log, 0, "SET", "a", "1");
        log.restartAt(77);

        assertTrue(reader.isCut());
        assertEquals(0, reader.spanLength());
        assertEquals(0, reader.lagBytes());
        assertEquals(new Backlog(78, 78), log.backlog());
        assertEquals(new StreamPosition(A, 77), log.position());
        reader.close();
    }

    /** A seed of this text, ending in front of this offset. */
    private static BacklogSeed seed(String text, long nextOffset) {
        BacklogSeed seed = new BacklogSeed(nextOffset - text.length(), BACKLOG);
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; at += 1_000) {
            seed.add(bytes, at, Math.min(1_000, bytes.length - at));
        }
        return seed;
    }

    @Test
    void aSeedIsReadAsIfItHadJustBeenWritten() {
        log.restartAt(100_000);
        log.openBacklog();
        LogReader fromEnd = log.readFromEnd();
        String kept = "k".repeat(CHUNK) + "l".repeat(CHUNK / 2);
        log.seed(seed(kept, 100_001));
        assertEquals(new Backlog(100_001 - kept.length(), 100_001), log.backlog());
        writeAlone(log, 3, "SET", "a", "1");

        String written = resp("SELECT", "3") + resp("SET", "a", "1");
        try (LogReader reader = log.readFrom(log.backlog().first())) {
            assertEquals(kept + written, readAll(reader));
        }
        try (LogReader reader = log.readFrom(100_000)) {
            assertEquals("l" + written, readAll(reader));
        }
        assertEquals(written, readAll(fromEnd));
        fromEnd.close();
    }

    @Test
    void aSeedGoesLikeOtherBytesWhenTheBacklogIsLongEnoughWithoutIt() {
        log.restartAt(100_000);
        log.openBacklog();
        log.seed(seed("k".repeat(3 * CHUNK), 100_001));
        long first = log.backlog().first();
        long memory = log.memoryBytes();
        while (log.backlog().first() == first) {
            writeAlone(log, 0, "SET", "key", "v".repeat(500));
        }
        assertEquals(first + CHUNK, log.backlog().first());
        assertTrue(log.memoryBytes() <= memory + BACKLOG);
        assertThrows(IllegalStateException.class, () -> log.readFrom(first));
        try (LogReader reader = log.readFrom(first + CHUNK)) {
            assertTrue(readAll(reader).startsWith("k".repeat(2 * CHUNK) + "*2"));
        }
    }

    @Test
    void aSeedLongerThanTheBacklogIsTrimmed() {
        log.restartAt(1_000_000);
        log.openBacklog();
        log.seed(seed("k".repeat(4 * BACKLOG), 1_000_001));
        assertTrue(log.backlog().length() >= BACKLOG && log.backlog().length() <= BACKLOG + CHUNK);
    }

    @Test
    void onlyWhatEndsWhereTheBacklogBeginsIsTakenOver() {
        log.restartAt(1_000);
        log.openBacklog();
        BacklogSeed apart = seed("kept", 1_000);
        assertThrows(IllegalStateException.class, () -> log.seed(apart));
        assertEquals(new Backlog(1_001, 1_001), log.backlog());
        apart.free();
        BacklogSeed empty = new BacklogSeed(1_001, BACKLOG);
        log.seed(empty);
        assertEquals(new Backlog(1_001, 1_001), log.backlog());
        writeAlone(log, 0, "SET", "a", "1");
        log.seed(seed("kept", 1_001));
        assertEquals(997, log.backlog().first());
    }

    @Test
    void whatALogLostCannotBeSeeded() {
        log.openBacklog();
        for (int i = 0; i < 2_000; i++) {
            writeAlone(log, 0, "SET", "key", "v".repeat(100));
        }
        BacklogSeed seed = seed("kept", log.backlog().first());
        assertThrows(IllegalStateException.class, () -> log.seed(seed));
        seed.free();
        seed.free();
    }

    @Test
    void offsetsGoOnWhereAnInactiveReplicaStands() {
        log.follow();
        appendFromPrimary(log, resp("PING"));
        assertEquals(resp("PING").length(), log.endOffset(), "a replica counts what it applied even without a backlog");
    }
}
