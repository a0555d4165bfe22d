package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.RefVisitor;

/**
 * The entries of one database that expire, by time: a hierarchical timing wheel whose lists run through the entries.
 *
 * <p>Time is cut into ticks of 64 ms. Level 0 has a slot for each of the 64 ticks of the current block, level 1 a slot
 * for each of the 64 blocks around it, and so on up: an entry lies at the level of the highest group of six bits in
 * which its tick differs from the current one. Ten levels reach every time that 64 bits can say.
 *
 * <pre>
 *              tick now = ... 000010 000101 000111
 *  level 0     64 slots of 64 ms     entries whose tick differs from now only in the last six bits
 *  level 1     64 slots of 4 s       ... in the last twelve
 *  level 2     64 slots of 4 min     ... and so on
 * </pre>
 *
 * <p>When the current tick enters a slot of a higher level, the entries of that slot are dealt out to the levels below;
 * so an entry moves at most once per level in its life. Dealing out is done one entry at a time and may stop anywhere,
 * so that no call is long, however many keys expire together. A list is doubly linked by references inside the blobs:
 * no heap object per key, adding and removing take constant time. A word of bits per level finds the next slot in use.
 *
 * @see <a href="http://www.cs.columbia.edu/~nahum/w6998/papers/ton97-timing-wheels.pdf">Varghese, Lauck: Hashed and
 *     Hierarchical Timing Wheels</a>
 */
@RunsOn(Loop.KEYSPACE)
final class ExpiryIndex {
    static final int TICK_BITS = 6;

    private static final int GROUP_BITS = 6;
    private static final int SLOTS = 1 << GROUP_BITS;
    private static final int LEVELS = 10;
    private static final int NONE = 0;

    private final Arena arena;
    private final int[] heads = new int[LEVELS * SLOTS];
    private final long[] used = new long[LEVELS];
    /** No entry has an earlier tick, except that a time already past lies in the current tick. */
    private long tick;
    /** The level whose current slot is being dealt out, or 0. Slots in progress lie at no other level. */
    private int dealing;

    private long size;
    private long sumLow;
    private long sumHigh;

    ExpiryIndex(Arena arena) {
        this.arena = arena;
    }

    long size() {
        return size;
    }

    /** Mean of the time left over all entries, in milliseconds; 0 if there are none. */
    long averageTtlMs(long nowMs) {
        if (size == 0) {
            return 0;
        }
        double sum = sumHigh * 0x1p64 + (sumLow >>> 1) * 2.0 + (sumLow & 1);
        return Math.max(0, (long) (sum / size) - nowMs);
    }

    /** Adds an entry, whose expireAtMs is set. */
    void add(int ref, long nowMs) {
        long blob = arena.address(ref);
        long at = Entry.expireAtMs(blob);
        if (size == 0) {
            tick = nowMs >> TICK_BITS;
            dealing = 0;
        }
        size++;
        sum(at, at >> 63);
        place(ref, blob, at);
    }

    /** Removes an entry. */
    void remove(int ref) {
        long blob = arena.address(ref);
        long at = Entry.expireAtMs(blob);
        size--;
        // Adding the complement and one is subtracting, in two words as in one.
        sum(~at, ~at >> 63);
        sum(1, 0);
        unlink(ref, blob, at);
    }

    /** Tells that an entry's blob, copied with its links, lies elsewhere now. */
    void moved(int from, int to) {
        long blob = arena.address(to);
        int next = Entry.next(blob);
        int previous = Entry.previous(blob);
        if (next != NONE) {
            Entry.setPrevious(arena.address(next), to);
        }
        if (previous != NONE) {
            Entry.setNext(arena.address(previous), to);
        } else {
            heads[slotHeadedBy(from, Entry.expireAtMs(blob))] = to;
        }
    }

