package io.vireo.memory;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;

/** Blobs for tests: a key of eight bytes, with the hash of those bytes. */
final class NumberKeys implements KeyLayout {
    private final Arena arena;
    private final int scratch;

    NumberKeys(Arena arena) {
        this.arena = arena;
        this.scratch = arena.allocate(8);
    }

    int blob(long key, int sizeBytes) {
        int ref = arena.allocate(Math.max(8, sizeBytes));
        RawMemory.putLong(arena.address(ref), key);
        return ref;
    }

    long hashOf(long key) {
        return Bytes.hash(at(key), 8);
    }

    /** An address where these eight bytes stand until the next call. */
    long at(long key) {
        long address = arena.address(scratch);
        RawMemory.putLong(address, key);
        return address;
    }

    long key(int ref) {
        return RawMemory.getLong(arena.address(ref));
    }

    void close() {
        arena.free(scratch);
    }

    @Override
    public long hash(long blobAddress) {
        return Bytes.hash(blobAddress, 8);
    }

    @Override
    public boolean matches(long blobAddress, long keyAddress, int keyLength) {
        return RawMemory.getLong(blobAddress) == RawMemory.getLong(keyAddress);
    }
}
