package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RdbFileTest {
    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void write(RdbSink sink, String text) throws IOException {
        byte[] bytes = CutRecords.bytes(text);
        sink.write(bytes, 0, bytes.length);
    }

    @Test
    void theOldFileStaysUntilTheNewOneIsComplete() throws IOException {
        RdbFile file = new RdbFile(directory, "dump.rdb");
        Files.writeString(file.path(), "old");
        try (RdbFile.Draft draft = file.begin(0)) {
            write(draft.sink(), "new");
            assertEquals("old", Files.readString(file.path()));
            assertEquals(List.of("dump.rdb", "temp-" + PID + ".rdb"), names());
            draft.commit();
        }
        assertEquals("new", Files.readString(file.path()));
        assertEquals(List.of("dump.rdb"), names());
    }

    @Test
    void aDraftThatIsGivenUpLeavesNothing() throws IOException {
        RdbFile file = new RdbFile(directory, "dump.rdb");
        Files.writeString(file.path(), "old");
        try (RdbFile.Draft draft = file.begin(0)) {
            write(draft.sink(), "half");
        }
        assertEquals("old", Files.readString(file.path()));
        assertEquals(List.of("dump.rdb"), names());
    }

    @Test
    void allBytesArriveWhateverTheFlushes() throws IOException {
        byte[] bytes = new byte[3 << 20];
        new java.util.Random(1).nextBytes(bytes);
        Path path = directory.resolve("f");
        try (RdbFileSink sink = new RdbFileSink(path, 1 << 20)) {
            for (int at = 0; at < bytes.length; at += 100_000) {
                sink.write(bytes, at, Math.min(100_000, bytes.length - at));
            }
            sink.sync();
            assertEquals(bytes.length, sink.position());
        }
        assertArrayEquals(bytes, Files.readAllBytes(path));
    }

    @Test
    void aDirectoryThatIsNotThereIsToldInRedissWords() {
        RdbFile file = new RdbFile(directory.resolve("gone"), "dump.rdb");
        IOException e = assertThrows(IOException.class, () -> file.begin(0));
        assertEquals(
                "Failed opening the temp RDB file temp-" + PID + ".rdb (in server root dir " + directory.resolve("gone")
                        + ") for saving: No such file or directory",
                e.getMessage());
    }

    @Test
    void aNameThatCannotBeTakenIsToldInRedissWords() throws IOException {
        Files.createDirectories(directory.resolve("dump.rdb/full"));
        RdbFile file = new RdbFile(directory, "dump.rdb");
        try (RdbFile.Draft draft = file.begin(0)) {
            write(draft.sink(), "new");
            IOException e = assertThrows(IOException.class, draft::commit);
            assertTrue(
                    e.getMessage()
                            .startsWith("Error moving temp DB file temp-" + PID
                                    + ".rdb on the final destination dump.rdb (in server root dir " + directory
                                    + "): "),
                    e.getMessage());
        }
        assertEquals(List.of("dump.rdb"), names());
    }

    @Test
    void onlyLeftoversOfProcessesThatAreGoneAreRemoved() throws IOException {
        long alive = ProcessHandle.current().parent().orElseThrow().pid();
        String gone = "temp-" + Integer.MAX_VALUE + ".rdb";
        for (String name : new String[] {
            gone, "temp-" + PID + ".rdb", "temp-" + alive + ".rdb", "temp-x.rdb", "temp-1700000000.5.rdb", "dump.rdb"
        }) {
            Files.writeString(directory.resolve(name), "x");
        }
        assertEquals(2, new RdbFile(directory, "dump.rdb").removeLeftovers());
        assertFalse(names().contains(gone));
        assertEquals(4, names().size());
    }
}
