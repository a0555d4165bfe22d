package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.LargeValue;
import java.util.ArrayDeque;

/** Entries and large values that nobody can reach any more, freed in parts so that nothing stalls the loop. */
@RunsOn(Loop.KEYSPACE)
final class LazyFree {
    private static final int SEGMENTS_AT_ONCE = 1;
    private static final int STEPS_AT_ONCE = 64;
    /** Values up to this size are freed at once. */
    static final int SMALL = 64;

    private final ArrayDeque<Entries> queue = new ArrayDeque<>();
    private final ArrayDeque<LargeValue> values = new ArrayDeque<>();
    private long freed;

    /** Takes entries over; they are used for nothing else from now on. */
    void add(Entries entries) {
        if (entries.size() > 0) {
            queue.add(entries);
        }
    }

    /** Takes a large value over that no entry names any more. */
    void add(LargeValue value) {
        if (value.size() > SMALL) {
            values.add(value);
        } else {
            while (!value.drain(STEPS_AT_ONCE)) {
                // A small one takes a step or two.
            }
        }
    }

    /** Keys, and values that had no key any more, whose memory is still to be freed. */
    long pending() {
        long pending = values.size();
        for (Entries entries : queue) {
            pending += entries.size();
        }
        return pending;
    }

    boolean isEmpty() {
        return queue.isEmpty() && values.isEmpty();
    }

    /** So many objects are let go that whoever did so wants to have freed lazily. */
    void countFreed(long objects) {
        freed += objects;
    }

    /** How many objects were counted so far. */
    long freed() {
        return freed;
    }

    void resetStats() {
        freed = 0;
    }

    /** Frees for about so long. Returns whether there is more to do. */
    boolean step(long budgetNanos) {
        long began = System.nanoTime();
        while (!isEmpty()) {
            if (!values.isEmpty()) {
                if (values.peek().drain(STEPS_AT_ONCE)) {
                    values.remove();
                }
            } else if (queue.peek().drain(SEGMENTS_AT_ONCE)) {
                queue.remove();
            }
            if (System.nanoTime() - began > budgetNanos) {
                break;
            }
        }
        return !isEmpty();
    }
}
