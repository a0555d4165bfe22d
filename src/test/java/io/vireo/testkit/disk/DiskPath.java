package io.vireo.testkit.disk;

import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/**
 * A path on a disk in memory: one of the default file system in all but its file system, which is where slashes and dots
 * are known.
 */
record DiskPath(DiskFileSystem fileSystem, Path plain) implements Path {
    private DiskPath of(Path other) {
        return other == null ? null : new DiskPath(fileSystem, other);
    }

    /** The path on the default file system that reads like this one. */
    static Path plain(Path path) {
        if (path instanceof DiskPath ours) {
            return ours.plain;
        }
        throw new ProviderMismatchException("a path of another disk: " + path);
    }

    /** The absolute name without dots, with slashes. */
    String name() {
        return toAbsolutePath().normalize().toString();
    }

    @Override
    public DiskFileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return plain.isAbsolute();
    }

    @Override
    public Path getRoot() {
        return of(plain.getRoot());
    }

    @Override
    public Path getFileName() {
        return of(plain.getFileName());
    }

    @Override
    public Path getParent() {
        return of(plain.getParent());
    }

    @Override
    public int getNameCount() {
        return plain.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return of(plain.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return of(plain.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return plain.startsWith(plain(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return plain.endsWith(plain(other));
    }

    @Override
    public Path normalize() {
        return of(plain.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return of(plain.resolve(plain(other)));
    }

    @Override
    public Path relativize(Path other) {
        return of(plain.relativize(plain(other)));
    }

    @Override
    public URI toUri() {
        return URI.create(DiskProvider.SCHEME + ":" + name());
    }

    @Override
    public Path toAbsolutePath() {
        return isAbsolute() ? this : of(Path.of(DiskNames.ROOT).resolve(plain));
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath().normalize();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("watching");
    }

    @Override
    public int compareTo(Path other) {
        return plain.compareTo(plain(other));
    }

    @Override
    public String toString() {
        return plain.toString();
    }
}
