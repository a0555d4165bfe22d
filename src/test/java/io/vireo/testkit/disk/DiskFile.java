package io.vireo.testkit.disk;

import io.vireo.testkit.disk.PowerLossDisk.Fate;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What a name stands for: the bytes of a file, as they are and as they are safe, or a directory. */
final class DiskFile {
    private static final Set<PosixFilePermission> USUAL = PosixFilePermissions.fromString("rw-r--r--");
    private static final byte[] NOTHING = new byte[0];

    /** How sure a change is. */
    private enum State {
        /** Nobody has flushed it yet. */
        PENDING,
        /** A flush of it has failed. */
        DOUBTFUL,
        /** It is safe; kept only as long as a doubtful one comes before it. */
        SAFE
    }

    /** A write of some bytes at a place, or, where there are none, a truncation to this size. */
    private record Change(long at, byte[] bytes, State state) {
        boolean isTruncation() {
            return bytes == null;
        }

        Change in(State newState) {
            return new Change(at, bytes, newState);
        }

        byte[] on(byte[] content) {
            if (isTruncation()) {
                return Arrays.copyOf(content, (int) Math.min(at, content.length));
            }
            byte[] result = Arrays.copyOf(content, (int) Math.max(content.length, at + bytes.length));
            System.arraycopy(bytes, 0, result, (int) at, bytes.length);
            return result;
        }

        /** The size that it gives, and the bytes that were there before, or zeros. */
        byte[] sizeOn(byte[] content) {
            return isTruncation()
                    ? on(content)
                    : Arrays.copyOf(content, (int) Math.max(content.length, at + bytes.length));
        }

        Change upTo(int length) {
            return new Change(at, Arrays.copyOf(bytes, length), state);
        }
    }

    private final boolean isDirectory;
    private byte[] content;
    private byte[] safe;
    /** What was done since that is not all safe, in order. */
    private final List<Change> changes = new ArrayList<>();

    private Set<PosixFilePermission> permissions = USUAL;

    private DiskFile(boolean isDirectory, byte[] content) {
        this.isDirectory = isDirectory;
        this.content = content;
        this.safe = content;
    }

    static DiskFile empty() {
        return new DiskFile(false, NOTHING);
    }

    static DiskFile directory() {
        return new DiskFile(true, NOTHING);
    }

    boolean isDirectory() {
        return isDirectory;
    }

    byte[] content() {
        return content;
    }

    int size() {
        return content.length;
    }

    Set<PosixFilePermission> permissions() {
        return permissions;
    }

    void permissions(Set<PosixFilePermission> newPermissions) {
        permissions = Set.copyOf(newPermissions);
    }

    void write(long at, byte[] bytes) {
        change(new Change(at, bytes, State.PENDING));
    }

    void truncate(long size) {
        if (size < content.length) {
            change(new Change(size, null, State.PENDING));
        }
    }

    private void change(Change change) {
        content = change.on(content);
        changes.add(change);
    }

    /** All that was written is safe, but for what an earlier flush has failed to make so. */
    void flushed() {
        changes.replaceAll(change -> change.state == State.PENDING ? change.in(State.SAFE) : change);
        if (changes.stream().noneMatch(change -> change.state == State.DOUBTFUL)) {
            settle();
        }
    }

    void flushFailed() {
        changes.replaceAll(change -> change.state == State.PENDING ? change.in(State.DOUBTFUL) : change);
    }

    void settle() {
        safe = content;
        changes.clear();
    }

    /** The file as it is after a loss of power. */
    DiskFile crash(Fate fate, Random random) {
        List<Change> kept = switch (fate) {
            case LOSES ->
                changes.stream().filter(change -> change.state == State.SAFE).toList();
            case KEEPS -> changes;
            case CUTS -> cut(random);
            case ZEROES, MIXES -> List.of();
        };
        byte[] result = safe;
        for (Change change : kept) {
            result = change.on(result);
        }
        if (fate == Fate.ZEROES) {
            for (Change change : changes) {
                result = change.state == State.SAFE ? change.on(result) : change.sizeOn(result);
            }
        } else if (fate == Fate.MIXES) {
            result = mixed(random);
        }
        DiskFile after = new DiskFile(isDirectory, result);
        after.permissions = permissions;
        return after;
    }

    /** The changes up to some moment, of the last one a part. */
    private List<Change> cut(Random random) {
        int most = random.nextInt(changes.size() + 1);
        List<Change> kept = new ArrayList<>(changes.subList(0, most));
        if (most < changes.size()) {
            Change torn = changes.get(most);
            if (!torn.isTruncation() && torn.state != State.SAFE) {
                kept.add(torn.upTo(random.nextInt(torn.bytes.length + 1)));
            }
            changes.subList(most, changes.size()).stream()
                    .filter(change -> change.state == State.SAFE)
                    .forEach(kept::add);
        }
        return kept;
    }

    /** Each sector as some change has left it, or as it was before them; a size that the file has had. */
    private byte[] mixed(Random random) {
        List<byte[]> versions = new ArrayList<>();
        versions.add(safe);
        for (Change change : changes) {
            versions.add(change.on(versions.getLast()));
        }
        byte[] result = new byte[versions.get(random.nextInt(versions.size())).length];
        for (int at = 0; at < result.length; at += PowerLossDisk.SECTOR_BYTES) {
            byte[] from = versions.get(random.nextInt(versions.size()));
            int end = Math.min(at + PowerLossDisk.SECTOR_BYTES, Math.min(result.length, from.length));
            if (at < end) {
                System.arraycopy(from, at, result, at, end - at);
            }
        }
        for (Change change : changes) {
            if (change.state == State.SAFE) {
                result = change.on(result);
            }
        }
        return result;
    }
}
