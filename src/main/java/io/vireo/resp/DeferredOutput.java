package io.vireo.resp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Output that is kept until it may follow another. */
public final class DeferredOutput extends OutputBuffer {
    private static final int FIRST_BYTES = 1024;
    private static final int KEPT_BYTES = 64 << 10;

    private MemorySegment memory = MemorySegment.NULL;

    public boolean isEmpty() {
        return position() == memory.address();
    }

    /** Puts what was kept behind another output, and keeps nothing any more. */
    public void moveTo(OutputBuffer other) {
        int length = (int) (position() - memory.address());
        other.write(memory.address(), length);
        if (memory.byteSize() > KEPT_BYTES) {
            memory = MemorySegment.NULL;
        }
        window(memory.address(), memory.address() + memory.byteSize());
    }

    @Override
    protected void widen(int needed) {
        int length = (int) (position() - memory.address());
        long room = Math.max(Math.addExact(length, needed), Math.max(FIRST_BYTES, 2 * memory.byteSize()));
        MemorySegment larger = Arena.ofAuto().allocate(room);
        MemorySegment.copy(memory, 0, larger, 0, length);
        memory = larger;
        window(larger.address() + length, larger.address() + room);
    }
}
