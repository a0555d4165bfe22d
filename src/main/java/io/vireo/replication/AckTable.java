package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongToIntFunction;
import java.util.function.Predicate;

/**
 * How far the replicas are, and who waits for it: the one place that is asked whether an offset is held by enough nodes.
 */
@RunsOn(Loop.KEYSPACE)
public final class AckTable {
    private final List<Waiter> waiters = new ArrayList<>();
    private final LongToIntFunction holders;
    private boolean asking;

    /** A client that waits until so many replicas have an offset, or time is up. */
    public static final class Waiter {
        private final long offset;
        private final int replicas;
        private final long deadlineMs;
        private final IntConsumer done;
        private final Runnable inVain;

        private Waiter(long offset, int replicas, long deadlineMs, IntConsumer done, Runnable inVain) {
            this.offset = offset;
            this.replicas = replicas;
            this.deadlineMs = deadlineMs;
            this.done = done;
            this.inVain = inVain;
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
     * @param deadlineMs on the monotonic clock; {@code Long.MAX_VALUE} for ever
     * @param done is told how many replicas have the offset then
     * @param inVain is told instead when this node no longer writes the stream
     */
    public Waiter await(long offset, int replicas, long deadlineMs, IntConsumer done, Runnable inVain) {
        Waiter waiter = new Waiter(offset, replicas, deadlineMs, done, inVain);
        waiters.add(waiter);
        asking = true;
        return waiter;
    }

    /** Waits no more, and tells nobody: the client is gone. */
    public void cancel(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** Has the replicas asked how far they are. */
    public void ask() {
        asking = true;
    }

    /** Ends every wait: this node no longer writes the stream. */
    void giveUp() {
        List<Waiter> ended = List.copyOf(waiters);
        waiters.clear();
        ended.forEach(waiter -> waiter.inVain.run());
    }

    /** Whether the replicas have to be asked how far they are; asks only once for each new wait. */
    boolean takeRequest() {
        boolean wanted = asking;
        asking = false;
        return wanted;
    }

    /** A replica has acknowledged something, or is gone. */
    void changed() {
        end(waiter -> holding(waiter.offset) >= waiter.replicas);
    }

    void tick(long nowMs) {
        end(waiter -> nowMs >= waiter.deadlineMs);
    }

    private void end(Predicate<Waiter> isOver) {
        if (waiters.isEmpty()) {
            return;
        }
        List<Waiter> ended = new ArrayList<>();
        for (Iterator<Waiter> i = waiters.iterator(); i.hasNext(); ) {
            Waiter waiter = i.next();
            if (isOver.test(waiter)) {
                i.remove();
                ended.add(waiter);
            }
        }
        ended.forEach(waiter -> waiter.done.accept(holding(waiter.offset)));
    }
}
