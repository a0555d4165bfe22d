package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.persist.SnapshotSaving.Aborted;
import io.vireo.persist.SnapshotSaving.Failed;
import io.vireo.persist.SnapshotSaving.Outcome;
import io.vireo.persist.SnapshotSaving.Saved;
import io.vireo.persist.SnapshotSaving.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SnapshotSavingTest {
    private static final ByteBuffer CALLED_OFF = ByteBuffer.allocate(0);

    @TempDir
    private Path directory;

    private final LinkedBlockingQueue<ByteBuffer> queue = new LinkedBlockingQueue<>();
    private ServerLog log;

    @BeforeEach
    void openLog() {
        log = new ServerLog(directory.resolve("log"), LogLevel.NOTICE);
    }

    private ByteBuffer taken() throws InterruptedException {
        ByteBuffer chunk = queue.take();
        return chunk == CALLED_OFF ? null : chunk;
    }

    private SnapshotSaving saving(Settings settings) {
        return new SnapshotSaving(this::taken, RdbWriterTest.PLAIN, List.of(), settings);
    }

    private static void fill(LinkedBlockingQueue<ByteBuffer> queue) {
        CutRecords records = new CutRecords();
        queue.add(ByteBuffer.wrap(records.select(0, 2, 0).string("a", "x", -1).chunk()));
        byte[] second = records.string("b", "y", 5).end().chunk();
        ByteBuffer direct = ByteBuffer.allocateDirect(second.length + 3);
        queue.add(direct.put(3, second).position(3));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private String logged() throws IOException {
        return Files.exists(directory.resolve("log")) ? Files.readString(directory.resolve("log")) : "";
    }

    @Test
    void aCutBecomesAFileThatReadsTheSame() throws IOException, RdbException {
        fill(queue);
        SnapshotSaving saving = saving(Settings.DEFAULT);
        Outcome outcome = saving.toFile(new RdbFile(directory, "dump.rdb"), log);
        byte[] bytes = Files.readAllBytes(directory.resolve("dump.rdb"));
        assertEquals(new Saved(2, bytes.length), outcome);
        assertEquals(
                Map.of("a", new RdbImage.Held("x", -1), "b", new RdbImage.Held("y", 5)),
                RdbImage.of(bytes).databases.get(0));
        assertEquals(2, saving.keys());
        assertEquals(bytes.length, saving.bytes());
        assertTrue(logged().contains(" * DB saved on disk\n"), logged());
        assertTrue(logged().contains(":C "), logged());
        assertEquals(List.of("dump.rdb", "log"), names());
    }

    @Test
    void aSinkGetsTheSameBytesAsAFile() throws IOException {
        fill(queue);
        fill(queue);
        saving(Settings.DEFAULT).toFile(new RdbFile(directory, "dump.rdb"), log);
        ArraySink sink = new ArraySink();
        assertInstanceOf(Saved.class, saving(Settings.DEFAULT).to(sink));
        assertEquals(
                RdbImage.latin(Files.readAllBytes(directory.resolve("dump.rdb")), 0, (int) sink.position()),
                RdbImage.latin(sink.toByteArray(), 0, (int) sink.position()));
    }

    @Test
    void aCutThatIsCalledOffLeavesTheOldFile() throws IOException {
        Files.writeString(directory.resolve("dump.rdb"), "old");
        queue.add(ByteBuffer.wrap(new CutRecords().select(0, 1, 0).chunk()));
        queue.add(CALLED_OFF);
        assertEquals(new Aborted(), saving(Settings.DEFAULT).toFile(new RdbFile(directory, "dump.rdb"), log));
        assertEquals("old", Files.readString(directory.resolve("dump.rdb")));
        assertEquals(List.of("dump.rdb"), names());
    }

    @Test
    void anAbortEndsTheSavingBetweenChunks() {
        SnapshotSaving[] saving = new SnapshotSaving[1];
        CutRecords records = new CutRecords();
        ByteBuffer endless = ByteBuffer.wrap(records.select(0, 1, 0).chunk());
        int[] taken = {0};
        saving[0] = new SnapshotSaving(
                () -> {
                    if (taken[0]++ == 10) {
                        saving[0].abort();
                    }
                    return endless;
                },
                RdbWriterTest.PLAIN,
                List.of(),
                Settings.DEFAULT);
        assertEquals(new Aborted(), saving[0].to(new ArraySink()));
        assertEquals(11, taken[0]);
    }

    @Test
    void anAbortEndsALongDelayAtOnce() throws InterruptedException {
        fill(queue);
        SnapshotSaving saving = saving(new Settings(true, true, true, 1_000_000_000));
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        Thread worker = Thread.ofPlatform().start(() -> outcome.set(saving.to(new ArraySink())));
        assertNull(outcome.get());
        saving.abort();
        worker.join();
        assertEquals(new Aborted(), outcome.get());
    }

    @Test
    void anInterruptedWaitIsAnAbort() throws InterruptedException {
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        Thread worker = Thread.ofPlatform()
                .start(() -> outcome.set(saving(Settings.DEFAULT).to(new ArraySink())));
        worker.interrupt();
        worker.join();
        assertEquals(new Aborted(), outcome.get());
    }

    @Test
    void aFullDiskFailsTheSavingAndIsLogged() {
        fill(queue);
        RdbSink full = new RdbSink() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public long position() {
                return 0;
            }
        };
        assertEquals(
                new Failed("Write error saving DB on disk: No space left on device"),
                saving(Settings.DEFAULT).to(full));
    }

    @Test
    void aDirectoryThatIsGoneFailsTheSavingAndIsLogged() throws IOException {
        Outcome outcome = saving(Settings.DEFAULT).toFile(new RdbFile(directory.resolve("gone"), "dump.rdb"), log);
        assertInstanceOf(Failed.class, outcome);
        assertTrue(logged().contains(" # Failed opening the temp RDB file temp-"), logged());
    }
}
