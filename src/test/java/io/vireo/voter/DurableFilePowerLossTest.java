package io.vireo.voter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.disk.EveryMoment;
import io.vireo.testkit.disk.PowerLossDisk;
import io.vireo.topology.Epoch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a voter has promised, after a loss of power at any moment: what it has said, or that and what it was about to say. */
class DurableFilePowerLossTest {
    private static final int PROMISES = 12;
    private static final int WAYS = 12;

    private final PowerLossDisk disk = new PowerLossDisk();

    private static DurableFile file(PowerLossDisk disk) {
        Path folder = disk.root();
        return new DurableFile(folder.resolve(VoterFile.NAME));
    }

    private static byte[] promise(long epoch) {
        return VoterFile.bytes(
                new VoterMemory(4, Optional.of(new Votes(new Epoch(epoch), 1, Optional.empty())), Set.of(), true));
    }

    private static long promised(PowerLossDisk disk) throws IOException {
        Optional<byte[]> content = file(disk).read();
        return content.isEmpty()
                ? 0
                : VoterFile.read(content.get()).votes().orElseThrow().promised().number();
    }

    @Test
    void aVoterRemembersWhatItHasPromised() throws Exception {
        long[] said = new long[1];
        Set<Long> ahead = new TreeSet<>();
        long judged = EveryMoment.of(
                disk,
                WAYS,
                () -> {
                    for (long epoch = 1; epoch <= PROMISES; epoch++) {
                        file(disk).replace(promise(epoch));
                        said[0] = epoch;
                    }
                },
                after -> {
                    long found = promised(after);
                    assertTrue(found == said[0] || found == said[0] + 1, found + " after " + said[0]);
                    ahead.add(found - said[0]);
                    file(after).replace(promise(99));
                    assertEquals(99, promised(after.crash(0)));
                });
        assertEquals(Set.of(0L, 1L), ahead);
        assertTrue(judged >= PROMISES * 5 * WAYS, judged + " judged");
    }

    @Test
    void aFullDiskOrAFailedFlushLeavesTheOldPromise() throws IOException {
        file(disk).replace(promise(1));
        disk.fillAtWrite(1);
        assertThrows(IOException.class, () -> file(disk).replace(promise(2)));
        disk.makeRoom();
        for (int seed = 0; seed < 50; seed++) {
            assertEquals(1, promised(disk.crash(seed)));
        }
        disk.failFlush(1);
        assertThrows(IOException.class, () -> file(disk).replace(promise(2)));
        assertEquals(1, promised(disk));
        file(disk).replace(promise(3));
        assertEquals(3, promised(disk.crash(0)));
    }
}
