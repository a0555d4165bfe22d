package io.vireo.net;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.function.LongSupplier;

/**
 * Up to which offset of the stream bytes may leave for clients: what was made behind it waits, with all that was put
 * behind that on the same connection, whoever it is from.
 */
@RunsOn(Loop.KEYSPACE)
final class Release {
    private LongSupplier end = () -> 0;
    private LongSupplier releasedTo = () -> Long.MAX_VALUE;

    /**
     * Sets who says so.
     *
     * @param newEnd the log's end: what is put into an output in a turn may depend on all up to there
     * @param newReleasedTo {@link Long#MAX_VALUE} while everything may leave at once
     */
    void by(LongSupplier newEnd, LongSupplier newReleasedTo) {
        end = newEnd;
        releasedTo = newReleasedTo;
    }

    /** Whether anything may have to wait. */
    boolean isHolding() {
        return releasedTo.getAsLong() != Long.MAX_VALUE;
    }

    long end() {
        return end.getAsLong();
    }

    long releasedTo() {
        return releasedTo.getAsLong();
    }
}
