package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.LongToIntFunction;

/**
 * How far the replicas are, and who waits for it: the one place that is asked whether an offset is held by enough nodes.
 */
@RunsOn(Loop.KEYSPACE)
public final class AckTable {
    private final List<Waiter> waiters = new ArrayList<>();
    private final LongToIntFunction holders;
    private final LongToIntFunction durableHolders;
    private final LongPredicate durableHere;
    private boolean asking;

    /** Waits until enough nodes have an offset, in whatever sense. */
    interface Waiter {
        /** Whether the wait is over now. */
        boolean isOver();

        /** It is over; said once, and the waiter is not in the table any more. */
        void end();
    }

    /**
     * @param holders how many replicas have acknowledged an offset
     * @param durableHolders how many replicas have it on their disk
     * @param durableHere whether this node has it on its disk
     */
    AckTable(LongToIntFunction holders, LongToIntFunction durableHolders, LongPredicate durableHere) {
        this.holders = holders;
        this.durableHolders = durableHolders;
        this.durableHere = durableHere;
    }

    /** How many replicas have acknowledged this offset. */
    public int holding(long offset) {
        return holders.applyAsInt(offset);
    }

    /** How many replicas have told that their append-only file is on the disk up to this offset. */
    public int holdingOnDisk(long offset) {
        return durableHolders.applyAsInt(offset);
    }

    /** Whether this node's own append-only file is on the disk up to this offset. */
    public boolean isOnDiskHere(long offset) {
        return durableHere.test(offset);
    }

    /** Waits until a later {@link #changed} finds the wait over. */
    void await(Waiter waiter) {
        waiters.add(waiter);
    }

    /** Waits no more, and tells nobody: it has taken too long, or the client is gone. */
    void cancel(Waiter waiter) {
        waiters.remove(waiter);
    }

    /** Has the replicas asked how far they are. */
    public void ask() {
        asking = true;
    }

    /** Whether the replicas have to be asked how far they are; asks only once for all that wanted it. */
    boolean takeRequest() {
        boolean wanted = asking;
        asking = false;
        return wanted;
    }

    /** A replica has acknowledged something, or is gone, or our own file has come further, or is off. */
    void changed() {
        if (waiters.isEmpty()) {
            return;
        }
        List<Waiter> ended = new ArrayList<>();
        for (Iterator<Waiter> i = waiters.iterator(); i.hasNext(); ) {
            Waiter waiter = i.next();
            if (waiter.isOver()) {
                i.remove();
                ended.add(waiter);
            }
        }
        ended.forEach(Waiter::end);
    }
}
