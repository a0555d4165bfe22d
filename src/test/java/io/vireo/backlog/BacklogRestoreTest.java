package io.vireo.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BacklogRestoreTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String C = "c".repeat(40);
    private static final long PLENTY = 1 << 20;

    @TempDir
    private Path folder;

    private BacklogPlace place;
    private SegmentWriter writer;
    private Path logFile;

    @BeforeEach
    void open() {
        place = new BacklogPlace(folder, "dump.rdb");
        writer = new SegmentWriter(place);
        logFile = folder.resolve("log");
    }

    private void append(long offset, String text) throws IOException {
        writer.append(offset, text.getBytes(StandardCharsets.ISO_8859_1), PLENTY);
    }

    private Restored read(String id, long offset) throws IOException {
        return read(id, offset, PLENTY);
    }

    private Restored read(String id, long offset, long sizeBytes) throws IOException {
        ServerLog log = new ServerLog(logFile, LogLevel.NOTICE);
        return new BacklogRestore(log).read(place, new StreamPosition(id, offset), sizeBytes);
    }

    /** What a log holds that stands at these data and is given the seed; null where there is none. */
    private static String text(Restored restored) {
        if (restored.isNothing()) {
            return null;
        }
        StreamPosition data = restored.data();
        ReplicationLog log = new ReplicationLog(ReplicationHistory.fresh(data.id()), 1L << 40);
        log.restartAt(data.offset());
        log.openBacklog();
        log.seed(restored.seed());
        String held = BacklogText.heldBy(log);
        log.freeBacklog();
        assertEquals(0, log.memoryBytes());
        return held;
    }

    private String said() throws IOException {
        return Files.exists(logFile) ? Files.readString(logFile) : "";
    }

    @Test
    void whatWasWrittenComesBackUpToTheData() throws IOException {
        writer.begin(A, 101);
        append(101, "hello");
        append(106, " world");
        assertEquals("hello world", text(read(A, 111)));
        assertEquals("hello wo", text(read(A, 108)));
        assertEquals("h", text(read(A, 101)));
        assertEquals("", text(read(A, 100)));
        assertEquals("", said());
    }

    @Test
    void onlyTheLastBytesOfTheBacklogsSizeAreRead() throws IOException {
        writer.begin(A, 1);
        append(1, "hello");
        append(6, " world");
        assertEquals("o world", text(read(A, 11, 7)));
        assertEquals("world", text(read(A, 11, 5)));
    }

    @Test
    void nothingIsSaidWhereNothingWasKept() throws IOException {
        assertTrue(read(A, 100).isNothing());
        assertEquals("", said());
    }

    @ParameterizedTest
    @CsvSource({"a, 99", "a, 106", "b, 103"})
    void dataThatNoSegmentReachesAreToldApart(String id, long offset) throws IOException {
        writer.begin(A, 101);
        append(101, "hello");
        assertTrue(read(id.repeat(40), offset).isNothing());
        String reason = id.equals("a")
                ? "it has offsets 101 to 105 of the stream, and the data stand at " + offset + "."
                : "it is not of the stream " + B + ", which the data are of.";
        assertTrue(said().contains("The replication backlog on disk is not used: " + reason), said());
    }

    @Test
    void dataOfNoStreamAreReachedByNothing() throws IOException {
        writer.begin(A, 1);
        append(1, "hello");
        ServerLog log = new ServerLog(logFile, LogLevel.NOTICE);
        assertTrue(new BacklogRestore(log).read(place, null, PLENTY).isNothing());
        assertTrue(said().contains("the data are a copy of no stream"), said());
    }

    @Test
    void aStreamThatGotAnotherNameGoesOn() throws IOException {
        writer.begin(A, 1);
        append(1, "under a");
        writer.begin(B, 8);
        append(8, ", b");
        writer.begin(C, 11);
        append(11, " and c");
        assertEquals("under a, b and c", text(read(C, 16)));
        assertEquals("under a, b and", text(read(C, 14)));
        assertEquals("under a, b", text(read(C, 10)));
        assertEquals("under a, b", text(read(B, 10)));
        assertEquals("under a", text(read(B, 7)));
        assertEquals("under a", text(read(A, 7)));
        assertEquals("und", text(read(A, 3)));
        assertTrue(read(B, 11).isNothing());
        assertTrue(read(C, 9).isNothing());
    }

    @Test
    void whatWasWrittenLaterTakesThePlaceOfWhatWasBefore() throws IOException {
        writer.begin(A, 1);
        append(1, "one two three");
        writer.begin(B, 9);
        append(9, "four");
        writer.begin(C, 5);
        append(5, "2");
        assertEquals("one 2", text(read(C, 5)));
        assertEquals("one ", text(read(A, 4)));
        assertTrue(read(A, 5).isNothing());
        assertTrue(read(B, 12).isNothing());
    }

    @Test
    void behindAGapOnlyWhatFollowsItIsUsed() throws IOException {
        writer.begin(A, 1);
        append(1, "before");
        writer.begin(A, 11);
        append(11, "behind");
        assertEquals("behind", text(read(A, 16)));
        assertEquals("before", text(read(A, 6)));
        assertTrue(read(A, 9).isNothing());
    }

    @Test
    void aTornTailIsLeftOutAndNamed() throws IOException {
        writer.begin(A, 1);
        append(1, "whole");
        append(6, "torn");
        writer.finish();
        byte[] all = Files.readAllBytes(place.file(1));
        for (int cut = 1; cut < SegmentFormat.PIECE_HEAD_BYTES + 4; cut++) {
            Files.write(place.file(1), Arrays.copyOf(all, all.length - cut));
            assertEquals("whole", text(read(A, 5)));
            assertTrue(read(A, 9).isNothing());
        }
        assertTrue(
                said().contains("Of the replication backlog file dump.rdb.backlog.1 the rest is not used: "), said());
        assertTrue(said().contains("behind offset 5"), said());
    }

    @Test
    void noFlippedBitChangesWhatIsRead() throws IOException {
        writer.begin(A, 1);
        append(1, "first");
        append(6, " second");
        writer.begin(A, 13);
        append(13, " third");
        writer.finish();
        String whole = "first second third";
        for (long sequence = 1; sequence <= 2; sequence++) {
            byte[] sound = Files.readAllBytes(place.file(sequence));
            for (int bit = 0; bit < sound.length * Byte.SIZE; bit++) {
                byte[] damaged = sound.clone();
                damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                Files.write(place.file(sequence), damaged);
                String found = text(read(A, 18));
                assertTrue(found == null || found.length() < whole.length() && whole.endsWith(found), found);
            }
            Files.write(place.file(sequence), sound);
        }
        assertEquals(whole, text(read(A, 18)));
    }

    @Test
    void aVersionThatIsNotKnownIsRefusedByItsNumber() throws IOException {
        writer.begin(A, 1);
        append(1, "hello");
        writer.finish();
        byte[] bytes = Files.readAllBytes(place.file(1));
        bytes[11] = 7;
        Files.write(place.file(1), bytes);
        assertTrue(read(A, 5).isNothing());
        assertTrue(
                said().contains("The replication backlog file dump.rdb.backlog.1 is not used: it is of version 7 of the"
                        + " format, and this server knows 1"),
                said());
    }

    @ParameterizedTest
    @CsvSource({"'', it is too short", "VIREO, it is too short", "REDIS0010xxxx, it is no backlog file"})
    void otherFilesAreRefused(String content, String why) throws IOException {
        Files.writeString(place.file(1), content);
        assertTrue(read(A, 5).isNothing());
        assertTrue(said().contains(why), said());
    }

    @Test
    void aSegmentUnderAnotherNumberIsRefused() throws IOException {
        writer.begin(A, 1);
        append(1, "hello");
        writer.finish();
        Files.move(place.file(1), place.file(3));
        assertTrue(read(A, 5).isNothing());
        assertTrue(said().contains("it was written as number 1"), said());
    }

    @ParameterizedTest
    @CsvSource({"0", "300000", "1000000", "5000000"})
    void segmentsHoldTheBacklogsSizeAndLittleMore(int backlogBytes) throws IOException {
        Random random = new Random(backlogBytes);
        byte[] stream = new byte[3_000_000];
        random.nextBytes(stream);
        writer.begin(A, 1);
        for (int at = 0; at < stream.length; ) {
            int length = Math.min(stream.length - at, 1 + random.nextInt(SegmentFormat.LONGEST_PIECE));
            writer.append(at + 1, Arrays.copyOfRange(stream, at, at + length), backlogBytes);
            at += length;
        }
        List<Segment> kept = read(A, stream.length, Long.MAX_VALUE / 2).kept();
        long held = kept.stream().mapToLong(Segment::length).sum();
        assertTrue(held >= Math.min(backlogBytes, stream.length), held + " bytes held");
        assertTrue(held <= backlogBytes * 5L / 4 + 4 * SegmentFormat.LONGEST_PIECE, held + " bytes held");
        assertEquals(kept.size(), place.files().size());
        assertTrue(backlogBytes < 300_000 || kept.size() > 1);
        String text = text(read(A, stream.length, backlogBytes));
        assertNotNull(text);
        String wanted = new String(stream, StandardCharsets.ISO_8859_1);
        assertTrue(wanted.endsWith(text));
        assertTrue(text.length() >= Math.min(backlogBytes, stream.length));
    }

    @Test
    void aBacklogThatIsMadeShorterOrLongerIsObeyed() throws IOException {
        byte[] piece = new byte[SegmentFormat.LONGEST_PIECE];
        writer.begin(A, 1);
        long offset = 1;
        for (int size : new int[] {2_000_000, 300_000, 4_000_000}) {
            long end = offset + 6_000_000;
            for (; offset < end; offset += piece.length) {
                writer.append(offset, piece, size);
            }
            long held = read(A, offset - 1).kept().stream()
                    .mapToLong(Segment::length)
                    .sum();
            assertTrue(held >= size && held <= size * 5L / 4 + 4L * piece.length, held + " bytes held of " + size);
        }
    }

    @Test
    void whatIsKeptIsGoneOnFromAndTheRestDeleted() throws IOException {
        writer.begin(A, 1);
        append(1, "one two three");
        writer.begin(B, 9);
        append(9, "four");
        writer.finish();
        Restored restored = read(A, 4);
        assertEquals(
                List.of(1L), restored.kept().stream().map(Segment::sequence).toList());
        SegmentWriter next = new SegmentWriter(place);
        next.keepOnly(restored.kept());
        assertEquals(List.of(1L), List.copyOf(place.files().keySet()));
        next.begin(C, 5);
        next.append(5, "2".getBytes(StandardCharsets.ISO_8859_1), PLENTY);
        next.finish();
        assertEquals(List.of(1L, 3L), List.copyOf(place.files().keySet()));
        assertEquals("one 2", text(read(C, 5)));
        restored.seed().free();
    }

    @Test
    void clearingLeavesNothing() throws IOException {
        Files.writeString(folder.resolve("dump.rdb.backlog.old"), "another's");
        writer.begin(A, 1);
        append(1, "hello");
        writer.clear();
        assertEquals(List.of(), List.copyOf(place.files().values()));
        writer.begin(B, 50);
        append(50, "new");
        assertEquals("new", text(read(B, 52)));
        assertTrue(Files.exists(folder.resolve("dump.rdb.backlog.old")));
    }
}
