package io.vireo.memory;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.Arrays;

/**
 * Which segment of a {@link Table} a hash belongs to.
 *
 * <p>A segment of depth d owns all hashes that begin with the same d bits. The directory has one entry for each value of
 * the first {@code bits} bits, so a segment of lesser depth has several entries in a row; it doubles when a segment as
 * deep as itself splits, and halves when it has become two bits finer than any segment. Prefixes are kept as
 * <em>positions</em>: the first {@link #POSITION_BITS} bits of a hash.
 */
@RunsOn(Loop.KEYSPACE)
final class Directory {
    static final int POSITION_BITS = 26;
    static final long END = 1L << POSITION_BITS;

    private static final int NO_ID = -1;

    private int bits;
    private int[] entries = new int[1];
    private int[] positions = new int[1];
    private byte[] depths = new byte[1];
    private int ids = 1;
    private int freeId = NO_ID;
    private final int[] segmentsOfDepth = new int[POSITION_BITS + 1];

    /** One segment, of depth 0 and id 0. */
    Directory() {
        segmentsOfDepth[0] = 1;
    }

    int segmentOf(long hash) {
        return entries[(int) (hash >>> 1 >>> 63 - bits)];
    }

    int segmentAt(long position) {
        return entries[entryOf(position)];
    }

    /** The first position behind a segment. */
    long positionAfter(int segment) {
        return positions[segment] + (END >>> depths[segment]);
    }

    int depth(int segment) {
        return depths[segment];
    }

    /** Ids handed out so far are below this; some may be free again. */
    int ids() {
        return ids;
    }

    int entryCount() {
        return entries.length;
    }

    /** The segment of an entry if that is the segment's first entry, else -1: so each segment shows up once. */
    int segmentStartingAt(int entry) {
        int segment = entries[entry];
        return entryOf(positions[segment]) == entry ? segment : NO_ID;
    }

    /** Bytes on the heap. */
    long memoryBytes() {
        return (long) Integer.BYTES * (entries.length + positions.length) + depths.length;
    }

    /** Whether a hash belongs to the upper half of a segment that is split. */
    boolean isUpper(int segment, long hash) {
        return (hash >>> 63 - depths[segment] & 1) != 0;
    }

    /** Gives the upper half of a segment's hashes to a new one; returns its id. */
    int split(int segment) {
        int depth = depths[segment];
        Invariant.check(depth < POSITION_BITS, "hashes are spread well enough for segments to be told apart");
        if (depth == bits) {
            doubleEntries();
        }
        int added = takeId();
        positions[added] = positions[segment] + (int) (END >>> depth + 1);
        depths[segment] = (byte) (depth + 1);
        depths[added] = (byte) (depth + 1);
        segmentsOfDepth[depth]--;
        segmentsOfDepth[depth + 1] += 2;
        fill(added);
        return added;
    }

    /** The segment that this one was split from or into, if it has the same depth; else -1. */
    int buddy(int segment) {
        int depth = depths[segment];
        if (depth == 0) {
            return NO_ID;
        }
        int buddy = segmentAt(positions[segment] ^ END >>> depth);
        return depths[buddy] == depth ? buddy : NO_ID;
    }

    /** Of two buddies the one with the lower hashes. */
    int lower(int segment, int buddy) {
        return positions[segment] < positions[buddy] ? segment : buddy;
    }

    /** Gives the hashes of the upper of two buddies back to the lower. Its id becomes free. */
    void merge(int lower, int upper) {
        int depth = depths[lower];
        depths[lower] = (byte) (depth - 1);
        segmentsOfDepth[depth] -= 2;
        segmentsOfDepth[depth - 1]++;
        fill(lower);
        positions[upper] = freeId;
        freeId = upper;
        if (bits >= 2 && segmentsOfDepth[bits] == 0 && segmentsOfDepth[bits - 1] == 0) {
            halveEntries();
        }
    }

    private int takeId() {
        if (freeId != NO_ID) {
            int id = freeId;
            freeId = positions[id];
            return id;
        }
        if (ids == positions.length) {
            int capacity = roomFor(ids);
            positions = Arrays.copyOf(positions, capacity);
            depths = Arrays.copyOf(depths, capacity);
        }
        return ids++;
    }

    /** How long an array indexed by segment should be, to hold this id and some more. */
    static int roomFor(int id) {
        return id + Math.max(3, id / 2);
    }

    private int entryOf(long position) {
        return (int) (position >>> POSITION_BITS - bits);
    }

    private void fill(int segment) {
        int from = entryOf(positions[segment]);
        Arrays.fill(entries, from, from + (1 << bits - depths[segment]), segment);
    }

    private void doubleEntries() {
        int[] doubled = new int[entries.length * 2];
        for (int i = 0; i < entries.length; i++) {
            doubled[2 * i] = entries[i];
            doubled[2 * i + 1] = entries[i];
        }
        entries = doubled;
        bits++;
    }

    private void halveEntries() {
        int[] halved = new int[entries.length / 2];
        for (int i = 0; i < halved.length; i++) {
            halved[i] = entries[2 * i];
        }
        entries = halved;
        bits--;
    }
}
