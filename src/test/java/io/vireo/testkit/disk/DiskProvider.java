package io.vireo.testkit.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code java.nio.file.Files} asks of a disk in memory. */
final class DiskProvider extends FileSystemProvider {
    static final String SCHEME = "powerloss";

    private final PowerLossDisk disk;
    private final DiskFileSystem fileSystem;

    DiskProvider(PowerLossDisk disk, DiskFileSystem fileSystem) {
        this.disk = disk;
        this.fileSystem = fileSystem;
    }

    private static String name(Path path) {
        return path instanceof DiskPath ours
                ? ours.name()
                : DiskPath.plain(path).toString();
    }

    private DiskFile find(Path path) {
        return disk.names().get(name(path));
    }

    private DiskFile existing(Path path) throws NoSuchFileException {
        DiskFile file = find(path);
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return file;
    }

    /** Makes sure that a name can be made in its directory. */
    private void checkPlace(Path path) throws IOException {
        DiskFile parent = disk.names().get(DiskNames.parent(name(path)));
        if (parent == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (!parent.isDirectory()) {
            throw new FileSystemException(path.toString(), null, "Not a directory");
        }
    }

    // Files.

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        synchronized (disk) {
            boolean appends = options.contains(StandardOpenOption.APPEND);
            boolean writes = appends || options.contains(StandardOpenOption.WRITE);
            boolean isNew = options.contains(StandardOpenOption.CREATE_NEW);
            DiskFile file = find(path);
            if (file != null && isNew) {
                throw new FileAlreadyExistsException(path.toString());
            }
            if (file == null && (!writes || !isNew && !options.contains(StandardOpenOption.CREATE))) {
                throw new NoSuchFileException(path.toString());
            }
            if (file == null) {
                checkPlace(path);
                disk.changing();
                file = DiskFile.empty();
                disk.names().put(name(path), file);
            } else if (writes && file.isDirectory()) {
                throw new FileSystemException(path.toString(), null, "Is a directory");
            } else if (writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING) && file.size() > 0) {
                disk.changing();
                file.truncate(0);
            }
            boolean reads = options.contains(StandardOpenOption.READ) || !writes;
            return new DiskChannel(disk, name(path), file, new DiskChannel.Mode(reads, writes, appends));
        }
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        synchronized (disk) {
            List<CopyOption> how = List.of(options);
            DiskFile file = existing(from);
            DiskFile other = find(to);
            if (other != null && !how.contains(StandardCopyOption.ATOMIC_MOVE)) {
                if (!how.contains(StandardCopyOption.REPLACE_EXISTING)) {
                    throw new FileAlreadyExistsException(to.toString());
                }
            }
            if (file.isDirectory() || other != null && other.isDirectory()) {
                throw new FileSystemException(from.toString(), to.toString(), "Is a directory");
            }
            checkPlace(to);
            disk.changing();
            disk.names().rename(name(from), name(to));
        }
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
        synchronized (disk) {
            if (find(link) != null) {
                throw new FileAlreadyExistsException(link.toString());
            }
            DiskFile file = existing(existing);
            checkPlace(link);
            disk.changing();
            disk.names().put(name(link), file);
        }
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
        throw new UnsupportedOperationException("copying");
    }

    @Override
    public void delete(Path path) throws IOException {
        synchronized (disk) {
            DiskFile file = existing(path);
            if (file.isDirectory() && !disk.names().in(name(path)).isEmpty()) {
                throw new DirectoryNotEmptyException(path.toString());
            }
            disk.changing();
            disk.names().remove(name(path));
        }
    }

    // Directories.

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        synchronized (disk) {
            if (find(path) != null) {
                throw new FileAlreadyExistsException(path.toString());
            }
            checkPlace(path);
            disk.changing();
            disk.names().put(name(path), DiskFile.directory());
        }
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> found = new ArrayList<>();
        synchronized (disk) {
            if (!existing(directory).isDirectory()) {
                throw new NotDirectoryException(directory.toString());
            }
            for (String name : disk.names().in(name(directory))) {
                Path path = directory.resolve(name.substring(name.lastIndexOf('/') + 1));
                if (filter.accept(path)) {
                    found.add(path);
                }
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {
                // There is nothing to give back.
            }
        };
    }

    // What is known of files.

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        synchronized (disk) {
            existing(path);
        }
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        synchronized (disk) {
            return type.cast(new DiskAttributes(existing(path)));
        }
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException("attributes by name");
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return type.isAssignableFrom(DiskAttributes.View.class) ? type.cast(new DiskAttributes.View(path)) : null;
    }

    /** Permissions are not a matter of losing power: they change at once, and for good. */
    void permit(Path path, Set<PosixFilePermission> permissions) throws NoSuchFileException {
        synchronized (disk) {
            existing(path).permissions(permissions);
        }
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("attributes by name");
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
        return one.equals(other);
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("stores");
    }

    // The provider is that of one disk, and known to nobody else.

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException("a disk is made by its constructor");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        return fileSystem.getPath(uri.getSchemeSpecificPart());
    }
}
