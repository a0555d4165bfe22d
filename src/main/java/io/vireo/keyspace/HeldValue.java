package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import java.util.HashMap;
import java.util.Map;

/**
 * A large value that a cut copies out piece by piece, over several slices. Its blob is held until then: the entry may go
 * and the bytes may change, but a group of bytes that is about to change is saved first.
 */
@RunsOn(Loop.KEYSPACE)
final class HeldValue extends HeldEntry {
    /** How many bytes a write takes out at once: never the whole value. */
    static final int GROUP_BYTES = 64 * 1024;

    final int ref;
    final int length;
    private final Arena arena;
    private int written;
    private final Map<Integer, byte[]> saved = new HashMap<>();

    HeldValue(Arena arena, int db, byte[] key, long expireAtMs, int ref, int length) {
        super(db, key, expireAtMs);
        this.arena = arena;
        this.ref = ref;
        this.length = length;
    }

    @Override
    void writeHead(CutChunks to) {
        to.longHead(this);
    }

    @Override
    boolean writeNext(CutChunks to) {
        if (written < length) {
            to.piece(this, arena.address(ref));
        }
        return written < length;
    }

    @Override
    void end() {
        if (isOrphaned()) {
            arena.free(ref);
        }
    }

    /** Saves what a write of this range would destroy and is not yet written. Returns how many bytes that took. */
    int beforeWrite(long address, int from, int to) {
        int bytes = 0;
        int end = Math.min(to, length);
        for (int group = Math.max(from, written) / GROUP_BYTES; group * (long) GROUP_BYTES < end; group++) {
            int start = group * GROUP_BYTES;
            if (start >= written && !saved.containsKey(group)) {
                byte[] copy = new byte[Math.min(GROUP_BYTES, length - start)];
                RawMemory.copyOut(address + start, copy, 0, copy.length);
                saved.put(group, copy);
                bytes += copy.length;
            }
        }
        return bytes;
    }

    /** Length of the next piece; pieces are groups. */
    int nextLength() {
        return Math.min(GROUP_BYTES, length - written);
    }

    /** Copies the next piece as it was at the cut. */
    void copyNext(long address, byte[] to, int at) {
        int bytes = nextLength();
        byte[] copy = saved.remove(written / GROUP_BYTES);
        if (copy != null) {
            System.arraycopy(copy, 0, to, at, bytes);
        } else {
            RawMemory.copyOut(address + written, to, at, bytes);
        }
        written += bytes;
    }
}
