package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.LogLevel;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.DisklessLoad;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.Loading;
import io.vireo.persist.Saving;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Full copies by way of a file and straight into memory, with a loop that is turned by hand. */
@Timeout(60)
class ConfiguredCopyTest {
    private static final PayloadShape MARKED = new PayloadShape.Marked("m".repeat(40));

    @TempDir
    private Path directory;

    private final LinkedBlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final Keyspace keyspace = new Keyspace(16);
    private final List<String> told = new ArrayList<>();
    private Config config;
    private ConfiguredCopy copy;

    private final IncomingCopy.Listener listener = new IncomingCopy.Listener() {
        @Override
        public void congested(boolean isCongested) {
            told.add(isCongested ? "congested" : "free");
        }

        @Override
        public void complete(boolean wipes) {
            told.add(wipes ? "complete, wipes" : "complete");
        }

        @Override
        public void unusable(String why) {
            told.add("unusable: " + why);
        }

        @Override
        public void loaded(int database) {
            told.add("loaded, in " + database);
        }

        @Override
        public void loadFailed(String why) {
            told.add("load failed: " + why);
        }
    };

    @BeforeEach
    void open() {
        keyspace.owner().claim();
        keyspace.newTurn(1_700_000_000_000L);
        keyspace.db(0).setString(Bytes.copyOf("old"), Bytes.copyOf("value"));
        config = Config.of("dir " + directory, "save \"\"");
        ServerLog log = new ServerLog(directory.resolve("log"), LogLevel.NOTICE);
        Saving saving = new Saving(config, keyspace, () -> null, loop::add, loop::add, log);
        Loading loading = new Loading(config, keyspace, loop::add, on -> {}, log);
        copy = new ConfiguredCopy(
                new NodeReplication.Parts(config, keyspace, Rig.log(), saving, loading, () -> -1, loop::add, log));
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    private void begin(DisklessLoad how, PayloadShape shape) {
        config.put(Options.REPL_DISKLESS_LOAD, how);
        copy.begin(shape, false, listener);
    }

    private void accept(byte[] bytes) {
        Bytes piece = Bytes.copyOf(bytes);
        copy.accept(piece.address(), piece.length());
        Reference.reachabilityFence(piece);
    }

    /** Turns the loop until so much was told. */
    private void turnUntilTold(int count) throws InterruptedException {
        while (told.size() < count) {
            Runnable work = loop.poll(30, TimeUnit.SECONDS);
            assertNotNull(work, () -> "told only " + told);
            work.run();
        }
    }

    private boolean has(String key) {
        return keyspace.db(0).readString(Bytes.copyOf(key)) != null;
    }

    @ParameterizedTest
    @EnumSource(names = {"DISABLED", "SWAPDB"})
    void aSoundCopyReplacesTheData(DisklessLoad how) throws Exception {
        byte[] rdb = RdbFiles.of(directory, "new");
        begin(how, new PayloadShape.Sized(rdb.length));
        accept(Arrays.copyOf(rdb, 20));
        accept(Arrays.copyOfRange(rdb, 20, rdb.length));
        copy.end(0);
        turnUntilTold(1);
        assertEquals(List.of("complete"), told);
        assertTrue(has("old"), "nothing is replaced before it is asked for");
        copy.load();
        turnUntilTold(2);
        assertEquals("loaded, in 0", told.getLast());
        assertTrue(has("new"));
        assertTrue(!has("old"));
        assertEquals(how == DisklessLoad.SWAPDB, log().contains("Swapping active DB with loaded DB"));
    }

    /** The mark may lie across any two pieces; no byte of it is taken for the copy's. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40, 41})
    void aMarkMayBeCutAnywhere(int size) throws Exception {
        byte[] rdb = RdbFiles.of(directory, "new");
        byte[] all = Arrays.copyOf(rdb, rdb.length + 40);
        Arrays.fill(all, rdb.length, all.length, (byte) 'm');
        begin(DisklessLoad.SWAPDB, MARKED);
        for (int at = 0; at < all.length; at += size) {
            accept(Arrays.copyOfRange(all, at, Math.min(all.length, at + size)));
        }
        copy.end(40);
        turnUntilTold(1);
        copy.load();
        turnUntilTold(2);
        assertEquals(List.of("complete", "loaded, in 0"), told);
        assertTrue(has("new"));
    }

    @ParameterizedTest
    @EnumSource(names = {"DISABLED", "SWAPDB"})
    void aCopyThatIsCutLeavesTheData(DisklessLoad how) throws Exception {
        byte[] rdb = RdbFiles.of(directory, "new");
        begin(how, new PayloadShape.Sized(rdb.length - 5));
        accept(Arrays.copyOf(rdb, rdb.length - 5));
        copy.end(0);
        turnUntilTold(1);
        assertTrue(told.getFirst().startsWith("unusable: "), told.getFirst());
        assertTrue(has("old"));
        assertTrue(!has("new"));
    }

    @Test
    void bytesBehindTheEndOfACopyMakeItUnusable() throws Exception {
        byte[] rdb = RdbFiles.of(directory, "new");
        begin(DisklessLoad.SWAPDB, new PayloadShape.Sized(rdb.length + 3));
        accept(Arrays.copyOf(rdb, rdb.length + 3));
        copy.end(0);
        turnUntilTold(1);
        assertEquals(
                "unusable: Failed trying to load the MASTER synchronization DB from socket: Corrupt RDB: it goes on"
                        + " behind its end (at offset "
                        + rdb.length + ")",
                told.getFirst());
        assertTrue(has("old"));
    }

    @ParameterizedTest
    @EnumSource(names = {"DISABLED", "SWAPDB"})
    void anEmptyCopyIsSaidToWipe(DisklessLoad how) throws Exception {
        byte[] rdb = RdbFiles.of(directory);
        begin(how, new PayloadShape.Sized(rdb.length));
        accept(rdb);
        copy.end(0);
        turnUntilTold(1);
        assertEquals(List.of("complete, wipes"), told);
        copy.load();
        turnUntilTold(2);
        assertEquals(0, keyspace.size());
    }

    @ParameterizedTest
    @EnumSource(names = {"DISABLED", "SWAPDB"})
    void aCopyMayBeGivenUpAndAnotherTaken(DisklessLoad how) throws Exception {
        byte[] rdb = RdbFiles.of(directory, "new");
        begin(how, new PayloadShape.Sized(rdb.length));
        accept(Arrays.copyOf(rdb, 30));
        copy.abandon();
        copy.abandon();
        aSoundCopyReplacesTheData(how);
    }

    @Test
    void onEmptyDbGoesStraightIntoMemoryOnlyWhereThereIsNothing() throws Exception {
        begin(DisklessLoad.ON_EMPTY_DB, MARKED);
        assertTrue(log().contains("with EOF to disk"));
        copy.abandon();
        keyspace.flushAll();
        begin(DisklessLoad.ON_EMPTY_DB, MARKED);
        assertTrue(log().contains("with EOF to parser"));
        copy.abandon();
        assertNull(keyspace.db(0).readString(Bytes.copyOf("old")));
    }

    @Test
    void bytesThatAreNoCopyAreRefusedAtOnce() throws Exception {
        begin(DisklessLoad.SWAPDB, MARKED);
        accept("this is no RDB, and long enough to be known as none: 0123456789012345678901234567890123456789"
                .getBytes(StandardCharsets.US_ASCII));
        turnUntilTold(1);
        assertTrue(
                told.getFirst()
                        .startsWith("unusable: Failed trying to load the MASTER synchronization DB from socket: "),
                told.getFirst());
        assertTrue(log().contains("Discarding temporary DB in background"));
    }
}
