package io.vireo.replication;

import io.vireo.resp.OutputBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Where replies go that nobody reads. */
final class ReplyPit extends OutputBuffer {
    private static final int BYTES = 64 << 10;

    private MemorySegment memory = Arena.ofAuto().allocate(BYTES);

    ReplyPit emptied() {
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
