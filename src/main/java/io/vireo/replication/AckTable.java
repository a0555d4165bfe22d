package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongToIntFunction;

/**
 * How far the replicas are, and who waits for it: the one place that is asked whether an offset is held by enough nodes.
 */
@RunsOn(Loop.KEYSPACE)
public final class AckTable {
    private final List<Waiter> waiters = new ArrayList<>();
    private final LongToIntFunction holders;
    private boolean asking;

    /** Waits until so many replicas have an offset. */
    public static final class Waiter {
        private final long offset;
        private final int replicas;
        private final IntConsumer done;

        private Waiter(long offset, int replicas, IntConsumer done) {
            this.offset = offset;
            this.replicas = replicas;
            this.done = done;
        }
    }

    /** @param holders how many replicas have acknowledged an offset */
    AckTable(LongToIntFunction holders) {
        this.holders = holders;
    }

    /** How many replicas have acknowledged this offset. */
    public int holding(long offset) {
        return holders.applyAsInt(offset);
    }

    /**
     * Waits, and has the replicas asked.
     *
     * @param done is told how many replicas have the offset then
     */
    public Waiter await(long offset, int replicas, IntConsumer done) {
        Waiter waiter = new Waiter(offset, replicas, done);
        waiters.add(waiter);
        asking = true;
        return waiter;
    }

    /** Waits no more, and tells nobody: it has taken too long, or the client is gone. */
    public void cancel(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** Has the replicas asked how far they are. */
    public void ask() {
        asking = true;
    }

    /** Whether the replicas have to be asked how far they are; asks only once for each new wait. */
    boolean takeRequest() {
        boolean wanted = asking;
        asking = false;
        return wanted;
    }

    /** A replica has acknowledged something, or is gone. */
    void changed() {
        if (waiters.isEmpty()) {
            return;
        }
        List<Waiter> ended = new ArrayList<>();
        for (Iterator<Waiter> i = waiters.iterator(); i.hasNext(); ) {
            Waiter waiter = i.next();
            if (holding(waiter.offset) >= waiter.replicas) {
                i.remove();
                ended.add(waiter);
            }
        }
        ended.forEach(waiter -> waiter.done.accept(holding(waiter.offset)));
    }
}
