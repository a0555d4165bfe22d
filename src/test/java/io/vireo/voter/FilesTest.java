package io.vireo.voter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.topology.ConsistencyMode;
import io.vireo.topology.Epoch;
import io.vireo.topology.GroupRecord;
import io.vireo.topology.Incarnation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of voters and nodes, whole and damaged. */
class FilesTest {
    private static final GroupRecord RECORD = new GroupRecord(
            new Epoch(7),
            19,
            Some.A,
            Set.of(new Incarnation(Some.A, -5), new Incarnation(Some.B, Long.MAX_VALUE)),
            ConsistencyMode.STRONG);

    private static final List<VoterMemory> VOTERS = List.of(
            VoterMemory.unborn(3),
            new VoterMemory(-1, Optional.of(Votes.NONE), Set.of(1L, 2L, -1L), false),
            new VoterMemory(4, Optional.of(new Votes(new Epoch(8), 77, Optional.of(RECORD))), Set.of(), true));

    private static final NodeMemory NODE = new NodeMemory(Some.A, -9, new Epoch(12), true);

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenIsRead() throws IOException {
        for (VoterMemory memory : VOTERS) {
            assertEquals(memory, VoterFile.read(VoterFile.bytes(memory)));
        }
        assertEquals(NODE, NodeFile.read(NodeFile.bytes(NODE)));
    }

    @Test
    void aTornFileIsDamagedWhereverItEnds() {
        byte[] whole = VoterFile.bytes(VOTERS.getLast());
        for (int length = 0; length < whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            assertThrows(SealedFile.Damaged.class, () -> VoterFile.read(torn));
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThrows(SealedFile.Damaged.class, () -> VoterFile.read(longer));
    }

    @Test
    void aFlippedBitIsNoticedWhereverItIs() {
        byte[] whole = NodeFile.bytes(NODE);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(SealedFile.Damaged.class, () -> NodeFile.read(flipped));
        }
    }

    @Test
    void anotherVersionIsRefusedByName() {
        byte[] later = SealedFile.seal(VoterFile.KIND, 2, out -> out.writeLong(1));

        IOException e = assertThrows(SealedFile.UnknownVersion.class, () -> VoterFile.read(later));

        assertTrue(e.getMessage().contains("VIREOVTR of version 2; this program knows version 1"), e.getMessage());
    }

    @Test
    void aFileOfTheOtherKindIsDamaged() {
        assertThrows(SealedFile.Damaged.class, () -> VoterFile.read(NodeFile.bytes(NODE)));
        assertThrows(SealedFile.Damaged.class, () -> NodeFile.read(VoterFile.bytes(VOTERS.getFirst())));
    }

    @Test
    void aFileIsReplacedAsAWhole() throws IOException {
        DurableFile file = new DurableFile(folder.resolve(VoterFile.NAME));
        assertEquals(Optional.empty(), file.read());

        file.replace(new byte[] {1, 2, 3});
        file.replace(new byte[] {4});

        assertArrayEquals(new byte[] {4}, file.read().orElseThrow());
        try (var left = Files.list(folder)) {
            assertEquals(List.of(folder.resolve(VoterFile.NAME)), left.toList());
        }
    }

    @Test
    void whatAnInterruptedWriteLeftIsInNobodysWay() throws IOException {
        DurableFile file = new DurableFile(folder.resolve(NodeFile.NAME));
        file.replace(new byte[] {1});
        Files.write(folder.resolve(NodeFile.NAME + ".new"), new byte[100]);

        assertArrayEquals(new byte[] {1}, file.read().orElseThrow());
        file.replace(new byte[] {2});

        assertArrayEquals(new byte[] {2}, file.read().orElseThrow());
        assertFalse(Files.exists(folder.resolve(NodeFile.NAME + ".new")));
    }

    @Test
    void aFileThatCannotBeWrittenKeepsItsContent() throws IOException {
        DurableFile file = new DurableFile(folder.resolve(NodeFile.NAME));
        file.replace(new byte[] {1});
        Files.createDirectory(folder.resolve(NodeFile.NAME + ".new"));

        assertThrows(IOException.class, () -> file.replace(new byte[] {2}));

        assertArrayEquals(new byte[] {1}, file.read().orElseThrow());
    }
}
