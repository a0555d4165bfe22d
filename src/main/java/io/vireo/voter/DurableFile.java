package io.vireo.voter;

import io.vireo.base.Disk;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A small file that is replaced as a whole: whoever reads it, also after a loss of power, finds the old content or the new
 * one. Reading and
 * writing block: they are for threads that may, one at a time.
 */
@RunsOn(Loop.ANY)
public final class DurableFile {
    private final Path file;

    /**
     * A file that need not exist yet.
     *
     * @param file in a directory that exists when it is written
     */
    public DurableFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** Gives the content; empty if there is no such file. */
    public Optional<byte[]> read() throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Writes beside the file, to the disk, and renames. When this returns, a loss of power does not take it back. */
    public void replace(byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Disk.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        Disk.syncDirectory(file.getParent());
    }
}
