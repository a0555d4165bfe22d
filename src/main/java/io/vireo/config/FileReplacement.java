package io.vireo.config;

import io.vireo.base.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Replaces a small file in one step: whoever reads it, also after a loss of power, sees the old or the new one. */
final class FileReplacement {
    private static final Set<PosixFilePermission> MOST = PosixFilePermissions.fromString("rw-r--r--");

    private FileReplacement() {}

    /** Writes it beside the old one, to the disk, and renames it. */
    static void write(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + "."
                + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        try {
            try (FileChannel channel =
                    FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(fresh); // what the umask leaves
            mode.retainAll(MOST);
            Files.setPosixFilePermissions(fresh, mode);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
        Disk.syncDirectory(file.toAbsolutePath().getParent());
    }
}
