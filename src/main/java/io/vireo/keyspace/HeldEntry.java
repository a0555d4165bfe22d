package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** An entry whose value a cut copies out in parts, over several slices. */
@RunsOn(Loop.KEYSPACE)
abstract class HeldEntry {
    final int db;
    final byte[] key;
    final long expireAtMs;
    private AccessNote note = AccessNote.NONE;
    private int access;
    private boolean headWritten;
    private boolean orphaned;
    private long keptBytes;

    HeldEntry(int db, byte[] key, long expireAtMs) {
        this.db = db;
        this.key = key;
        this.expireAtMs = expireAtMs;
    }

    /** Has the use of the entry told as it was at the cut, by its access bits. */
    final void used(AccessNote newNote, int bits) {
        note = newNote;
        access = bits;
    }

    /** Writes a part. Returns whether there is more. */
    final boolean write(CutChunks to) {
        if (!headWritten) {
            headWritten = true;
            to.access(note, access);
            writeHead(to);
        }
        return writeNext(to);
    }

    /** Whether something of it is on its way: parts of one entry stand together. */
    final boolean isBegun() {
        return headWritten;
    }

    /** Nobody else needs the value any more, of so many bytes: it is this one's to free at the end. */
    final void orphan(long bytes) {
        orphaned = true;
        keptBytes = bytes;
    }

    /** Memory that would be free without the cut. */
    final long keptBytes() {
        return keptBytes;
    }

    final boolean isOrphaned() {
        return orphaned;
    }

    /** Writes what comes before the parts. */
    abstract void writeHead(CutChunks to);

    /** Writes the next part, if there is one. Returns whether there is more. */
    abstract boolean writeNext(CutChunks to);

    /** Lets the value go, written or not. */
    abstract void end();
}
