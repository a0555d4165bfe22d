package io.vireo.aof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.command.Session;
import io.vireo.command.SessionLimits;
import io.vireo.command.Sessions;
import io.vireo.command.SocketlessConnection;
import io.vireo.config.Config;
import io.vireo.config.ConfigIn;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.persist.Saving;
import io.vireo.testkit.disk.PowerLossDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node's append-only file while its disk is full, or does not flush: what is refused, what is tried again, what is kept. */
@Timeout(60)
class AppendOnlyFileTest {
    private static final String ID = "7".repeat(40);
    private static final AofLoader.Settings LOADING = new AofLoader.Settings(true, true, true, 0);

    @TempDir
    private Path folder;

    private final PowerLossDisk disk = new PowerLossDisk();
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private Keyspace keyspace;
    private ReplicationLog stream;
    private AppendOnlyFile file;

    @AfterEach
    void end() throws Exception {
        if (file != null) {
            close();
        }
        loop.shutdown();
        assertTrue(loop.awaitTermination(10, TimeUnit.SECONDS));
    }

    private void close() throws Exception {
        onLoop(() -> {
            file.close();
            return null;
        });
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        return loop.submit(task).get(30, TimeUnit.SECONDS);
    }

    /** Lets the node's time go by until something is so. */
    private void until(BooleanSupplier condition) throws Exception {
        Callable<Boolean> turn = () -> {
            file.endOfTurn();
            file.tick(System.currentTimeMillis(), true);
            return condition.getAsBoolean();
        };
        boolean holds = false;
        while (!holds) {
            holds = loop.schedule(turn, 2, TimeUnit.MILLISECONDS).get(30, TimeUnit.SECONDS);
        }
    }

    private void begin(String fsync) throws Exception {
        ServerLog log = new ServerLog(folder.resolve("log"), LogLevel.NOTICE);
        log.also((level, text) -> said.add(text));
        Config config = directory(disk, "appendonly yes", "appendfsync " + fsync, "auto-aof-rewrite-percentage 0");
        AtomicReference<String> answer = new AtomicReference<>("none yet");
        onLoop(() -> {
            keyspace = new Keyspace(16);
            keyspace.owner().claim();
            stream = new ReplicationLog(ReplicationHistory.fresh(ID), 1 << 20);
            Saving saving = new Saving(config, keyspace, () -> null, loop, loop, log);
            file = new AppendOnlyFile(new AppendOnlyFile.Parts(
                    config, keyspace, stream, saving, loop, () -> loop.execute(file::endOfTurn), log));
            file.begin(null, null, answer::set);
            return null;
        });
        until(() -> answer.get() == null);
    }

    private static Config directory(PowerLossDisk disk, String... lines) {
        Path dir = disk.root();
        return ConfigIn.directory(dir, lines);
    }

    /** A client's write, whatever the gates say. */
    private void set(String key) throws Exception {
        onLoop(() -> {
            keyspace.db(0).setString(Bytes.copyOf(key), Bytes.copyOf("1"));
            stream.effect(0);
            stream.begin(3)
                    .word("SET".getBytes(ISO_8859_1))
                    .word(key.getBytes(ISO_8859_1))
                    .word(1);
            stream.commit();
            file.endOfTurn();
            return null;
        });
    }

    private void setAndAwait(String key) throws Exception {
        set(key);
        until(this::isReleased);
    }

    private boolean isReleased() {
        return file.releasedTo() >= stream.endOffset();
    }

    private boolean isFailing() {
        return file.status().isFailing();
    }

    /** What a client's write is answered with meanwhile. */
    private String refusal() throws Exception {
        return onLoop(() -> {
            Session session = new Sessions(new Unlimited()).open(new SocketlessConnection(), 0);
            return new AofErrorGate(file.status())
                    .check(session, null, null)
                    .raise()
                    .getMessage();
        });
    }

    /** The keys that a start finds on a disk. */
    private static Set<String> keys(PowerLossDisk disk) throws Exception {
        AofDirectory directory = AppendOnlyFile.directory(directory(disk));
        try (Keyspace loaded = new Keyspace(16)) {
            loaded.owner().claim();
            new AofLoader(directory, loaded, LOADING, ServerLog.silent()).load();
            Set<String> keys = new TreeSet<>();
            loaded.db(0).forEachKey(key -> keys.add(key.toString()));
            return keys;
        }
    }

