package io.vireo.log;

import io.vireo.base.Invariant;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** One piece of the stream in native memory, and the link to the piece that follows. */
final class LogChunk {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MALLOC = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("malloc"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    /** Where the first byte of this chunk stands in the stream. */
    long firstOffset;

    /** How many bytes are written. */
    int length;

    /** How many readers stand in this chunk, and pieces lie in it; it and all that follow are kept for them. */
    private int pins;

    private boolean abandoned;

    LogChunk next;

    final int capacity;
    private MemorySegment memory;

    LogChunk(int capacity, long firstOffset) {
        this.capacity = capacity;
        this.firstOffset = firstOffset;
        this.memory = allocate(capacity);
    }

    long address() {
        return memory.address();
    }

    /** Where the next byte is written. */
    long end() {
        return memory.address() + length;
    }

    int room() {
        return capacity - length;
    }

    /** The offset of the first byte that is not in this chunk. */
    long nextOffset() {
        return firstOffset + length;
    }

    boolean isPinned() {
        return pins > 0;
    }

    void pin() {
        pins++;
    }

    void unpin() {
        pins--;
        if (abandoned && pins == 0) {
            free();
        }
    }

    /** Frees this chunk, which is in no chain any more, as soon as nobody reads it. */
    void abandon() {
        abandoned = true;
        if (pins == 0) {
            free();
        }
    }

    /** Makes this chunk, which nobody reads any more, an empty one at another place in the stream. */
    void reuse(long newFirstOffset) {
        Invariant.check(pins == 0, "a chunk is used again once nobody reads it");
        firstOffset = newFirstOffset;
        length = 0;
        next = null;
    }

    private void free() {
        try {
            FREE.invokeExact(memory);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        memory = MemorySegment.NULL;
    }

    private static MemorySegment allocate(int capacity) {
        MemorySegment memory;
        try {
            memory = (MemorySegment) MALLOC.invokeExact((long) capacity);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (memory.equals(MemorySegment.NULL)) {
            throw new OutOfMemoryError("no memory for the replication log");
        }
        return memory;
    }
}