    /**
     * Finds an entry whose tick is over. It stays in the index until removed.
     *
     * @param steps how many entries may be dealt out on the way
     * @return an entry to expire, or 0: then none is due, or, if {@link #isBehind}, the steps did not suffice
     */
    int due(long nowMs, int steps) {
        long end = nowMs >> TICK_BITS;
        int left = steps;
        while (size > 0) {
            while (dealing > 0) {
                int head = heads[slotAt(dealing)];
                if (head == NONE) {
                    dealing = 0;
                } else if (left-- > 0) {
                    long blob = arena.address(head);
                    long at = Entry.expireAtMs(blob);
                    unlink(head, blob, at);
                    place(head, blob, at);
                } else {
                    return NONE;
                }
            }
            int level = nextUsedLevel();
            long start = nextUsedTick(level);
            if (start >= end) {
                return NONE;
            }
            tick = start;
            if (level == 0) {
                return heads[slotAt(0)];
            }
            dealing = level;
        }
        return NONE;
    }

    /** Shows all entries, in no order. */
    void forEach(RefVisitor visitor) {
        for (int level = 0; level < LEVELS; level++) {
            for (long left = used[level]; left != 0; left &= left - 1) {
                int slot = level * SLOTS + Long.numberOfTrailingZeros(left);
                for (int ref = heads[slot]; ref != NONE; ref = Entry.next(arena.address(ref))) {
                    visitor.visit(ref);
                }
            }
        }
    }

    /** Whether {@link #due} stopped for want of steps. */
    boolean isBehind() {
        return dealing > 0;
    }

    /** The lowest level with a slot in use ahead; entries of a lower level come before those of a higher one. */
    private int nextUsedLevel() {
        int level = 0;
        while (ahead(level) == 0) {
            level++;
        }
        return level;
    }

    /** The slots in use from the current one on; above level 0 the current one is empty, being dealt out. */
    private long ahead(int level) {
        return used[level] & -1L << group(tick, level);
    }

    private long nextUsedTick(int level) {
        int shift = level * GROUP_BITS;
        long block = tick >> shift & -SLOTS;
        return (block | Long.numberOfTrailingZeros(ahead(level))) << shift;
    }

    private int slotAt(int level) {
        return level * SLOTS + group(tick, level);
    }

    private static int group(long tick, int level) {
        return (int) (tick >> level * GROUP_BITS) & SLOTS - 1;
    }

    private long tickOf(long expireAtMs) {
        return Math.max(expireAtMs >> TICK_BITS, tick);
    }

    private void place(int ref, long blob, long expireAtMs) {
        long target = tickOf(expireAtMs);
        long difference = target ^ tick;
        int level = difference == 0 ? 0 : (63 - Long.numberOfLeadingZeros(difference)) / GROUP_BITS;
        int group = group(target, level);
        int slot = level * SLOTS + group;
        int head = heads[slot];
        Entry.setPrevious(blob, NONE);
        Entry.setNext(blob, head);
        if (head != NONE) {
            Entry.setPrevious(arena.address(head), ref);
        }
        heads[slot] = ref;
        used[level] |= 1L << group;
    }

    private void unlink(int ref, long blob, long expireAtMs) {
        int next = Entry.next(blob);
        int previous = Entry.previous(blob);
        if (next != NONE) {
            Entry.setPrevious(arena.address(next), previous);
        }
        if (previous != NONE) {
            Entry.setNext(arena.address(previous), next);
            return;
        }
        int slot = slotHeadedBy(ref, expireAtMs);
        heads[slot] = next;
        if (next == NONE) {
            used[slot / SLOTS] &= ~(1L << slot % SLOTS);
        }
    }

    /**
     * The slot whose list begins with this entry. Its level is not stored: the current tick has moved on since the entry
     * was placed and may say less than the level it lies at, until its slot is dealt out. So look from there up.
     */
    private int slotHeadedBy(int ref, long expireAtMs) {
        long target = tickOf(expireAtMs);
        int level = 0;
        while (heads[level * SLOTS + group(target, level)] != ref) {
            level++;
        }
        return level * SLOTS + group(target, level);
    }

    private void sum(long low, long high) {
        sumLow += low;
        sumHigh += high + (Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0);
    }
}
