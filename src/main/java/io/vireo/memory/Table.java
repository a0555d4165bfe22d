package io.vireo.memory;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A hash table of blob references that grows and shrinks by small segments: extendible hashing, with groups of one cache
 * line inside a segment.
 *
 * <p>A directory, indexed by the top bits of the hash, names the segment of a key. A segment is up to 64 {@link Group}s
 * in one arena blob; the key's home group comes from a bit field of its own, and from the home group a search goes on to
 * the next one only while keys are known to have been pushed on. Where a segment has no room left it first grows in
 * place; one of 64 groups is split in two, alone, in tens of microseconds. After many removals it shrinks, and is merged
 * with its buddy when both together are half of what causes a split.
 *
 * <pre>
 *   hash    63 ......... 38 | 37 ............ 22 | 21 ... 7 | 6 .... 0
 *           prefix: segment | home: group         | unused   | tag
 * </pre>
 *
 * <p>The home field is a <em>fraction</em> of the segment: group = home * groups / 65536. So growing a segment refines
 * the order of its keys and never changes it, which is what {@link #scan} rests on. A key never changes its prefix or
 * home, and a segment is a range of prefixes, so that snapshots and scans can name a place in the table by them.
 *
 * <p>A table without keys holds no memory of the arena. The facts of a segment are in heap arrays indexed by its id;
 * ids are used again after a merge. Belongs to one thread.
 */
@RunsOn(Loop.KEYSPACE)
public final class Table {
    /** What {@link #find} returns when there is no such key. */
    public static final long ABSENT = -1;

    /** The first position after all segments; see {@link #segmentAt}. */
    public static final long END = Directory.END;

    static final int MOST_KEYS_OF_A_SEGMENT = 64 * Group.ENTRIES;

    private static final int PREFIX_BITS = Directory.POSITION_BITS;
    private static final int HOME_BITS = 16;
    private static final int HOME_END = 1 << HOME_BITS;
    private static final int HOME_SHIFT = 64 - PREFIX_BITS - HOME_BITS;

    /** A segment's size code, kept in the bits of its reference that its alignment leaves zero. */
    private static final int CODE_MASK = 7;

    private static final int LARGEST_CODE = 7;
    private static final int[] GROUPS = {1, 1, 4, 8, 16, 32, 48, 64};

    /** How many keys a segment takes before it grows: 7/8 of its entries, but all of a single group. */
    private static final int[] ROOM = {0, 12, 42, 84, 168, 336, 504, 672};

    private static final int MERGE_BELOW = 336;
    private static final int REMOVALS_PER_LOOK = 16;
    private static final int SCAN_BANDS = 64;
    private static final int SCAN_VISITS_PER_KEY = 10;

    private static final int SLOT_SEGMENT_SHIFT = 16;
    private static final int SLOT_HOME_SHIFT = 10;
    private static final int SLOT_GROUP_SHIFT = 4;

    private final Arena arena;
    private final KeyLayout layout;

    private Directory directory = new Directory();
    private int[] heads = new int[1];
    private int[] counts = new int[1];
    private long size;
    private long segmentBytes;
    private int drained;
    private int changes;
    private boolean neverMerges;

    @SuppressWarnings("unused") // read by nobody: it keeps the loads of touch() from being optimised away
    private long touched;

    public Table(Arena arena, KeyLayout layout) {
        this.arena = arena;
        this.layout = layout;
    }

    /** How many keys there are. */
    public long size() {
        return size;
    }

    /** Memory of the table itself, without the blobs it refers to: in the arena and on the heap. */
    public long memoryBytes() {
        return segmentBytes + directory.memoryBytes() + 2L * Integer.BYTES * heads.length;
    }

    /** A number that is another one after each insert and remove: slots found before are no longer valid then. */
    public int changes() {
        return changes;
    }

    /** How many keys its segments have entries for; they grow before all are in use. */
    public long room() {
        return segmentBytes / Group.BYTES * Group.ENTRIES;
    }

    /** Lets no two segments become one, so that a walk by positions meets nothing twice; they may still split. */
    public void neverMerges(boolean on) {
        neverMerges = on;
    }

    // ---- keys ----

    /**
     * Looks a key up.
     *
     * @return its slot, valid until the next insert or remove; or {@link #ABSENT}
     */
    public long find(long hash, long keyAddress, int keyLength) {
        int segment = segmentOf(hash);
        int head = heads[segment];
        int groups = GROUPS[head & CODE_MASK];
        int home = homeGroup(hash, groups);
        long first = firstLine(head);
        long pattern = Group.pattern(hash);
        int group = home;
        do {
            long line = first + ((long) group << Group.SHIFT);
            for (int left = Group.matches(line, pattern); left != 0; left &= left - 1) {
                int index = Integer.numberOfTrailingZeros(left);
                if (layout.matches(arena.address(Group.refAt(line, index)), keyAddress, keyLength)) {
                    return slot(segment, home, group, index);
                }
            }
            if (Group.passedBy(line) == 0) {
                return ABSENT;
            }
            group = next(group, groups);
        } while (group != home);
        return ABSENT;
    }

    /**
     * Looks a key up of which only the hash is known. Of several keys with one hash it may find any.
     *
     * @return as {@link #find(long, long, int)}
     */
    public long find(long hash) {
        int segment = segmentOf(hash);
        int head = heads[segment];
        int groups = GROUPS[head & CODE_MASK];
        int home = homeGroup(hash, groups);
        long first = firstLine(head);
        long pattern = Group.pattern(hash);
        int group = home;
        do {
            long line = first + ((long) group << Group.SHIFT);
            for (int left = Group.matches(line, pattern); left != 0; left &= left - 1) {
                int index = Integer.numberOfTrailingZeros(left);
                if (layout.hash(arena.address(Group.refAt(line, index))) == hash) {
                    return slot(segment, home, group, index);
                }
            }
            if (Group.passedBy(line) == 0) {
                return ABSENT;
            }
            group = next(group, groups);
        } while (group != home);
        return ABSENT;
    }

    /** Reads the line where a key would be found, so that the cache misses of several keys overlap. */
    public void touch(long hash) {
        int head = heads[segmentOf(hash)];
        touched += RawMemory.getLong(lineOf(head, homeGroup(hash, GROUPS[head & CODE_MASK])));
    }

    /**
     * Reads the beginning of the blob that {@link #find} will probably compare, once {@link #touch} has fetched its line.
     */
    public void touchBlob(long hash) {
        int head = heads[segmentOf(hash)];
        long line = lineOf(head, homeGroup(hash, GROUPS[head & CODE_MASK]));
        int matches = Group.matches(line, Group.pattern(hash));
        if (matches != 0) {
            int ref = Group.refAt(line, Integer.numberOfTrailingZeros(matches));
            touched += RawMemory.getLong(arena.address(ref));
        }
    }

    public int refAt(long slot) {
        return Group.refAt(lineOf(slot), indexOf(slot));
    }

    /** Names another blob with the same key: the blob was moved or replaced. */
    public void setRef(long slot, int ref) {
        Group.setRef(lineOf(slot), indexOf(slot), ref);
    }

    /**
     * Adds a key that is known to be absent. Its segment may grow or split.
     *
     * @return its slot, as of {@link #find}
     * @throws ArenaFullException if the segment needs room that the arena does not have; nothing has changed then
     */
    public long insert(long hash, int ref) {
        int segment = segmentOf(hash);
        while (counts[segment] >= ROOM[heads[segment] & CODE_MASK]) {
            makeRoom(segment);
            segment = segmentOf(hash);
        }
        counts[segment]++;
        size++;
        changes++;
        return place(segment, heads[segment], hash, ref);
    }

    /** Removes a key. Its segment may shrink or be merged. Returns the blob, which is now the caller's to free. */
    public int remove(long slot) {
        int segment = segmentOfSlot(slot);
        int groups = GROUPS[heads[segment] & CODE_MASK];
        int group = groupOf(slot);
        long first = firstLine(heads[segment]);
        long line = lineOf(slot);
        Invariant.check(Group.isTaken(line, indexOf(slot)), "a slot that is removed holds a key");
        int ref = Group.refAt(line, indexOf(slot));
        Group.clear(line, indexOf(slot));
        for (int passed = (int) (slot >>> SLOT_HOME_SHIFT) & 63; passed != group; passed = next(passed, groups)) {
            Group.addPassedBy(first + ((long) passed << Group.SHIFT), -1);
        }
        size--;
        changes++;
        int count = --counts[segment];
        if (count % REMOVALS_PER_LOOK == 0) {
            shrink(segment);
        }
        return ref;
    }

    /** A key chosen by chance, each with the same probability; 0 if there is none. */
    public int random(RandomGenerator random) {
        return size == 0 ? 0 : randomIn(randomSegment(random), random);
    }

    /**
     * Shows some keys that lie side by side, from a place on that is chosen by chance: as good as chosen one by one, since
     * hashes stand in no relation to each other, and read in fewer cache misses.
     *
     * @param most how many keys to show; fewer if the segment that is come across holds fewer
     */
    public void sample(RandomGenerator random, int most, RefVisitor visitor) {
        if (size == 0) {
            return;
        }
        int segment = randomSegment(random);
        int groups = GROUPS[heads[segment] & CODE_MASK];
        long first = firstLine(heads[segment]);
        int group;
        int index;
        do { // until there is a key, so that one behind a gap comes no more often than others
            int start = random.nextInt(groups * Group.ENTRIES);
            group = start / Group.ENTRIES;
            index = start % Group.ENTRIES;
        } while (!Group.isTaken(first + ((long) group << Group.SHIFT), index));
        int left = Math.min(most, counts[segment]);
        for (int mask = -1 << index; left > 0; mask = -1, group = next(group, groups)) {
            long line = first + ((long) group << Group.SHIFT);
            for (int taken = Group.taken(line) & mask; taken != 0 && left > 0; taken &= taken - 1, left--) {
                visitor.visit(Group.refAt(line, Integer.numberOfTrailingZeros(taken)));
            }
        }
    }

    /** Each segment by how many keys it holds. */
    private int randomSegment(RandomGenerator random) {
        while (true) {
            int segment = directory.segmentStartingAt(random.nextInt(directory.entryCount()));
            if (segment >= 0 && (size == counts[segment] || random.nextInt(ROOM[LARGEST_CODE]) < counts[segment])) {
                return segment;
            }
        }
    }

    /** Each entry of a segment with the same chance: {@link #random} has chosen it by how many it holds. */
    private int randomIn(int segment, RandomGenerator random) {
        int nth = random.nextInt(counts[segment]);
        int groups = GROUPS[heads[segment] & CODE_MASK];
        long line = firstLine(heads[segment]);
        for (int group = 0; group < groups; group++, line += Group.BYTES) {
            int taken = Group.taken(line);
            int count = Integer.bitCount(taken);
            if (nth < count) {
                for (; nth > 0; nth--) {
                    taken &= taken - 1;
                }
                return Group.refAt(line, Integer.numberOfTrailingZeros(taken));
            }
            nth -= count;
        }
        throw new IllegalStateException("invariant broken: a segment holds as many keys as it counts");
    }

    // ---- segments ----

    /** The segment of a key with this hash, whether the key is there or not. */
    int segmentOf(long hash) {
        return directory.segmentOf(hash);
    }

    int segmentOfSlot(long slot) {
        return (int) (slot >>> SLOT_SEGMENT_SHIFT);
    }

    /**
     * The segment that holds this position. Positions are prefixes of hashes and stay valid when segments split or
     * merge: {@code for (long at = 0; at < END; at = positionAfter(segment))} meets every key that was there throughout.
     *
     * @param position from 0 to below {@link #END}
     */
    public int segmentAt(long position) {
        return directory.segmentAt(position);
    }

    /** The position of a key with this hash. */
    public static long positionOf(long hash) {
        return hash >>> 64 - PREFIX_BITS;
    }

    /** The first position behind a segment; {@link #END} behind the last one. */
    public long positionAfter(int segment) {
        return directory.positionAfter(segment);
    }

    /** Shows all blobs of one segment. */
    public void forEachInSegment(int segment, RefVisitor visitor) {
        int groups = GROUPS[heads[segment] & CODE_MASK];
        long line = firstLine(heads[segment]);
        for (int group = 0; group < groups; group++, line += Group.BYTES) {
            for (int left = Group.taken(line); left != 0; left &= left - 1) {
                visitor.visit(Group.refAt(line, Integer.numberOfTrailingZeros(left)));
            }
        }
    }

    /** How many keys a segment holds. */
    public int countOf(int segment) {
        return counts[segment];
    }

    /** Moves a segment's own blob if that helps to empty a slab. Returns whether it moved. */
    public boolean defragment(int segment) {
        int head = heads[segment];
        if (head == 0 || !arena.shouldMove(head & ~CODE_MASK)) {
            return false;
        }
        int bytes = GROUPS[head & CODE_MASK] * Group.BYTES;
        int moved = arena.allocate(bytes);
        RawMemory.copy(firstLine(head), arena.address(moved), bytes);
        arena.free(head & ~CODE_MASK);
        heads[segment] = moved | head & CODE_MASK;
        return true;
    }

    /**
     * Takes the table apart, some segments at a time, showing each blob to its new owner. Between calls the table may
     * not be used for anything else; afterwards it is as new.
     *
     * @return whether it is done
     */
    public boolean drain(int segments, RefVisitor visitor) {
        for (int left = segments; left > 0 && drained < directory.ids(); left--, drained++) {
            int head = heads[drained];
            if (head != 0) {
                forEachInSegment(drained, visitor);
                size -= counts[drained];
                freeSegment(head);
                heads[drained] = 0;
            }
        }
        if (drained < directory.ids()) {
            return false;
        }
        directory = new Directory();
        heads = new int[1];
        counts = new int[1];
        drained = 0;
        return true;
    }

    // ---- scan ----

    /**
     * Shows some keys and returns where to go on, as SCAN does: whoever starts with cursor 0 and ends when 0 is returned
     * has seen every key that was there all the time, once, whatever was added, removed, split or merged meanwhile.
     *
     * <p>The cursor is a place in the order (home, prefix), of which neither ever changes for a key. One step shows the
     * keys of one segment in one band of homes; the walk goes through all segments before the next band, so that splits
     * do not make it start over. In a table of one segment a band is one group.
     *
     * @param cursor what the previous call returned, 0 to start; other numbers are harmless
     * @param atLeast how many keys to show before stopping, unless very many places were empty
     * @return 0 at the end; otherwise a number of at most 42 bits
     */
    public long scan(long cursor, int atLeast, RefVisitor visitor) {
        int home = (int) (cursor >>> PREFIX_BITS) & HOME_END - 1;
        long position = cursor & END - 1;
        int shown = 0;
        long visits = Math.max(1L, atLeast) * SCAN_VISITS_PER_KEY;
        do {
            int segment = segmentAt(position);
            int bandEnd = bandEnd(home, position, segment);
            shown += scanBand(segment, home, bandEnd, position, visitor);
            position = positionAfter(segment);
            if (position == END) {
                position = 0;
                home = bandEnd;
                if (home == HOME_END) {
                    return 0;
                }
            }
        } while (shown < atLeast && --visits > 0);
        return (long) home << PREFIX_BITS | position;
    }

    private int bandEnd(int home, long position, int segment) {
        if (directory.depth(segment) == 0 && position == 0) {
            int groups = GROUPS[heads[segment] & CODE_MASK];
            int following = (home * groups >>> HOME_BITS) + 1;
            return ((following << HOME_BITS) + groups - 1) / groups;
        }
        return (home | HOME_END / SCAN_BANDS - 1) + 1;
    }

    private int scanBand(int segment, int home, int bandEnd, long position, RefVisitor visitor) {
        int head = heads[segment];
        int groups = GROUPS[head & CODE_MASK];
        int group = home * groups >>> HOME_BITS;
        int last = (bandEnd - 1) * groups >>> HOME_BITS;
        int shown = 0;
        for (int visited = 0; visited < groups; visited++) {
            long line = lineOf(head, group);
            for (int left = Group.taken(line); left != 0; left &= left - 1) {
                int ref = Group.refAt(line, Integer.numberOfTrailingZeros(left));
                long hash = layout.hash(arena.address(ref));
                int keyHome = homeOf(hash);
                if (keyHome >= home && keyHome < bandEnd && hash >>> 64 - PREFIX_BITS >= position) {
                    visitor.visit(ref);
                    shown++;
                }
            }
            if (visited >= last - (home * groups >>> HOME_BITS) && Group.passedBy(line) == 0) {
                break;
            }
            group = next(group, groups);
        }
        return shown;
    }

    // ---- growing ----

    private void makeRoom(int segment) {
        int code = heads[segment] & CODE_MASK;
        if (code < LARGEST_CODE) {
            rehash(segment, code + 1);
        } else {
            split(segment);
        }
    }

    /** Moves a segment's keys into a new blob of another size. */
    private void rehash(int segment, int code) {
        int old = heads[segment];
        int count = gather(segment, 0);
        int head = newSegment(code);
        heads[segment] = head;
        for (int i = 0; i < count; i++) {
            place(segment, head, arena.scratchHashes[i], arena.scratchRefs[i]);
        }
        freeSegment(old);
    }

    private void split(int segment) {
        int old = heads[segment];
        int count = gather(segment, 0);
        int upper = 0;
        for (int i = 0; i < count; i++) {
            upper += directory.isUpper(segment, arena.scratchHashes[i]) ? 1 : 0;
        }
        int lowerHead = newSegment(codeFor(count - upper));
        int upperHead = newSecondSegment(codeFor(upper), lowerHead);
        int added = directory.split(segment);
        growTo(added);
        heads[segment] = lowerHead;
        heads[added] = upperHead;
        counts[segment] = count - upper;
        counts[added] = upper;
        for (int i = 0; i < count; i++) {
            long hash = arena.scratchHashes[i];
            int half = segmentOf(hash);
            place(half, heads[half], hash, arena.scratchRefs[i]);
        }
        freeSegment(old);
    }

    private void growTo(int segment) {
        if (segment >= heads.length) {
            int capacity = Directory.roomFor(segment);
            heads = Arrays.copyOf(heads, capacity);
            counts = Arrays.copyOf(counts, capacity);
        }
    }

    // ---- shrinking ----

    /** Merges a segment that has lost many keys with its buddy, or makes it smaller, if there is memory for it. */
    private void shrink(int segment) {
        try {
            int kept = segment;
            for (int buddy = buddyToMerge(kept); buddy >= 0; buddy = buddyToMerge(kept)) {
                int lower = directory.lower(kept, buddy);
                merge(lower, lower == kept ? buddy : kept);
                kept = lower;
            }
            int code = heads[kept] & CODE_MASK;
            if (counts[kept] <= ROOM[code] >>> 2 && codeFor(counts[kept]) < code) {
                rehash(kept, codeFor(counts[kept]));
            }
        } catch (ArenaFullException e) {
            // Shrinking needs a little room first; without it the table stays as it is, which is no error.
        }
    }

    private int buddyToMerge(int segment) {
        if (neverMerges || counts[segment] > MERGE_BELOW) {
            return -1;
        }
        int buddy = directory.buddy(segment);
        return buddy >= 0 && counts[segment] + counts[buddy] <= MERGE_BELOW ? buddy : -1;
    }

    private void merge(int kept, int gone) {
        int count = gather(gone, gather(kept, 0));
        int head = newSegment(codeFor(count));
        freeSegment(heads[kept]);
        freeSegment(heads[gone]);
        heads[kept] = head;
        counts[kept] = count;
        heads[gone] = 0;
        counts[gone] = 0;
        directory.merge(kept, gone);
        for (int i = 0; i < count; i++) {
            place(kept, head, arena.scratchHashes[i], arena.scratchRefs[i]);
        }
    }

    // ---- memory of a segment ----

    /** The smallest size that leaves room to grow by a quarter. */
    private static int codeFor(int count) {
        int code = 0;
        while (code < LARGEST_CODE && ROOM[code] < count + (count >>> 2)) {
            code++;
        }
        return code;
    }

    /** An empty segment of this size code: its reference and the code, or 0 for none at all. */
    private int newSegment(int code) {
        if (code == 0) {
            return 0;
        }
        int bytes = GROUPS[code] * Group.BYTES;
        int ref = arena.allocate(bytes);
        RawMemory.fill(arena.address(ref), bytes, (byte) 0);
        segmentBytes += bytes;
        return ref | code;
    }

    private int newSecondSegment(int code, int firstHead) {
        try {
            return newSegment(code);
        } catch (ArenaFullException e) {
            freeSegment(firstHead);
            throw e;
        }
    }

    private void freeSegment(int head) {
        if (head != 0) {
            segmentBytes -= (long) GROUPS[head & CODE_MASK] * Group.BYTES;
            arena.free(head & ~CODE_MASK);
        }
    }

    /**
     * Collects a segment's keys in the arena's scratch arrays, from {@code at} on. The short loop before the
     * hashing has many cache misses under way at once.
     */
    private int gather(int segment, int at) {
        int groups = GROUPS[heads[segment] & CODE_MASK];
        long line = firstLine(heads[segment]);
        int count = at;
        for (int group = 0; group < groups; group++, line += Group.BYTES) {
            for (int left = Group.taken(line); left != 0; left &= left - 1) {
                arena.scratchRefs[count++] = Group.refAt(line, Integer.numberOfTrailingZeros(left));
            }
        }
        long firstBytes = 0;
        for (int i = at; i < count; i++) {
            firstBytes += RawMemory.getLong(arena.address(arena.scratchRefs[i]));
        }
        touched += firstBytes;
        for (int i = at; i < count; i++) {
            arena.scratchHashes[i] = layout.hash(arena.address(arena.scratchRefs[i]));
        }
        return count;
    }

    private long place(int segment, int head, long hash, int ref) {
        int groups = GROUPS[head & CODE_MASK];
        int home = homeGroup(hash, groups);
        long first = firstLine(head);
        for (int group = home; ; group = next(group, groups)) {
            long line = first + ((long) group << Group.SHIFT);
            int index = Group.firstEmpty(line);
            if (index < Group.ENTRIES) {
                Group.put(line, index, hash, ref);
                return slot(segment, home, group, index);
            }
            Group.addPassedBy(line, 1);
        }
    }

    // ---- bits ----

    private static int homeOf(long hash) {
        return (int) (hash >>> HOME_SHIFT) & HOME_END - 1;
    }

    private static int homeGroup(long hash, int groups) {
        return homeOf(hash) * groups >>> HOME_BITS;
    }

    private static int next(int group, int groups) {
        return group + 1 == groups ? 0 : group + 1;
    }

    private static long slot(int segment, int home, int group, int index) {
        return (long) segment << SLOT_SEGMENT_SHIFT | home << SLOT_HOME_SHIFT | group << SLOT_GROUP_SHIFT | index;
    }

    private static int groupOf(long slot) {
        return (int) (slot >>> SLOT_GROUP_SHIFT) & 63;
    }

    private static int indexOf(long slot) {
        return (int) slot & 15;
    }

    private long lineOf(long slot) {
        return lineOf(heads[segmentOfSlot(slot)], groupOf(slot));
    }

    private long lineOf(int head, int group) {
        return firstLine(head) + ((long) group << Group.SHIFT);
    }

    /** The address of a segment; that of no segment is a line of zeros, which reads as an empty group. */
    private long firstLine(int head) {
        return arena.rawAddress(head & ~CODE_MASK);
    }
}
