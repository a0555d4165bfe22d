package io.vireo.backlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.ConfigRefusal;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class BacklogFileTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String C = "c".repeat(40);
    private static final int SIZE = 1 << 20;

    @TempDir
    private Path folder;

    private BacklogPlace places() {
        return new BacklogPlace(folder, "dump.rdb");
    }

    /** A node that has nothing but a stream and its file. */
    private final class Life {
        final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        final Config config;
        final ReplicationLog stream;
        final BacklogFile file;
        long nowMs = 1_000_000;

        Life(ReplicationHistory history, int sizeBytes, String... directives) {
            config = Config.of(
                    directives.length > 0 ? directives : new String[] {"dir " + folder, "repl-backlog-file yes"});
            stream = new ReplicationLog(history, sizeBytes);
            file = new BacklogFile(config, stream, loop::add, new ServerLog(folder.resolve("log"), LogLevel.NOTICE));
        }

        /** Starts with data of this stream, as a primary that has loaded them. */
        Life loaded(StreamPosition data) {
            boolean[] read = {false};
            file.read(data, () -> read[0] = true);
            while (!read[0]) {
                turn();
            }
            if (data != null) {
                stream.restartAt(data.offset());
                stream.openBacklog();
            }
            file.start();
            return this;
        }

        /** Runs one piece of work of the loop, waiting for it. */
        void turn() {
            try {
                loop.poll(30, TimeUnit.SECONDS).run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void write(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            stream.effect(ReplicationLog.NO_DATABASE);
            stream.word(bytes);
            stream.commit();
            file.endOfTurn();
        }

        /** A second goes by, and all that was written by then is on disk. */
        void flush() {
            long end = stream.endOffset();
            do {
                nowMs += 1_000;
                file.tick(nowMs);
                file.await(segments -> {});
                for (Runnable work = loop.poll(); work != null; work = loop.poll()) {
                    work.run();
                }
            } while (onDisk() < end);
        }

        /** The last offset that has come to the disk. */
        long onDisk() {
            try {
                long last = 0;
                for (var found : places().files().entrySet()) {
                    last = Segment.scan(found.getValue(), found.getKey()).nextOffset() - 1;
                }
                return last;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        StreamPosition position() {
            return stream.position();
        }

        String held() {
            return BacklogText.heldBy(stream);
        }
    }

    private Life begin(String id) {
        Life life = new Life(ReplicationHistory.fresh(id), SIZE).loaded(null);
        life.stream.openBacklog();
        life.file.endOfTurn();
        return life;
    }

    private Life restart(String newId, StreamPosition data) {
        return new Life(ReplicationHistory.ofPrimaryFromFile(newId, data), SIZE).loaded(data);
    }

    private String said() throws IOException {
        Path log = folder.resolve("log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Test
    void aBacklogOutlivesItsProcess() throws IOException {
        Life first = begin(A);
        first.write("hello");
        first.write("world");
        String held = first.held();
        first.file.close();

        Life second = restart(B, first.position());
        assertEquals(held, second.held());
        assertEquals(1, second.stream.backlog().first());
        assertTrue(said().contains("The replication backlog goes on from disk: " + held.length()
                + " bytes up to offset " + held.length() + "."));
        second.write("again");
        String longer = second.held();
        assertTrue(longer.startsWith(held) && longer.length() > held.length());
        second.file.close();

        Life third = restart(C, second.position());
        assertEquals(longer, third.held());
        third.file.close();
    }

    @Test
    void withoutAnEndWhatWasFlushedIsThereAndWhatTheDataLackIsNot() {
        Life first = begin(A);
        first.write("one");
        StreamPosition saved = first.position();
        String held = first.held();
        first.write("two");
        first.flush();

        Life second = restart(B, saved);
        assertEquals(held, second.held());
        second.write("another two");
        String longer = second.held();
        second.flush();
        Life third = restart(C, second.position());
        assertEquals(longer, third.held());
        third.file.close();
    }

    @Test
    void onlyWhatReachesTheDataIsUsed() throws IOException {
        Life first = begin(A);
        first.write("one");
        first.flush();
        StreamPosition beyond = first.position().at(first.stream.endOffset() + 5);
        Life second = restart(B, beyond);
        assertEquals("", second.held());
        assertTrue(said().contains("and the data stand at " + beyond.offset()), said());
        second.write("two");
        String held = second.held();
        second.file.close();
        Life third = restart(C, second.position());
        assertEquals(held, third.held());
        third.file.close();
    }

    @Test
    void anotherStreamBeginsTheFileAnew() {
        Life first = begin(A);
        first.write("of the old one");
        first.flush();
        first.stream.history(ReplicationHistory.ofFullCopy(B));
        first.stream.restartAt(5_000);
        first.write("of the new one");
        String held = first.held();
        first.file.close();
        Life second = restart(C, first.position());
        assertEquals(held, second.held());
        assertEquals(5_001, second.stream.backlog().first());
        second.file.close();
        assertEquals(2, sequences().size());
    }

    private List<Long> sequences() {
        try {
            return List.copyOf(places().files().keySet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPromotionKeepsBothNames(boolean flushedBefore) {
        Life first = begin(A);
        first.write("under a");
        if (flushedBefore) {
            first.flush();
        }
        StreamPosition underA = first.position();
        String heldUnderA = first.held();
        first.stream.history(first.stream.history().promoted(B, first.stream.endOffset()));
        first.write("under b");
        String held = first.held();
        first.file.close();
        Life second = restart(C, first.position());
        assertEquals(held, second.held());
        second.file.close();
        Life older = restart(C, underA);
        assertEquals(heldUnderA, older.held());
        older.file.close();
    }

    @Test
    void aStreamThatWasRenamedWithoutAPastBeginsTheFileAnewFromItsBacklog() {
        Life first = begin(A);
        first.write("before");
        first.flush();
        StreamPosition before = first.position();
        first.stream.history(ReplicationHistory.fresh(B));
        first.write("behind");
        String held = first.held();
        first.file.close();
        Life second = restart(C, first.position());
        assertEquals(held, second.held());
        second.file.close();
        Life older = restart(C, before);
        assertEquals("", older.held());
        older.file.close();
    }

    @Test
    void aBacklogThatIsFreedLeavesNoFile() {
        Life life = begin(A);
        life.write("something");
        life.flush();
        assertFalse(sequences().isEmpty());
        life.stream.freeBacklog();
        life.file.endOfTurn();
        life.file.close();
        assertTrue(sequences().isEmpty());
        assertEquals(0, life.stream.memoryBytes());
    }

    @Test
    void withoutTheOptionNothingIsWrittenAndNothingRead() {
        Life first = begin(A);
        first.write("kept");
        first.file.close();
        Life second = new Life(ReplicationHistory.ofPrimaryFromFile(B, first.position()), SIZE, "dir " + folder)
                .loaded(first.position());
        assertEquals("", second.held());
        second.write("not kept");
        second.file.close();
        assertEquals(List.of(1L), sequences());
    }

    @Test
    void theOptionMayBeChangedMeanwhile() throws ConfigRefusal {
        Life life = new Life(ReplicationHistory.fresh(A), SIZE, "dir " + folder).loaded(null);
        life.stream.openBacklog();
        life.write("before");
        assertEquals(List.of(), sequences());
        life.config.set(List.of("repl-backlog-file", "yes"), true, false);
        life.write("with it");
        life.flush();
        assertEquals(1, sequences().size());
        life.config.set(List.of("repl-backlog-file", "no"), true, false);
        life.write("without it");
        while (!sequences().isEmpty()) { // by a thread that ends then
            Thread.onSpinWait();
        }
        life.file.close();
        assertEquals(List.of(), sequences());
        life.stream.freeBacklog();
        assertEquals(0, life.stream.memoryBytes());
    }

    @Test
    void itMovesWithTheFileItIsNamedAfter() throws ConfigRefusal, IOException {
        Life life = new Life(
                        ReplicationHistory.fresh(A),
                        SIZE,
                        "dir " + folder,
                        "repl-backlog-file yes",
                        "enable-protected-configs yes")
                .loaded(null);
        life.stream.openBacklog();
        life.write("before");
        life.flush();
        life.config.set(List.of("dbfilename", "other.rdb"), true, false);
        life.write("behind");
        String held = life.held();
        life.file.close();
        assertEquals(List.of(), sequences());
        assertEquals(1, new BacklogPlace(folder, "other.rdb").files().size());
        Life next = new Life(
                        ReplicationHistory.ofPrimaryFromFile(B, life.position()),
                        SIZE,
                        "dir " + folder,
                        "dbfilename other.rdb",
                        "repl-backlog-file yes")
                .loaded(life.position());
        assertEquals(held, next.held());
        next.file.close();
    }

    @Test
    void turningItOffAndOnAtOnceKeepsTheWhole() throws ConfigRefusal {
        Life life = begin(A);
        life.write("before");
        life.flush();
        life.config.set(List.of("repl-backlog-file", "no"), true, false);
        life.config.set(List.of("repl-backlog-file", "yes"), true, false);
        life.write("behind");
        String held = life.held();
        life.file.close();
        Life next = restart(B, life.position());
        assertEquals(held, next.held());
        next.file.close();
    }

    @Test
    void noMoreWaitsInTheLogThanItWouldKeepItself() throws IOException {
        Life life = begin(A);
        for (int i = 0; i < 200; i++) {
            life.write("x".repeat(100_000)); // and no turn in which the disk could say that it is done
        }
        assertTrue(life.stream.memoryBytes() < 2 * SIZE, "memory " + life.stream.memoryBytes());
        String held = life.held();
        life.file.close();
        assertTrue(said().contains("The disk does not follow: the replication backlog there lacks "), said());
        Life next = restart(B, life.position());
        assertTrue(held.endsWith(next.held()) || next.held().endsWith(held));
        assertTrue(next.stream.backlog().length() >= SIZE - 100_100);
        next.file.close();
    }

    @Test
    void aSmallBacklogIsKeptWhole() {
        int size = 16 << 10;
        Life life = new Life(ReplicationHistory.fresh(A), size).loaded(null);
        life.stream.openBacklog();
        for (int i = 0; i < 2_000; i++) {
            life.write("x".repeat(i % 100));
        }
        String held = life.held();
        life.file.close();
        Life next = new Life(ReplicationHistory.ofPrimaryFromFile(B, life.position()), size).loaded(life.position());
        assertTrue(next.held().length() >= size);
        assertTrue(held.endsWith(next.held()) || next.held().endsWith(held));
        next.file.close();
    }

    @Test
    void manyShortLivesLeaveFewFiles() {
        Life life = begin(A);
        life.write("0");
        life.file.close();
        String held = life.held();
        for (int i = 1; i < 60; i++) {
            life = restart(i % 2 == 0 ? B : C, life.position());
            assertEquals(held, life.held());
            life.write("" + i);
            held = life.held();
            life.file.close();
            assertTrue(sequences().size() < 20);
        }
    }

    @Test
    void aDiskThatFailsIsSaidAndTriedAgain() throws IOException {
        Path missing = folder.resolve("missing");
        Files.createDirectory(missing);
        Life life = new Life(ReplicationHistory.fresh(A), SIZE, "dir " + missing, "repl-backlog-file yes").loaded(null);
        Files.delete(missing);
        life.stream.openBacklog();
        life.write("lost");
        while (!said().contains("Failed keeping the replication backlog on disk: ")) {
            life.nowMs += 1_000;
            life.file.tick(life.nowMs);
            life.turn();
        }
        Files.createDirectory(missing);
        while (new BacklogPlace(missing, "dump.rdb").files().isEmpty()) {
            life.nowMs += 1_000;
            life.file.tick(life.nowMs);
        }
        String held = life.held();
        life.file.close();
        Life next = new Life(
                        ReplicationHistory.ofPrimaryFromFile(B, life.position()),
                        SIZE,
                        "dir " + missing,
                        "repl-backlog-file yes")
                .loaded(life.position());
        assertEquals(held, next.held());
        next.file.close();
    }

    /** Lives that end well or badly, of data that were saved at some time: whatever comes back is what was written. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappensTheBytesBelongToTheirOffsets(long seed) {
        Random random = new Random(seed);
        int size = 32 << 10;
        int ids = 0;
        String stream = "";
        StreamPosition saved = null;
        int seeded = 0;
        long least = 0;
        for (int i = 0; i < 25; i++) {
            String id = String.format("%040x", ++ids);
            ReplicationHistory history =
                    saved == null ? ReplicationHistory.fresh(id) : ReplicationHistory.ofPrimaryFromFile(id, saved);
            Life life = new Life(history, size).loaded(saved);
            if (saved == null) {
                stream = "";
                life.stream.openBacklog();
            } else {
                stream = stream.substring(0, (int) saved.offset());
            }
            seeded += life.held().isEmpty() ? 0 : 1;
            assertTrue(stream.endsWith(life.held()));
            assertTrue(life.held().length() >= least, "held " + life.held().length() + " of " + least);
            least = 0;
            saved = null;
            for (int left = random.nextInt(60); left > 0; left--) {
                switch (random.nextInt(12)) {
                    case 0 -> life.flush();
                    case 1 -> {
                        String next = String.format("%040x", ++ids);
                        life.stream.history(life.stream.history().promoted(next, life.stream.endOffset()));
                    }
                    case 2, 3 -> {
                        life.stream.effect(ReplicationLog.NO_DATABASE);
                        life.stream.dropEffects();
                        saved = life.position();
                    }
                    default -> {
                        char letter = (char) ('a' + random.nextInt(26));
                        int most = random.nextInt(6) == 0 ? 20_000 : 50;
                        life.write(String.valueOf(letter).repeat(random.nextInt(most)));
                    }
                }
                assertTrue(life.held().length() <= life.stream.endOffset());
                String held = life.held();
                stream = stream.substring(0, (int) (life.stream.backlog().first() - 1)) + held;
            }
            if (random.nextInt(3) > 0) {
                life.file.close();
                if (random.nextInt(4) > 0) {
                    saved = life.position();
                    least = Math.min(size, life.held().length());
                }
            } else {
                life.file.await(segments -> {}); // killed: nothing more is written
            }
        }
        assertTrue(seeded >= 5, seeded + " lives went on");
    }
}
