package io.vireo.testkit.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The disk itself: it is as treacherous as a real one, and no more. */
class PowerLossDiskTest {
    private static final int SEEDS = 200;

    private final PowerLossDisk disk = new PowerLossDisk();
    private final Path file = disk.root().resolve("file");

    private static String shown(PowerLossDisk disk, String name) throws IOException {
        Path path = disk.root().resolve(name);
        return Files.exists(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "none";
    }

    /** Everything that a file can be after a loss of power. */
    private Set<String> outcomes(String name) throws IOException {
        Set<String> all = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            all.add(shown(disk.crash(seed), name));
        }
        return all;
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void aNameIsSafeByItsDirectoryAndBytesByTheirFile() throws IOException {
        try (FileChannel channel = open()) {
            write(channel, "abc");
            assertEquals(Set.of("none", "", "a", "ab", "abc", "\0\0\0"), outcomes("file"));
            Disk.syncDirectory(disk.root());
            assertEquals(Set.of("", "a", "ab", "abc", "\0\0\0"), outcomes("file"));
            channel.force(false);
            assertEquals(Set.of("abc"), outcomes("file"));
        }
    }

    @Test
    void aForcedFileMayHaveNoName() throws IOException {
        Disk.write(file, new byte[] {'a'});
        assertEquals(Set.of("none", "a"), outcomes("file"));
    }

    @Test
    void aRenameHappensAsAWholeOrNotAtAll() throws IOException {
        Disk.write(file, new byte[] {'o'});
        Path fresh = disk.root().resolve("fresh");
        Disk.write(fresh, new byte[] {'n'});
        disk.settle();
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        Set<String> both = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            PowerLossDisk after = disk.crash(seed);
            both.add(shown(after, "file") + " " + shown(after, "fresh"));
        }
        assertEquals(Set.of("n none", "o n"), both);
        Disk.syncDirectory(disk.root());
        assertEquals(Set.of("n"), outcomes("file"));
        assertEquals(Set.of("none"), outcomes("fresh"));
    }

    @Test
    void aRenameOfUnsafeBytesMayLeaveNothingOfThem() throws IOException {
        try (FileChannel channel = open()) {
            write(channel, "abc");
        }
        Path to = disk.root().resolve("to");
        Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
        Disk.syncDirectory(disk.root());
        assertTrue(outcomes("to").containsAll(Set.of("", "abc", "\0\0\0")));
    }

    @Test
    void sectorsReachTheDiskInAnyOrder() throws IOException {
        String sector = "x".repeat(PowerLossDisk.SECTOR_BYTES);
        String zeros = sector.replace('x', '\0');
        try (FileChannel channel = open()) {
            write(channel, sector + sector);
        }
        assertTrue(outcomes("file").contains(zeros + sector));
    }

    @Test
    void whatLiesInADirectoryIsLostWithItsName() throws IOException {
        Path directory = Files.createDirectory(disk.root().resolve("d"));
        Path inner = directory.resolve("f");
        Disk.write(inner, new byte[] {'a'});
        Disk.syncDirectory(directory);
        assertEquals(Set.of("none", "a"), outcomes("d/f"));
        Disk.syncDirectory(disk.root());
        assertEquals(Set.of("a"), outcomes("d/f"));
    }

    @Test
    void twoNamesOfAFileShareItsBytes() throws IOException {
        Disk.write(file, new byte[] {'a'});
        Path other = Files.createLink(disk.root().resolve("other"), file);
        Disk.syncDirectory(disk.root());
        Files.delete(file);
        Disk.write(other, new byte[] {'b'});
        assertEquals(Set.of("none", "b"), outcomes("file"));
        assertEquals(Set.of("b"), outcomes("other"));
    }

    @Test
    void aFullDiskTakesAPartAndThenNothing() throws IOException {
        try (FileChannel channel = open()) {
            disk.fillAtWrite(2);
            write(channel, "first ");
            ByteBuffer second = ByteBuffer.wrap("second".getBytes(StandardCharsets.ISO_8859_1));
            assertEquals(3, channel.write(second));
            IOException e = assertThrows(IOException.class, () -> channel.write(second));
            assertEquals("No space left on device", e.getMessage());
            assertEquals("first sec", Files.readString(file));
            disk.makeRoom();
            channel.write(second);
        }
        assertEquals("first second", Files.readString(file));
    }

    @Test
    void whatAFailedFlushLeftUndoneNoLaterFlushMakesGood() throws IOException {
        try (FileChannel channel = open()) {
            Disk.syncDirectory(disk.root());
            write(channel, "a");
            disk.failFlush(1);
            assertThrows(IOException.class, () -> channel.force(false));
            write(channel, "b");
            channel.force(false);
            assertEquals("ab", Files.readString(file));
            assertEquals(Set.of("ab", "\0b"), outcomes("file"));
        }
    }

    @Test
    void filesAreFoundAsOnAnyDisk() throws IOException {
        Path directory = Files.createDirectories(disk.root().resolve("a/b"));
        Files.writeString(directory.resolve("temp-1.rdb"), "x");
        Files.writeString(directory.resolve("dump.rdb"), "four");
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "temp-*.rdb")) {
            stream.forEach(path -> found.add(path.toString()));
        }
        assertEquals(List.of("/a/b/temp-1.rdb"), found);
        assertEquals(4, Files.size(directory.resolve("../b/dump.rdb")));
        assertTrue(Files.isDirectory(directory));
        assertThrows(NoSuchFileException.class, () -> Files.readString(directory.resolve("none")));
        assertThrows(
                NoSuchFileException.class, () -> Files.writeString(disk.root().resolve("no/f"), ""));
        assertTrue(Files.deleteIfExists(directory.resolve("dump.rdb")));
        assertEquals(List.of("/", "/a", "/a/b", "/a/b/temp-1.rdb"), disk.paths());
    }
}
