package io.vireo.testkit;

import io.vireo.base.RawMemory;
import io.vireo.resp.OutputBuffer;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** An output that keeps what is put there, for a test to look at. */
public final class CollectedOutput extends OutputBuffer {
    private static final int WINDOW_BYTES = 64 * 1024;

    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private MemorySegment window = Arena.ofAuto().allocate(WINDOW_BYTES);

    public CollectedOutput() {
        window(window.address(), window.address() + window.byteSize());
    }

    @Override
    protected void widen(int needed) {
        collect();
        if (needed > window.byteSize()) {
            window = Arena.ofAuto().allocate(needed);
        }
        window(window.address(), window.address() + window.byteSize());
    }

    private void collect() {
        byte[] part = new byte[(int) (position() - window.address())];
        RawMemory.copyOut(window.address(), part, 0, part.length);
        collected.writeBytes(part);
        window(window.address(), window.address() + window.byteSize());
    }

    /** Drops what was put since the last call of {@link #take}. */
    public void forget() {
        collected.reset();
        window(window.address(), window.address() + window.byteSize());
    }

    /** All bytes since the last call, each as one character. */
    public String take() {
        collect();
        String text = collected.toString(StandardCharsets.ISO_8859_1);
        collected.reset();
        return text;
    }
}
