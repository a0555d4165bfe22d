package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** How an append-only file is: how far it has come, and whether it can be written. */
@RunsOn(Loop.KEYSPACE)
public final class AofStatus {
    private static final AofProgress NOTHING = new AofProgress(0, 0, 0, false);

    private AofProgress progress = NOTHING;
    private long baseBytes;
    private String problem;

    void began(AofProgress now, long base) {
        progress = now;
        baseBytes = base;
    }

    void reached(AofProgress now) {
        progress = now;
    }

    void failed(String why) {
        problem = why;
    }

    void succeeded() {
        problem = null;
    }

    void reset() {
        progress = NOTHING;
        baseBytes = 0;
        succeeded();
    }

    long durableTo() {
        return progress.durableTo();
    }

    /** Bytes of all files that would be loaded. */
    long bytes() {
        return progress.bytes();
    }

    /** What {@link #bytes} was when the last base was made, or loaded. */
    long baseBytes() {
        return baseBytes;
    }

    /** Why it cannot be written, in the system's words, or null. */
    public String problem() {
        return problem;
    }

    /** Whether it cannot be written now. */
    public boolean isFailing() {
        return problem != null;
    }
}
