package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import java.util.Arrays;

/**
 * Blobs in order, found by number. Their references lie in an array with room at both ends, so that coming and going costs
 * nothing there. A blob that a snapshot still needs is not changed: it is copied first, and left to the snapshot.
 */
@RunsOn(Loop.KEYSPACE)
final class BlobSequence {
    private static final int FEWEST = 4;

    private final Arena arena;
    private int[] refs = new int[FEWEST];
    private int head = FEWEST / 2;
    private int count;
    private long bytes;
    private HeldStream held;

    BlobSequence(Arena arena) {
        this.arena = arena;
    }

    int count() {
        return count;
    }

    /** Bytes of memory of all blobs, and of their references. */
    long memoryBytes() {
        return bytes + (long) refs.length * Integer.BYTES;
    }

    long address(int number) {
        return arena.address(refs[head + number]);
    }

    int capacity(int number) {
        return arena.capacity(refs[head + number]);
    }

    /** The blob of a number, to be changed in its first bytes, as many as were in use. Returns its address. */
    long toChange(int number, int usedBytes) {
        int ref = refs[head + number];
        if (held != null && held.needs(ref)) {
            int copy = arena.allocate(usedBytes);
            RawMemory.copy(arena.address(ref), arena.address(copy), usedBytes);
            refs[head + number] = copy;
            bytes += arena.capacity(copy) - arena.capacity(ref);
            held.orphan(ref);
            ref = copy;
        }
        return arena.address(ref);
    }

    /** Gives a blob that may be changed another size; it keeps what fits. Returns its address. */
    long resize(int number, int usedBytes, int newBytes) {
        int ref = refs[head + number];
        int before = arena.capacity(ref);
        int moved = arena.resize(ref, Math.min(usedBytes, newBytes), newBytes);
        bytes += arena.capacity(moved) - before;
        refs[head + number] = moved;
        return arena.address(moved);
    }

    /** Makes a new blob of a number, those from there on moving up. Returns its address. */
    long insert(int number, int newBytes) {
        int ref = arena.allocate(newBytes);
        makeRoom();
        if (number < count / 2) {
            System.arraycopy(refs, head, refs, head - 1, number);
            head--;
        } else {
            System.arraycopy(refs, head + number, refs, head + number + 1, count - number);
        }
        refs[head + number] = ref;
        count++;
        bytes += arena.capacity(ref);
        return arena.address(ref);
    }

    private void makeRoom() {
        if (head > 0 && head + count < refs.length) {
            return;
        }
        int length = Math.max(FEWEST, 3 * count);
        int newHead = (length - count) / 2;
        int[] newRefs = new int[length];
        System.arraycopy(refs, head, newRefs, newHead, count);
        refs = newRefs;
        head = newHead;
    }

    void remove(int number) {
        int ref = refs[head + number];
        if (number < count / 2) {
            System.arraycopy(refs, head, refs, head + 1, number);
            head++;
        } else {
            System.arraycopy(refs, head + number + 1, refs, head + number, count - number - 1);
        }
        count--;
        bytes -= arena.capacity(ref);
        if (held != null && held.needs(ref)) {
            held.orphan(ref);
        } else {
            arena.free(ref);
        }
    }

    /** Frees up to so many blobs from the end. Returns how many are left. */
    int drain(int most) {
        for (int left = most; left > 0 && count > 0; left--) {
            remove(count - 1);
        }
        return count;
    }

    /** Moves blobs out of sparse memory, whose first bytes are in use. */
    void defragment(java.util.function.LongUnaryOperator usedBytes) {
        for (int i = 0; i < count; i++) {
            int ref = refs[head + i];
            if (arena.shouldMove(ref)) {
                int moved = arena.allocate(arena.capacity(ref));
                int used = (int) usedBytes.applyAsLong(arena.address(ref));
                RawMemory.copy(arena.address(ref), arena.address(moved), used);
                refs[head + i] = moved;
                arena.free(ref);
            }
        }
    }

    // What a snapshot needs.

    int[] refs() {
        return Arrays.copyOfRange(refs, head, head + count);
    }

    void held(HeldStream newHeld) {
        held = newHeld;
    }
}
