package io.vireo.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** The permissions of a unix socket, from the octal mode of {@code unixsocketperm}. */
final class UnixSocketMode {
    private static final PosixFilePermission[] FROM_LOWEST_BIT = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ,
    };

    private UnixSocketMode() {}

    /** @param mode as {@code 0700}; 0 leaves what the process's mask gives */
    static void set(Path socket, int mode) throws IOException {
        if (mode == 0) {
            return;
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < FROM_LOWEST_BIT.length; bit++) {
            if ((mode & 1 << bit) != 0) {
                permissions.add(FROM_LOWEST_BIT[bit]);
            }
        }
        Files.setPosixFilePermissions(socket, permissions);
    }
}
