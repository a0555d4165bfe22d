package io.vireo.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What makes files, and their names, survive a loss of power; and how large ones go. */
@RunsOn(Loop.ANY)
public final class Disk {
    private Disk() {}

    /** Writes a file, in the place of what it held; the content is on the disk when this returns, the name need not be. */
    public static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /**
     * Deletes a file, if it is there. What it holds is freed by a thread of its own, since that takes long where it is much.
     *
     * @return whether it was there
     */
    public static boolean delete(Path file) throws IOException {
        FileChannel held;
        try {
            held = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return false;
        }
        try {
            Files.delete(file);
        } finally {
            Thread.ofPlatform().daemon().name("vireo-free-file").start(() -> close(held));
        }
        return true;
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The file has no name any more: the system frees it when the process ends, if not now.
        }
    }

    /** Returns when what was created, renamed and deleted in a directory is so on the disk. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
