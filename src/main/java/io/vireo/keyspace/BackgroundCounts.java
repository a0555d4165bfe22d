package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/** What is counted of work that no command asked for: looking for keys whose time is over, and moving values together. */
@RunsOn(Loop.KEYSPACE)
public final class BackgroundCounts {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final double WEIGHT_OF_LATEST = 0.05;
    private static final double PERCENT = 100;

    private double stalePercent;
    private long cyclesCutShort;
    private long expireNanos;

    private boolean defragmenting;
    private long moved;
    private long left;
    private long keysMoved;
    private long keysLeft;
    private long defragmentNanos;

    /**
     * A cycle is over.
     *
     * @param deleted keys it has deleted
     * @param expiring keys with a time to expire before it
     */
    void expireCycle(long nanos, boolean finished, long deleted, long expiring) {
        expireNanos += nanos;
        cyclesCutShort += finished ? 0 : 1;
        double latest = expiring == 0 ? 0 : PERCENT * deleted / expiring;
        stalePercent += (latest - stalePercent) * WEIGHT_OF_LATEST;
    }

    /** A step of moving values together is over. */
    void defragmentStep(long nanos, boolean movedAny) {
        defragmentNanos += nanos;
        defragmenting = movedAny;
    }

    /** Values are not moved together any more. */
    void defragmentOff() {
        defragmenting = false;
    }

    void seen(boolean isMoved) {
        if (isMoved) {
            moved++;
        } else {
            left++;
        }
    }

    void keySeen(boolean isMoved) {
        if (isMoved) {
            keysMoved++;
        } else {
            keysLeft++;
        }
    }

    /** Of the keys that have a time to expire, how many percent were found over it by a cycle, on a moving average. */
    public double stalePercent() {
        return stalePercent;
    }

    /** Cycles that left something to do for want of time. */
    public long cyclesCutShort() {
        return cyclesCutShort;
    }

    /** Time spent in cycles, in milliseconds. */
    public long expireMs() {
        return expireNanos / NANOS_PER_MS;
    }

    /** Whether the last step of moving values together has moved any. */
    public boolean isDefragmenting() {
        return defragmenting;
    }

    /** Blobs moved; those inside large collections are not counted. */
    public long moved() {
        return moved;
    }

    /** Blobs that were looked at and left where they are. */
    public long left() {
        return left;
    }

    /** Keys of which a blob was moved. */
    public long keysMoved() {
        return keysMoved;
    }

    public long keysLeft() {
        return keysLeft;
    }

    /** Time spent on moving values together, in milliseconds. */
    public long defragmentMs() {
        return defragmentNanos / NANOS_PER_MS;
    }

    void reset() {
        stalePercent = 0;
        cyclesCutShort = 0;
        expireNanos = 0;
        moved = 0;
        left = 0;
        keysMoved = 0;
        keysLeft = 0;
        defragmentNanos = 0;
    }
}
