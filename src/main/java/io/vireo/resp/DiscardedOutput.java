package io.vireo.resp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Where replies go that nobody reads. Belongs to one thread. */
public final class DiscardedOutput extends OutputBuffer {
    private static final int BYTES = 64 << 10;

    private MemorySegment memory = Arena.ofAuto().allocate(BYTES);
    private boolean widened;

    /** This output, with its whole window free and nothing written. */
    public DiscardedOutput emptied() {
        widened = false;
        window(memory.address(), memory.address() + memory.byteSize());
        return this;
    }

    /** Whether anything was written since it was emptied. */
    public boolean isUsed() {
        return widened || position() > memory.address();
    }

    @Override
    protected void widen(int needed) {
        if (needed > memory.byteSize()) {
            memory = Arena.ofAuto().allocate(needed);
        }
        emptied();
        widened = true;
    }
}
