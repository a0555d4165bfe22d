package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full copy on its way to a file. The worker runs here, in the test's thread, once all was put. */
class IncomingFileTest {
    @TempDir
    private Path directory;

    private final List<String> told = new ArrayList<>();
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
            told.add(why);
        }

        @Override
        public void loaded(int database) {
            throw new AssertionError("nothing is loaded here");
        }

        @Override
        public void loadFailed(String why) {
            throw new AssertionError("nothing is loaded here");
        }
    };

    private Path temporary;
    private Path destination;

    @BeforeEach
    void place() throws IOException {
        temporary = directory.resolve("temp-1.rdb");
        destination = directory.resolve("dump.rdb");
        Files.writeString(destination, "old");
    }

    private IncomingFile file(boolean hasData) {
        return new IncomingFile(
                new IncomingFile.Settings(temporary, destination, true, 16), Runnable::run, () -> hasData, listener);
    }

    private void assertOldIsThere() throws IOException {
        assertEquals("old", Files.readString(destination));
        assertFalse(Files.exists(temporary));
    }

    @Test
    void aSoundCopyTakesThePlaceOfTheFile() throws IOException {
        byte[] rdb = RdbFiles.of(directory, "k");
        IncomingFile file = file(true);
        file.put(Arrays.copyOf(rdb, 10));
        file.put(Arrays.copyOfRange(rdb, 10, rdb.length));
        file.end(0);
        file.run();
        assertEquals(List.of("complete"), told);
        assertArrayEquals(rdb, Files.readAllBytes(destination));
        assertFalse(Files.exists(temporary));
    }

    @Test
    void whatCameBehindItIsCutOff() throws IOException {
        byte[] rdb = RdbFiles.of(directory, "k");
        IncomingFile file = file(true);
        file.put(rdb);
        file.put("mark".getBytes(StandardCharsets.US_ASCII));
        file.end(4);
        file.run();
        assertEquals(List.of("complete"), told);
        assertArrayEquals(rdb, Files.readAllBytes(destination));
    }

    @Test
    void aCopyThatIsCutOrChangedLeavesTheOldFile() throws IOException {
        byte[] rdb = RdbFiles.of(directory, "k");
        byte[] changed = rdb.clone();
        changed[rdb.length - 12] ^= 1;
        for (byte[] bad : List.of(Arrays.copyOf(rdb, rdb.length - 1), changed, new byte[0])) {
            told.clear();
            IncomingFile file = file(true);
            file.put(bad);
            file.end(0);
            file.run();
            assertEquals(1, told.size());
            assertFalse(told.getFirst().startsWith("complete"), told.getFirst());
            assertOldIsThere();
        }
    }

    /** One without keys may be the mistake of a primary that was started empty: it is put in place only on demand. */
    @Test
    void anEmptyCopyWaits() throws IOException {
        byte[] rdb = RdbFiles.of(directory);
        IncomingFile file = file(true);
        file.put(rdb);
        file.end(0);
        file.run();
        assertEquals(List.of("complete, wipes"), told);
        assertEquals("old", Files.readString(destination));
        file.putInPlaceIfHeld();
        assertArrayEquals(rdb, Files.readAllBytes(destination));
    }

    @Test
    void anEmptyCopyForNoDataWipesNothing() throws IOException {
        IncomingFile file = file(false);
        file.put(RdbFiles.of(directory));
        file.end(0);
        file.run();
        assertEquals(List.of("complete"), told);
        file.giveUp();
        assertOldIsThere();
    }

    @Test
    void aCopyThatIsGivenUpLeavesNothing() throws IOException {
        IncomingFile file = file(true);
        file.put(new byte[100]);
        file.giveUp();
        file.run();
        assertEquals(List.of(), told);
        assertOldIsThere();
    }

    @Test
    void whatComesTooFastIsHeldBackUntilMostIsWritten() throws IOException {
        IncomingFile file = file(true);
        byte[] piece = new byte[1 << 20];
        for (int i = 0; i < 8; i++) {
            file.put(piece);
        }
        assertEquals(List.of(), told);
        file.put(piece);
        file.put(piece);
        assertEquals(List.of("congested"), told);
        file.end(0);
        file.run();
        assertEquals(List.of("congested", "free"), told.subList(0, 2));
        assertOldIsThere();
    }

    @Test
    void aFileThatCannotBeMadeIsReported() throws IOException {
        Files.writeString(temporary, "of somebody else");
        IncomingFile file = file(true);
        file.put(RdbFiles.of(directory, "k"));
        file.end(0);
        file.run();
        assertTrue(told.getFirst().startsWith("Opening the temp file needed for MASTER <-> REPLICA synchronization: "));
        assertEquals("old", Files.readString(destination));
    }

    @Test
    void aWorkerThatTakesAllBeforeTheLoopLooksLeavesNobodyWaiting() {
        List<Runnable> loop = new ArrayList<>();
        IncomingFile file = new IncomingFile(
                new IncomingFile.Settings(temporary, destination, true, 16), loop::add, () -> true, listener);
        for (int i = 0; i < 3; i++) {
            file.put(new byte[4 << 20]);
        }
        file.end(0);
        file.run(); // which ends in a copy that is no RDB
        loop.forEach(Runnable::run);
        assertFalse(told.contains("congested"), told.toString());
    }
}