    private Set<String> keysAfterLosingPower() throws Exception {
        return keys(disk.crash(PowerLossDisk.LOSING_ALL));
    }

    @Test
    void aFullDiskHasWritesRefusedAndIsTriedAgain() throws Exception {
        begin("always");
        setAndAwait("a");
        disk.fillAtWrite(1);
        set("b");
        until(this::isFailing);
        assertEquals("MISCONF Errors writing to the AOF file: No space left on device", refusal());
        assertFalse(onLoop(this::isReleased));
        assertEquals(Set.of("a"), keys(disk.copy()));

        disk.makeRoom();
        until(() -> !isFailing() && isReleased());
        setAndAwait("c");
        assertEquals(Set.of("a", "b", "c"), keysAfterLosingPower());
        assertEquals(
                1,
                said.stream()
                        .filter(line -> line.startsWith("Error writing to the AOF file"))
                        .count());
        assertTrue(said.contains("AOF write error looks solved. The server can write again."));
    }

    @Test
    void aNodeThatEndsTriesAgainWhatFoundTheDiskFull() throws Exception {
        begin("everysec");
        setAndAwait("a");
        disk.fillAtWrite(1);
        set("b");
        until(this::isFailing);
        set("c");
        disk.makeRoom();
        close();
        assertEquals(Set.of("a", "b", "c"), keysAfterLosingPower());
    }

    @ParameterizedTest
    @ValueSource(strings = {"always", "everysec"})
    void aFileWhoseFlushFailedIsReplacedByANewBase(String fsync) throws Exception {
        begin(fsync);
        setAndAwait("a");
        disk.failFlush(1);
        set("b");
        until(() -> said.stream().anyMatch(line -> line.startsWith("Error writing")));
        assertTrue(said.contains(
                "Error writing to the AOF file: Input/output error. Writes are refused until it can be written."));

        until(() -> !isFailing() && isReleased());
        assertTrue(keysAfterLosingPower().containsAll(Set.of("a", "b")));
        setAndAwait("c");
        close();
        assertEquals(Set.of("a", "b", "c"), keysAfterLosingPower());
        AofManifest manifest = AppendOnlyFile.directory(directory(disk)).readManifest();
        assertEquals(2, manifest.base().sequence());
        assertEquals(List.of(), manifest.history());
    }

    @Test
    void whatWasAnsweredBeforeAFlushFailedIsThereUntilTheNewBaseIs() throws Exception {
        begin("always");
        setAndAwait("a");
        disk.failFlush(1);
        disk.beforeEachChange(() -> {
            try {
                assertTrue(keysAfterLosingPower().contains("a"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        set("b");
        until(() -> said.contains("Background AOF rewrite finished successfully"));
        until(() -> !isFailing() && isReleased());
        disk.beforeEachChange(() -> {});
        assertEquals(Set.of("a", "b"), keysAfterLosingPower());
    }

    /** Whatever of a rewrite is not flushed, or does not find room: the node comes to write again, and has lost nothing. */
    @ParameterizedTest
    @ValueSource(ints = {8, 10, 8, 10, 8, 10, 8, 10, 8, 10, 8, 10, 8, 10, 8, 10, 8, 10, 8, 10, 8, 10})
    void aRewriteOfWhichSomethingFailsLosesNothing(int n) throws Exception {
        begin("always");
        setAndAwait("a");
        if (n % 2 == 0) {
            disk.failFlush(n / 2);
        } else {
            disk.fillAtWrite(n / 2 + 1);
        }
        assertTrue(onLoop(file::rewriteAsked).startsWith("Background append only file rewriting"));
        set("b");
        until(() -> !file.isRewriting());
        disk.makeRoom();
        until(() -> !isFailing() && !file.isRewriting() && isReleased());
        setAndAwait("c");
        assertEquals(Set.of("a", "b", "c"), keysAfterLosingPower());
        close();
        assertEquals(Set.of("a", "b", "c"), keysAfterLosingPower());
    }

    private static final class Unlimited implements SessionLimits {
        @Override
        public boolean isPasswordRequired() {
            return false;
        }

        @Override
        public long maxBulkLength() {
            return Integer.MAX_VALUE;
        }
    }
}
