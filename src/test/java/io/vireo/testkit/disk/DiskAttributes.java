package io.vireo.testkit.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Set;

/** What is known of a file or directory. Nobody owns it, and it is of no time. */
record DiskAttributes(DiskFile file) implements PosixFileAttributes {
    private static final FileTime EPOCH = FileTime.fromMillis(0);

    @Override
    public Set<PosixFilePermission> permissions() {
        return new HashSet<>(file.permissions());
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public boolean isRegularFile() {
        return !file.isDirectory();
    }

    @Override
    public boolean isDirectory() {
        return file.isDirectory();
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public Object fileKey() {
        return file;
    }

    @Override
    public FileTime lastModifiedTime() {
        return EPOCH;
    }

    @Override
    public FileTime lastAccessTime() {
        return EPOCH;
    }

    @Override
    public FileTime creationTime() {
        return EPOCH;
    }

    @Override
    public UserPrincipal owner() {
        throw new UnsupportedOperationException("users");
    }

    @Override
    public GroupPrincipal group() {
        throw new UnsupportedOperationException("users");
    }

    /** The view by which permissions are set. */
    record View(Path path) implements PosixFileAttributeView {
        @Override
        public String name() {
            return "posix";
        }

        @Override
        public PosixFileAttributes readAttributes() throws IOException {
            return Files.readAttributes(path, PosixFileAttributes.class);
        }

        @Override
        public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
            ((DiskProvider) path.getFileSystem().provider()).permit(path, permissions);
        }

        @Override
        public void setTimes(FileTime modified, FileTime accessed, FileTime created) {
            throw new UnsupportedOperationException("times");
        }

        @Override
        public UserPrincipal getOwner() {
            throw new UnsupportedOperationException("users");
        }

        @Override
        public void setOwner(UserPrincipal owner) {
            throw new UnsupportedOperationException("users");
        }

        @Override
        public void setGroup(GroupPrincipal group) {
            throw new UnsupportedOperationException("users");
        }
    }
}
