package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * A collection too large for one blob: it owns blobs of its own, its <em>inner blobs</em>, and frees them little by
 * little. While a snapshot still needs its content, every change of an inner blob is first told to what {@link #hold}
 * gave.
 */
@RunsOn(Loop.KEYSPACE)
public interface LargeValue {
    /** How many elements there are, as the type counts them. */
    long size();

    /** Bytes of memory it takes. */
    long memoryBytes();

    /**
     * Keeps the content as it is now for a snapshot, whatever changes from here on. Nothing is copied but what a change
     * would destroy. The value tells the result about all changes until {@link HeldContent#end}.
     */
    HeldContent hold();

    /** The content as it is now, to be written out at once: the value knows nothing of it, and nothing may change. */
    HeldContent content();

    /** Whether a snapshot still needs it. A held value is not moved by defragmentation, nor freed. */
    boolean isHeld();

    /**
     * Frees a part of it: nothing else may be done with it any more.
     *
     * @param steps about how many inner blobs to free; a few dozen take microseconds
     * @return whether all is freed
     */
    boolean drain(int steps);

    /** A copy with memory of its own, in the same arena. */
    LargeValue copy();

    /** Moves inner blobs out of sparse memory, all of them or a part. Does nothing while it is held. */
    void defragment();
}
