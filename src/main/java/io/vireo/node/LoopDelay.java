package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.concurrent.TimeUnit;

/** How late the keyspace's loop comes to what is due at regular times: what a client has to wait that comes meanwhile. */
@RunsOn(Loop.KEYSPACE)
final class LoopDelay {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final long periodNanos;
    private long lastNanos;
    private long count;
    private long sumNanos;
    private long windowBeganNanos;
    private long largestNanos;
    private long largestBeforeNanos;

    /** @param periodMs how often it comes, in milliseconds */
    LoopDelay(long periodMs) {
        periodNanos = TimeUnit.MILLISECONDS.toNanos(periodMs);
    }

    /** It has come, at a time of {@link System#nanoTime}. */
    void came(long nowNanos) {
        if (lastNanos != 0) {
            long delay = Math.max(0, nowNanos - lastNanos - periodNanos);
            count++;
            sumNanos += delay;
            if (nowNanos - windowBeganNanos > WINDOW_NANOS) {
                windowBeganNanos = nowNanos;
                largestBeforeNanos = largestNanos;
                largestNanos = 0;
            }
            largestNanos = Math.max(largestNanos, delay);
        }
        lastNanos = nowNanos;
    }

    /** How often it came. */
    long count() {
        return count;
    }

    /** All delays together. */
    long sumNanos() {
        return sumNanos;
    }

    /** The largest of the last half minute or minute. */
    long largestNanos() {
        return Math.max(largestNanos, largestBeforeNanos);
    }
}
