package io.vireo.resp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Where replies go that nobody reads. Belongs to one thread. */
public final class DiscardedOutput extends OutputBuffer {
    private static final int BYTES = 64 << 10;

    private MemorySegment memory = Arena.ofAuto().allocate(BYTES);

    /** This output, with its whole window free. */
    public DiscardedOutput emptied() {
        window(memory.address(), memory.address() + memory.byteSize());
        return this;
    }

    @Override
    protected void widen(int needed) {
        if (needed > memory.byteSize()) {
            memory = Arena.ofAuto().allocate(needed);
        }
        emptied();
    }
}
