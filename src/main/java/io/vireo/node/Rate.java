package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** How fast a count of bytes grows, averaged over the last samples. */
@RunsOn(Loop.KEYSPACE)
final class Rate {
    private static final int SAMPLES = 16;
    private static final double MS_TO_KILOBYTES = 1000.0 / 1024;

    private final LongSupplier bytes;
    private final double[] samples = new double[SAMPLES];
    private int next;
    private long sampledAtMs;
    private long sampledBytes;

    Rate(LongSupplier bytes) {
        this.bytes = bytes;
    }

    /** Takes a sample; to be called ten times a second. */
    void sample(long nowMs) {
        long passedMs = nowMs - sampledAtMs;
        long now = bytes.getAsLong();
        if (sampledAtMs != 0 && passedMs > 0) {
            samples[next] = Math.max(0, now - sampledBytes) * MS_TO_KILOBYTES / passedMs;
            next = (next + 1) % SAMPLES;
        }
        sampledAtMs = nowMs;
        sampledBytes = now;
    }

    /** In thousand and twenty-four bytes a second. */
    double kilobytes() {
        return Arrays.stream(samples).sum() / SAMPLES;
    }

    void reset() {
        Arrays.fill(samples, 0);
    }
}
