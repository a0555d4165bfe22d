package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayDeque;

/** Entries that nobody can reach any more, freed some segments at a time so that no flush stalls the loop. */
@RunsOn(Loop.KEYSPACE)
final class LazyFree {
    private static final int SEGMENTS_AT_ONCE = 1;

    private final ArrayDeque<Entries> queue = new ArrayDeque<>();
    private long freed;

    /** Takes entries over; they are used for nothing else from now on. */
    void add(Entries entries) {
        if (entries.size() > 0) {
            freed += entries.size();
            queue.add(entries);
        }
    }

    /** Keys whose memory is still to be freed. */
    long pending() {
        long pending = 0;
        for (Entries entries : queue) {
            pending += entries.size();
        }
        return pending;
    }

    /** Keys that were given here so far. */
    long freed() {
        return freed;
    }

    /** Frees for about so long. Returns whether there is more to do. */
    boolean step(long budgetNanos) {
        long began = System.nanoTime();
        while (!queue.isEmpty()) {
            if (queue.peek().drain(SEGMENTS_AT_ONCE)) {
                queue.remove();
            }
            if (System.nanoTime() - began > budgetNanos) {
                break;
            }
        }
        return !queue.isEmpty();
    }
}
