package io.vireo.net;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.function.LongSupplier;

/**
 * Up to which offset of the stream bytes may leave for clients, and for replicas: what was made behind it waits, with all
 * that was put behind that on the same connection, whoever it is from.
 */
@RunsOn(Loop.KEYSPACE)
final class Release {
    private LongSupplier end = () -> 0;
    private LongSupplier toClients = () -> Long.MAX_VALUE;
    private LongSupplier toReplicas = () -> Long.MAX_VALUE;

    /**
     * Sets who says so.
     *
     * @param newEnd what is put into an output in a turn may depend on all up to there: the log's end, or less
     * @param newToClients {@link Long#MAX_VALUE} while everything may leave at once
     * @param newToReplicas the same, for the stream
     */
    void by(LongSupplier newEnd, LongSupplier newToClients, LongSupplier newToReplicas) {
        end = newEnd;
        toClients = newToClients;
        toReplicas = newToReplicas;
    }

    /** Whether anything may have to wait. */
    boolean isHolding(boolean isReplica) {
        return releasedTo(isReplica) != Long.MAX_VALUE;
    }

    long end() {
        return end.getAsLong();
    }

    long releasedTo(boolean isReplica) {
        return (isReplica ? toReplicas : toClients).getAsLong();
    }
}
