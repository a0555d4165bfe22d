package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.LogLevel;
import io.vireo.base.RawMemory;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.SnapshotSaving.Aborted;
import io.vireo.persist.SnapshotSaving.Failed;
import io.vireo.persist.SnapshotSaving.Outcome;
import io.vireo.persist.SnapshotSaving.Saved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SavingTest {
    private static final RdbFacts.ReplicationPoint POINT =
            new RdbFacts.ReplicationPoint("0123456789abcdef0123" + "e".repeat(20), 4_711, 2);

    @TempDir
    private Path directory;

    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final Keyspace keyspace = new Keyspace(16);
    private final Bytes keyRoom = Bytes.copyOf(new byte[64]);
    private final Bytes valueRoom = Bytes.copyOf(new byte[256]);
    private final Map<String, RdbImage.Held> model = new TreeMap<>();
    private Saving saving;
    private Outcome outcome;

    @BeforeEach
    void open() {
        keyspace.owner().claim();
        Config config = Config.of("dir " + directory, "save 10 3");
        ServerLog log = new ServerLog(directory.resolve("log"), LogLevel.NOTICE);
        saving = new Saving(config, keyspace, () -> POINT, loop::add, loop::add, log);
    }

    /** A view of a text in room that is used again, since many copies of their own take long. */
    private static Bytes view(Bytes room, String text) {
        byte[] bytes = CutRecords.bytes(text);
        RawMemory.copyIn(bytes, 0, room.address(), bytes.length);
        return new Bytes().set(room.address(), bytes.length);
    }

    private void set(int number, String value) {
        String key = "key:" + number;
        keyspace.db(0).setString(view(keyRoom, key), view(valueRoom, value));
        keyspace.addDirty(1);
        model.put(key, new RdbImage.Held(value, -1));
    }

    private void fill(int keys) {
        for (int i = 0; i < keys; i++) {
            set(i, "value of " + i + " xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        }
    }

    /** Runs one piece of work of the loop, waiting for it. */
    private void turn() throws InterruptedException {
        Runnable work = loop.poll(30, TimeUnit.SECONDS);
        work.run();
    }

    private void turnUntilEnd() throws InterruptedException {
        while (outcome == null) {
            turn();
        }
    }

    private void begin() {
        outcome = null;
        saving.begin(how -> outcome = how);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** What the log says, without times: role letter, level and text. */
    private List<String> logged() throws IOException {
        return Files.readAllLines(directory.resolve("log")).stream()
                .map(line -> line.replaceFirst("^\\d+:(.) .{24} ", "$1 "))
                .toList();
    }

    private RdbImage saved() throws IOException, RdbException {
        return RdbImage.of(Files.readAllBytes(directory.resolve("dump.rdb")));
    }

    @Test
    void theFileHoldsTheDataAsTheyWereWhenTheSavingBegan() throws Exception {
        fill(50_000);
        keyspace.db(3).setString(Bytes.copyOf("large"), Bytes.copyOf("0123456789".repeat(30_000)));
        Map<String, RdbImage.Held> then = new TreeMap<>(model);
        begin();
        assertEquals(Saving.Running.TO_DISK, saving.running());
        Random random = new Random(41);
        int turns = 0;
        while (outcome == null) {
            turn();
            turns++;
            for (int i = 0; i < 200; i++) {
                set(random.nextInt(80_000), "changed since");
                keyspace.db(0).delete(view(keyRoom, "key:" + random.nextInt(50_000)));
            }
            keyspace.db(3).append(Bytes.copyOf("large"), Bytes.copyOf("more"));
        }
        assertTrue(turns > 1, "it took several slices");
        assertEquals(new Saved(50_001, Files.size(directory.resolve("dump.rdb"))), outcome);
        assertTrue(then.equals(saved().databases.get(0)), "as it was");
        assertEquals(
                "0123456789".repeat(30_000),
                saved().databases.get(3).get("large").value());
        assertEquals(POINT.id(), saved().aux.get("repl-id"));
        assertEquals("4711", saved().aux.get("repl-offset"));
        assertEquals("2", saved().aux.get("repl-stream-db"));
        assertEquals("7.2.4", saved().aux.get("redis-ver"));
        assertFalse(saving.isRunning());
        assertEquals(1, saving.saves());
        assertTrue(saving.isLastOk());
        assertEquals(List.of("dump.rdb", "log"), names());
        String pid = Long.toString(ProcessHandle.current().pid());
        assertEquals("C * Background saving started by pid " + pid, logged().get(0));
        assertEquals("C * DB saved on disk", logged().get(1));
        assertTrue(logged().get(2).matches("C \\* Fork CoW for RDB: current \\d+ MB, peak \\d+ MB, average \\d+ MB"));
        assertEquals("C * Background saving terminated with success", logged().get(3));
    }

    @Test
    void changesDuringASavingCountAsUnsaved() throws Exception {
        fill(10);
        begin();
        set(1, "changed since");
        turnUntilEnd();
        assertEquals(1, saving.changesSinceSave());
    }

    @Test
    void aSavingThatIsCalledOffLeavesTheOldFileAndLetsTheNextBegin() throws Exception {
        fill(20_000);
        assertTrue(saving.saveNow());
        byte[] old = Files.readAllBytes(directory.resolve("dump.rdb"));
        set(0, "changed since");
        begin();
        saving.abort();
        assertFalse(saving.isRunning());
        assertEquals(List.of("dump.rdb", "log"), names());

        turnUntilEnd();
        assertEquals(new Aborted(), outcome);
        assertEquals(
                RdbImage.latin(old, 0, old.length),
                RdbImage.latin(Files.readAllBytes(directory.resolve("dump.rdb")), 0, old.length));
        begin();
        turnUntilEnd();
        assertInstanceOf(Saved.class, outcome);
        assertTrue(model.equals(saved().databases.get(0)), "the second is complete");
    }

    @Test
    void aFirstSavingThatEndsLateDoesNotEndTheSecond() throws Exception {
        fill(20_000);
        begin();
        saving.abort();
        Outcome[] second = new Outcome[1];
        saving.begin(how -> second[0] = how);
        while (outcome == null) {
            turn();
        }
        assertEquals(new Aborted(), outcome);
        assertTrue(saving.isRunning() || second[0] != null);
        while (second[0] == null) {
            turn();
        }
        assertInstanceOf(Saved.class, second[0]);
    }

    @Test
    void aSavingThatFailsIsToldAndTriedAgainOnlyAfterAWhile() throws Exception {
        fill(10);
        Files.createDirectory(directory.resolve("dump.rdb"));
        Files.createFile(directory.resolve("dump.rdb/in the way"));
        long nowMs = System.currentTimeMillis() + 11_000;
        saving.tick(nowMs);
        assertTrue(saving.isRunning());
        while (saving.isRunning()) {
            turn();
        }
        assertFalse(saving.isLastOk());
        assertEquals("C * 3 changes in 10 seconds. Saving...", logged().getFirst());
        assertEquals("C # Background saving error", logged().getLast());
        saving.tick(System.currentTimeMillis() + 1_000);
        assertFalse(saving.isRunning());
        assertFalse(saving.saveNow());

        saving.tick(nowMs);
        assertTrue(saving.isRunning());
        saving.abort();
    }

    @Test
    void aSavePointWaitsForChangesAndTime() {
        long nowMs = System.currentTimeMillis();
        fill(2);
        saving.tick(nowMs + 60_000);
        assertFalse(saving.isRunning());
        fill(1);
        saving.tick(nowMs + 5_000);
        assertFalse(saving.isRunning());
        saving.tick(nowMs + 12_000);
        assertTrue(saving.isRunning());
        saving.abort();
    }

    @Test
    void aSlowReceiverHoldsTheCutBackWithoutKeepingTheLoopBusy() throws Exception {
        fill(200_000);
        CountDownLatch goOn = new CountDownLatch(1);
        ArraySink kept = new ArraySink();
        RdbSink slow = new RdbSink() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                kept.write(bytes, offset, length);
            }

            @Override
            public long position() {
                return kept.position();
            }
        };
        saving.beginTo(slow, goOn::countDown, how -> outcome = how);
        assertEquals(Saving.Running.TO_SOCKETS, saving.running());
        for (Runnable work = loop.poll(); work != null; work = loop.poll(200, TimeUnit.MILLISECONDS)) {
            work.run();
        }
        assertTrue(keyspace.cuts().isRunning(), "the cut waits");
        long walked = keyspace.cuts().keysDone();
        assertTrue(walked < 150_000, "few chunks are under way");
        goOn.countDown();
        turnUntilEnd();
        assertEquals(new Saved(200_000, kept.position()), outcome);
        assertTrue(model.equals(RdbImage.of(kept.toByteArray()).databases.get(0)), "complete");
        assertEquals(0, saving.saves());
    }

    @Test
    void aReceiverThatNeverTakesAnythingDoesNotHoldUpWhoBreaksTheCutOff() throws Exception {
        fill(200_000);
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        RdbSink never = new RdbSink() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                stuck.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                throw new IOException("nobody takes it any more");
            }

            @Override
            public long position() {
                return 0;
            }
        };
        saving.beginTo(never, released::countDown, how -> outcome = how);
        while (stuck.getCount() > 0) {
            Runnable work = loop.poll(50, TimeUnit.MILLISECONDS);
            if (work != null) {
                work.run();
            }
        }
        saving.abort();
        assertFalse(saving.isRunning());
        assertFalse(keyspace.cuts().isRunning());
        assertTrue(saving.saveNow(), "another may begin");
    }

    @Test
    void aReceiverThatFailsEndsTheCut() throws Exception {
        fill(200_000);
        RdbSink broken = new RdbSink() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public long position() {
                return 0;
            }
        };
        saving.beginTo(broken, () -> {}, how -> outcome = how);
        turnUntilEnd();
        assertInstanceOf(Failed.class, outcome);
        assertFalse(keyspace.cuts().isRunning());
        assertTrue(saving.isLastOk(), "it was no save");
    }

    @Test
    void anEmptyKeyspaceIsAFileWithoutKeys() throws Exception {
        assertTrue(saving.saveNow());
        assertEquals(Map.of(), saved().databases);
        assertEquals("C * DB saved on disk", logged().getFirst());
    }

    @Test
    void twoSnapshotsNeverOverlap() {
        fill(10);
        begin();
        assertThrows(IllegalStateException.class, this::begin);
        saving.abort();
    }

    @Test
    void whatWasSavedLoadsTheSame() throws Exception {
        fill(30_000);
        keyspace.db(0).setString(Bytes.copyOf("number"), Bytes.copyOf("1234567890123"), 4_102_444_800_123L);
        keyspace.db(7).setString(Bytes.copyOf("large"), Bytes.copyOf("abc".repeat(500_000)), 4_102_444_800_124L);
        assertTrue(saving.saveNow());
        try (Keyspace again = new Keyspace(16)) {
            again.owner().claim();
            RdbLoader.Settings settings = new RdbLoader.Settings(true, true, System.currentTimeMillis(), 0);
            RdbLoader.Loaded loaded = new RdbLoader(new KeyspaceTarget(again), settings, ServerLog.silent())
                    .load(directory.resolve("dump.rdb"));
            assertEquals(30_002, loaded.keys());
            for (int i = 0; i < 30_000; i++) {
                Bytes key = view(keyRoom, "key:" + i);
                assertTrue(again.db(0)
                        .readString(key)
                        .bytes()
                        .contentEquals(keyspace.db(0).readString(key).bytes()));
            }
            assertEquals("int", again.db(0).encodingOf(Bytes.copyOf("number")));
            assertEquals(4_102_444_800_123L, again.db(0).expireAtMs(Bytes.copyOf("number")));
            assertEquals(4_102_444_800_124L, again.db(7).expireAtMs(Bytes.copyOf("large")));
            assertTrue(again.db(7)
                    .readString(Bytes.copyOf("large"))
                    .bytes()
                    .contentEquals(
                            keyspace.db(7).readString(Bytes.copyOf("large")).bytes()));
            assertEquals(keyspace.db(0).size(), again.db(0).size());
        }
    }
}
