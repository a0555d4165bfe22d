package io.vireo.aof;

import io.vireo.base.Disk;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.persist.RdbFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The directory of an append-only file, {@code dir/appenddirname}, and the order in which things reach the disk there.
 *
 * <p>A file is whole on the disk, with its name, before a manifest names it; a manifest takes the place of the one before
 * in one step; and a file is deleted only when the manifest on the disk does not need it. So at any moment, a loss of power
 * included, the manifest names files that are there and hold what they should.
 */
@RunsOn(Loop.ANY)
public final class AofDirectory {
    private static final String TEMPORARY = "temp-";

    private final Path home;
    private final Path directory;
    private final String prefix;

    /**
     * @param home {@code dir}
     * @param name {@code appenddirname}
     * @param prefix {@code appendfilename}
     */
    public AofDirectory(Path home, String name, String prefix) {
        this.home = home;
        this.directory = home.resolve(name);
        this.prefix = prefix;
    }

    /** What the names of the files begin with. */
    String prefix() {
        return prefix;
    }

    Path path(AofFile file) {
        return directory.resolve(file.name());
    }

    Path manifestPath() {
        return directory.resolve(prefix + ".manifest");
    }

    /** Where an incremental file lies that has no base yet: no manifest names it. */
    Path temporaryIncremental() {
        return directory.resolve(TEMPORARY + prefix + ".incr");
    }

    /** Where a base is written before it has a name. */
    Path temporaryBase() {
        return home.resolve(
                TEMPORARY + "rewriteaof-bg-" + ProcessHandle.current().pid() + ".aof");
    }

    private Path singleFile() {
        return home.resolve(prefix);
    }

    /** Whether there is anything to load. */
    public boolean exists() {
        return Files.exists(manifestPath()) || Files.isRegularFile(singleFile());
    }

    /** The manifest; empty where there is none. */
    AofManifest readManifest() throws IOException, AofException {
        Path file = manifestPath();
        if (!Files.exists(file)) {
            return AofManifest.EMPTY;
        }
        return AofManifest.parse(Files.readString(file, StandardCharsets.UTF_8));
    }

    /** Puts a manifest in the place of the one there is; either may be found after a loss of power until {@link #sync}. */
    void replaceManifest(AofManifest manifest) throws IOException {
        Path temporary = directory.resolve(TEMPORARY + prefix + ".manifest");
        Disk.write(temporary, manifest.text().getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, manifestPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns when the names in the directory are on the disk. */
    void sync() throws IOException {
        Disk.syncDirectory(directory);
    }

    /** Makes the directory, if it is not there. */
    void create() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
            Disk.syncDirectory(home);
        }
    }

    /** Creates an empty file whose name is on the disk when this returns. */
    FileChannel createFile(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            sync();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    /** Returns when files, and their names, are on the disk: they may have been copied here, or be a killed process's. */
    void sync(List<AofFile> files) throws IOException {
        for (AofFile file : files) {
            sync(path(file));
        }
        sync();
        Disk.syncDirectory(home);
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Gives a file that is whole on the disk another name, on the disk too. */
    void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync();
    }

    /**
     * Makes an RDB file a base: by a second name, since a file of a snapshot is never changed once it has its name, or
     * where the file system has no second names by a copy. The first name may be gone the next moment.
     */
    void adoptBase(Path rdb, AofFile base) throws IOException {
        Files.deleteIfExists(path(base)); // of an attempt that was cut short: no manifest names it
        try {
            Files.createLink(path(base), rdb);
            sync(path(base));
            sync();
        } catch (UnsupportedOperationException | FileSystemException e) {
            Path temporary = directory.resolve(TEMPORARY + prefix + ".base");
            Files.copy(rdb, temporary, StandardCopyOption.REPLACE_EXISTING);
            sync(temporary);
            move(temporary, path(base));
        }
    }

    /** Deletes files that no manifest on the disk names. */
    void delete(List<AofFile> files) throws IOException {
        for (AofFile file : files) {
            Files.deleteIfExists(path(file));
        }
    }

    /** Deletes what was being written when a process ended. */
    public void removeLeftovers() throws IOException {
        if (Files.isDirectory(directory)) {
            removeAll(directory, TEMPORARY + "*");
        }
        removeAll(home, TEMPORARY + "rewriteaof-*");
    }

    private static void removeAll(Path in, String pattern) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(in, pattern)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * Makes the one file of Redis before version 7 the base of a new manifest.
     *
     * @return whether there was one to be moved
     */
    boolean adoptSingleFile(AofManifest found) throws IOException {
        if (!Files.isRegularFile(singleFile())) {
            return false;
        }
        boolean isHalfDone = found.base() != null
                && found.base().name().equals(prefix)
                && found.incremental().isEmpty()
                && found.history().isEmpty();
        if (!found.equals(AofManifest.EMPTY) && !isHalfDone) {
            return false; // it is a leftover: what the manifest says is newer
        }
        create();
        AofFile base = new AofFile(prefix, 1, AofFile.Type.BASE);
        if (Files.exists(path(base))) {
            return false; // moved before, or by hand: what the manifest names is what is loaded
        }
        // First the manifest: where this is cut short between the two, the file is still found by its old name.
        sync(singleFile());
        replaceManifest(new AofManifest(base, List.of(), List.of()));
        sync();
        Files.move(singleFile(), path(base), StandardCopyOption.ATOMIC_MOVE);
        sync();
        Disk.syncDirectory(home);
        return true;
    }

    /** Bytes of a file. */
    long size(AofFile file) throws AofException {
        try {
            return Files.size(path(file));
        } catch (IOException e) {
            throw new AofException(
                    "Unable to obtain the AOF file " + file.name() + " length. stat: " + RdbFile.reason(e), e);
        }
    }
}
