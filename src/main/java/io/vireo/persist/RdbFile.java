package io.vireo.persist;

import io.vireo.base.Disk;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The RDB file of a node, and how a new one takes its place.
 *
 * <p>A new file is written beside the old one as {@code temp-<pid>.rdb}, flushed to the disk, renamed over the old one,
 * and then the directory is flushed. So at any moment, a loss of power included, the name stands for one whole file:
 * the old one until the rename has reached the disk, the new one from then on.
 */
@RunsOn(Loop.WORKER)
public final class RdbFile {
    private final Path directory;
    private final String name;
    private final long pid;

    /**
     * @param directory where the file is, {@code dir}
     * @param name of the file in it, {@code dbfilename}
     */
    public RdbFile(Path directory, String name) {
        this(directory, name, ProcessHandle.current().pid());
    }

    RdbFile(Path directory, String name, long pid) {
        this.directory = directory;
        this.name = name;
        this.pid = pid;
    }

    public Path path() {
        return directory.resolve(name);
    }

    /**
     * Starts a new file.
     *
     * @param syncEvery bytes between two flushes while it is written; 0 leaves all to {@link Draft#commit}
     * @throws IOException with Redis's words, if it cannot be created
     */
    public Draft begin(long syncEvery) throws IOException {
        Path temporary = temporary();
        try {
            return new Draft(temporary, new RdbFileSink(temporary, syncEvery));
        } catch (IOException e) {
            throw new IOException(
                    "Failed opening the temp RDB file " + temporary.getFileName() + " (in server root dir "
                            + directory.toAbsolutePath().normalize() + ") for saving: " + reason(e),
                    e);
        }
    }

    private Path temporary() {
        return directory.resolve("temp-" + pid + ".rdb");
    }

    /** Removes the new file that this process is writing, if there is one, for a process that ends in the midst of it. */
    public void removeDraft() {
        try {
            Files.deleteIfExists(temporary());
        } catch (IOException e) {
            // Nothing is left to do for it; the next start looks for leftovers.
        }
    }

    /**
     * Removes what writers that were killed have left: temporary files of processes that are no more, and of this one,
     * which has just started.
     *
     * @return how many were removed
     */
    public int removeLeftovers() throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "temp-*.rdb")) {
            for (Path file : files) {
                long writer = writerOf(file);
                if (writer == pid || writer > 0 && ProcessHandle.of(writer).isEmpty()) {
                    removed += Files.deleteIfExists(file) ? 1 : 0;
                }
            }
        }
        return removed;
    }

    /** The process in {@code temp-<pid>.rdb}, or -1 for a name of another form. */
    private static long writerOf(Path file) {
        String text = file.getFileName().toString();
        String digits = text.substring("temp-".length(), text.length() - ".rdb".length());
        boolean isNumber =
                !digits.isEmpty() && digits.length() < 19 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Long.parseLong(digits) : -1;
    }

    /** Why a file could not be had, in the system's words. */
    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "Permission denied";
        }
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** A new file that is not in its place yet. Closing it without {@link #commit()} removes it. */
    public final class Draft implements Closeable {
        private final Path temporary;
        private final RdbFileSink sink;
        private boolean committed;

        private Draft(Path temporary, RdbFileSink sink) {
            this.temporary = temporary;
            this.sink = sink;
        }

        public RdbSink sink() {
            return sink;
        }

        /** Puts the file in its place, and returns when it would survive a loss of power there. */
        public void commit() throws IOException {
            sink.sync();
            sink.close();
            try {
                Files.move(temporary, path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new IOException(
                        "Error moving temp DB file " + temporary.getFileName() + " on the final destination " + name
                                + " (in server root dir "
                                + directory.toAbsolutePath().normalize() + "): " + reason(e),
                        e);
            }
            committed = true;
            try {
                Disk.syncDirectory(directory);
            } catch (IOException e) {
                throw new IOException("Failed to fsync directory while saving DB: " + reason(e), e);
            }
        }

        @Override
        public void close() throws IOException {
            sink.close();
            if (!committed) {
                Files.deleteIfExists(temporary);
            }
        }
    }
}
