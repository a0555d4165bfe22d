package io.vireo.value;

import io.vireo.base.IntSet;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;

/**
 * Packed lists in their order as they were at one moment:
 *
 * <pre>
 *   i32 nodes, then of each: i32 length, packed list
 * </pre>
 *
 * <p>A node is written from its blob. One that is still to be written is not changed: its owner copies it first, and
 * leaves the old blob here.
 */
@RunsOn(Loop.KEYSPACE)
final class HeldNodes implements HeldContent {
    private static final int PART_BYTES = 64 * 1024;

    private final Arena arena;
    private final int[] refs;
    private final long size;
    private final Runnable onEnd;
    private final IntSet unwritten = new IntSet();
    private final IntSet orphans = new IntSet();
    private boolean begun;
    private int next;
    private int writtenOfNext;

    HeldNodes(Arena arena, int[] refs, long size, Runnable onEnd) {
        this.arena = arena;
        this.refs = refs;
        this.size = size;
        this.onEnd = onEnd;
        for (int ref : refs) {
            unwritten.add(ref);
        }
    }

    @Override
    public long size() {
        return size;
    }

    /** Whether a blob must stay as it is. */
    boolean needs(int ref) {
        return unwritten.contains(ref) && !orphans.contains(ref);
    }

    /** A blob that is needed is nobody else's any more: it is freed here. */
    void orphan(int ref) {
        orphans.add(ref);
    }

    @Override
    public boolean writeNext(ContentSink to) {
        if (!begun) {
            begun = true;
            to.putInt(refs.length);
        }
        for (int part = 0; part < PART_BYTES && next < refs.length; ) {
            part += writePiece(to);
        }
        return next < refs.length;
    }

    private int writePiece(ContentSink to) {
        int ref = refs[next];
        long address = arena.address(ref);
        int bytes = RawMemory.getInt(address);
        if (writtenOfNext == 0) {
            to.putInt(bytes);
        }
        int piece = Math.min(PART_BYTES, bytes - writtenOfNext);
        to.putBytes(address + writtenOfNext, piece);
        writtenOfNext += piece;
        if (writtenOfNext == bytes) {
            writtenOfNext = 0;
            next++;
            unwritten.remove(ref);
            if (orphans.remove(ref)) {
                arena.free(ref);
            }
        }
        return piece;
    }

    @Override
    public void end() {
        for (int i = next; i < refs.length; i++) {
            if (orphans.contains(refs[i])) {
                arena.free(refs[i]);
            }
        }
        onEnd.run();
    }
}
