package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.disk.EveryMoment;
import io.vireo.testkit.disk.PowerLossDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full copy that takes the place of a replica's own dump: one of the two is there whole, whatever the disk does. */
class IncomingFilePowerLossTest {
    private static final int WAYS = 20;
    private static final int PIECE_BYTES = 512;

    @TempDir
    private Path elsewhere;

    private final PowerLossDisk disk = new PowerLossDisk();
    private final Path destination = disk.root().resolve("dump.rdb");
    private final List<String> told = new ArrayList<>();
    private byte[] old;
    private byte[] copy;

    @BeforeEach
    void begin() throws IOException {
        old = RdbFiles.of(elsewhere, "old");
        copy = RdbFiles.of(
                elsewhere, IntStream.range(0, 500).mapToObj(i -> "key " + i).toArray(String[]::new));
        Files.write(destination, old);
        disk.settle();
    }

    /** The copy and some bytes behind it, as they come when its length is not announced. */
    private void receive(String temporary, byte[] rdb) {
        IncomingFile file = new IncomingFile(
                new IncomingFile.Settings(disk.root().resolve(temporary), destination, true, 16),
                Runnable::run,
                () -> true,
                new Listener());
        for (int at = 0; at < rdb.length; at += PIECE_BYTES) {
            file.put(Arrays.copyOfRange(rdb, at, Math.min(rdb.length, at + PIECE_BYTES)));
        }
        file.put(new byte[40]);
        file.end(40);
        file.run();
    }

    private final class Listener implements IncomingCopy.Listener {
        @Override
        public void congested(boolean isCongested) {
            throw new AssertionError("little waits here");
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
    }

    private static byte[] dump(PowerLossDisk disk) throws IOException {
        Path file = disk.root().resolve("dump.rdb");
        return Files.readAllBytes(file);
    }

    @Test
    void theOldDumpOrTheCopyIsThereWhole() throws Exception {
        int[] found = new int[2];
        long judged = EveryMoment.of(disk, WAYS, () -> receive("temp-1.rdb", copy), after -> {
            byte[] dump = dump(after);
            boolean isOld = Arrays.equals(old, dump);
            assertTrue(isOld && told.isEmpty() || Arrays.equals(copy, dump), isOld ? "old when told" : "neither");
            found[isOld ? 0 : 1]++;
        });
        assertEquals(List.of("complete"), told);
        assertTrue(found[0] > WAYS && found[1] > WAYS, found[0] + " old, " + found[1] + " new");
        assertTrue(judged > 10 * WAYS, judged + " judged");
    }

    @Test
    void aFullDiskOrAFailedFlushLeavesTheOldDump() throws IOException {
        disk.fillAtWrite(3);
        receive("temp-1.rdb", copy);
        disk.makeRoom();
        disk.failFlush(1);
        receive("temp-2.rdb", copy);
        assertEquals(
                List.of(
                        "Write error or short write writing to the DB dump file needed for MASTER <-> REPLICA"
                                + " synchronization: No space left on device",
                        "Input/output error"),
                told);
        assertEquals(List.of("/", "/dump.rdb"), disk.paths());
        for (int seed = 0; seed < 50; seed++) {
            assertArrayEquals(old, dump(disk.crash(seed)));
        }
        receive("temp-3.rdb", copy);
        assertArrayEquals(copy, dump(disk.crash(0)));
    }

    @Test
    void aCopyWithoutKeysWaitsUnderItsOwnNameAndThenTakesThePlace() throws Exception {
        byte[] empty = RdbFiles.of(elsewhere);
        IncomingFile file = new IncomingFile(
                new IncomingFile.Settings(disk.root().resolve("temp-1.rdb"), destination, true, 16),
                Runnable::run,
                () -> true,
                new Listener());
        file.put(empty);
        file.end(0);
        file.run();
        assertEquals(List.of("complete, wipes"), told);
        for (int seed = 0; seed < 50; seed++) {
            assertArrayEquals(old, dump(disk.crash(seed)));
        }
        EveryMoment.of(disk, WAYS, file::putInPlaceIfHeld, after -> {
            byte[] dump = dump(after);
            assertTrue(Arrays.equals(old, dump) || Arrays.equals(empty, dump));
        });
        assertArrayEquals(empty, dump(disk.crash(0)));
    }
}
