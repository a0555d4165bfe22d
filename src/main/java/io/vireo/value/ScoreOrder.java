package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;

/**
 * The elements of a large sorted set by score and, where scores are equal, by member: a B+ tree that counts, so that ranks
 * are found on the way down. It holds scores and references of {@link Element}s; the members lie there.
 *
 * <pre>
 *   leaf    i16 entries | i16 1 | i32 previous leaf | i32 next leaf | { f64 score, i32 element } ...
 *   inner   i16 entries | i16 0 | i64 unused                       | { f64 score, i32 element, i32 child, i32 count } ...
 * </pre>
 *
 * <p>The entry of a child tells its first element and how many elements are under it. Nodes are blobs of one kilobyte.
 */
@RunsOn(Loop.KEYSPACE)
final class ScoreOrder {
    private static final int NODE_BYTES = 1024;
    private static final int HEAD = 12;
    private static final int IS_LEAF_AT = 2;
    private static final int PREVIOUS_AT = 4;
    private static final int NEXT_AT = 8;
    private static final int REF_AT = 8;
    private static final int CHILD_AT = 12;
    private static final int COUNT_AT = 16;
    private static final int LEAF_ENTRY = 12;
    private static final int INNER_ENTRY = 20;
    private static final int LEAF_MOST = (NODE_BYTES - HEAD) / LEAF_ENTRY;
    private static final int INNER_MOST = (NODE_BYTES - HEAD) / INNER_ENTRY;
    private static final int DEEPEST = 12;
    private static final int NONE = 0;

    /** What counts as below the bound of a search. */
    private enum Bound {
        ELEMENT,
        SCORE,
        SCORE_INCLUSIVE,
        MEMBER,
        MEMBER_INCLUSIVE
    }

    private final Arena arena;
    private int root = NONE;
    private int nodeCount;

    /** Nodes taken for an insertion before it changes anything. */
    private final int[] spare = new int[DEEPEST];

    private int spareCount;

    private Bound bound;
    private double boundScore;
    private long boundMember;
    private int boundLength;

    /** Where a walk is. */
    private int leaf;

    private int index;

    ScoreOrder(Arena arena) {
        this.arena = arena;
    }

    long size() {
        if (root == NONE) {
            return 0;
        }
        long node = arena.address(root);
        return isLeaf(node) ? entries(node) : sum(node, entries(node));
    }

    long memoryBytes() {
        return (long) nodeCount * NODE_BYTES;
    }

    // Bits of a node.

    private static int entries(long node) {
        return RawMemory.getShort(node);
    }

    private static void setEntries(long node, int entries) {
        RawMemory.putShort(node, (short) entries);
    }

    private static boolean isLeaf(long node) {
        return RawMemory.getShort(node + IS_LEAF_AT) != 0;
    }

    private static int entrySize(long node) {
        return isLeaf(node) ? LEAF_ENTRY : INNER_ENTRY;
    }

    private static long entry(long node, int at) {
        return node + HEAD + (long) at * entrySize(node);
    }

    private static double score(long entry) {
        return Double.longBitsToDouble(RawMemory.getLong(entry));
    }

    private static int element(long entry) {
        return RawMemory.getInt(entry + REF_AT);
    }

    private static int child(long entry) {
        return RawMemory.getInt(entry + CHILD_AT);
    }

    private static int count(long entry) {
        return RawMemory.getInt(entry + COUNT_AT);
    }

    private static void addCount(long entry, int more) {
        RawMemory.putInt(entry + COUNT_AT, count(entry) + more);
    }

    private static long sum(long inner, int entries) {
        long sum = 0;
        for (int i = 0; i < entries; i++) {
            sum += count(entry(inner, i));
        }
        return sum;
    }

    /** Bytes at the begin of an entry that say which element it is, in both kinds of node. */
    private static void copyFirst(long from, long to) {
        RawMemory.putLong(to, RawMemory.getLong(from));
        RawMemory.putInt(to + REF_AT, element(from));
    }

    private static int countOf(long node) {
        return isLeaf(node) ? entries(node) : (int) sum(node, entries(node));
    }

    private static boolean isFull(long node) {
        return entries(node) == (isLeaf(node) ? LEAF_MOST : INNER_MOST);
    }

    private int newNode(boolean leafNode) {
        int ref = spareCount > 0 ? spare[--spareCount] : allocate();
        long node = arena.address(ref);
        setEntries(node, 0);
        RawMemory.putShort(node + IS_LEAF_AT, (short) (leafNode ? 1 : 0));
        RawMemory.putInt(node + PREVIOUS_AT, NONE);
        RawMemory.putInt(node + NEXT_AT, NONE);
        return ref;
    }

    private int allocate() {
        int ref = arena.allocate(NODE_BYTES);
        nodeCount++;
        return ref;
    }

    private void freeNode(int ref) {
        nodeCount--;
        arena.free(ref);
    }

    // Searching.

    private void bound(Bound kind, double score, Bytes member) {
        bound = kind;
        boundScore = score;
        boundMember = member == null ? 0 : member.address();
        boundLength = member == null ? 0 : member.length();
    }

    private boolean isBelow(long entry) {
        double there = score(entry);
        return switch (bound) {
            case ELEMENT -> there < boundScore || there == boundScore && compareMember(entry) < 0;
            case SCORE -> there < boundScore;
            case SCORE_INCLUSIVE -> there <= boundScore;
            case MEMBER -> compareMember(entry) < 0;
            case MEMBER_INCLUSIVE -> compareMember(entry) <= 0;
        };
    }

    private int compareMember(long entry) {
        long blob = arena.address(element(entry));
        return RawMemory.compare(Element.fieldAddress(blob), Element.fieldLength(blob), boundMember, boundLength);
    }

    /** How many entries of a node are below the bound. */
    private int below(long node) {
        int low = 0;
        int high = entries(node);
        while (low < high) {
            int middle = low + high >>> 1;
            if (isBelow(entry(node, middle))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How many elements are below the bound. */
    private long descend() {
        long rank = 0;
        int ref = root;
        while (true) {
            long node = arena.address(ref);
            int below = below(node);
            if (isLeaf(node)) {
                return rank + below;
            }
            int taken = Math.max(0, below - 1);
            rank += sum(node, taken);
            ref = child(entry(node, taken));
        }
    }

    /** How many elements are below one of this score and member, there or not. */
    long rank(double score, Bytes member) {
        if (root == NONE) {
            return 0;
        }
        bound(Bound.ELEMENT, score, member);
        return descend();
    }

    /** How many elements have a score below this one, or also this one. */
    long countBelow(double score, boolean inclusive) {
        if (root == NONE) {
            return 0;
        }
        bound(inclusive ? Bound.SCORE_INCLUSIVE : Bound.SCORE, score, null);
        return descend();
    }

    /** How many members come before this one, or are it; of use where all scores are equal. */
    long countBelow(Bytes member, boolean inclusive) {
        if (root == NONE) {
            return 0;
        }
        bound(inclusive ? Bound.MEMBER_INCLUSIVE : Bound.MEMBER, 0, member);
        return descend();
    }

    // Walking.

    /** Goes to the element of a rank, from 0 to below the size. */
    void seek(long rank) {
        long left = rank;
        int ref = root;
        long node = arena.address(ref);
        while (!isLeaf(node)) {
            int at = 0;
            long entry = entry(node, 0);
            while (left >= count(entry)) {
                left -= count(entry);
                entry = entry(node, ++at);
            }
            ref = child(entry);
            node = arena.address(ref);
        }
        leaf = ref;
        index = (int) left;
    }

    /** Goes to the next element, or to the one before. Returns whether there is one. */
    boolean step(boolean forward) {
        long node = arena.address(leaf);
        index += forward ? 1 : -1;
        if (index >= 0 && index < entries(node)) {
            return true;
        }
        leaf = RawMemory.getInt(node + (forward ? NEXT_AT : PREVIOUS_AT));
        if (leaf == NONE) {
            return false;
        }
        index = forward ? 0 : entries(arena.address(leaf)) - 1;
        return true;
    }

    /** The element where the walk is. */
    int element() {
        return element(entry(arena.address(leaf), index));
    }

    double score() {
        return score(entry(arena.address(leaf), index));
    }

    // Changing.

    /**
     * Adds an element whose member is not there with this score.
     *
     * @throws io.vireo.memory.ArenaFullException if it needs a node that the arena has no room for; nothing has changed
     */
    void insert(double score, Bytes member, int ref) {
        bound(Bound.ELEMENT, score, member);
        reserve();
        if (root == NONE) {
            root = newNode(true);
        }
        int right = insertInto(root, score, ref);
        if (right != NONE) {
            int left = root;
            root = newNode(false);
            addChild(arena.address(root), 0, left);
            addChild(arena.address(root), 1, right);
        }
        Invariant.check(spareCount == 0, "an insertion takes the nodes that it asked for");
    }

    /** Takes the nodes that the insertion at the bound will need: one for each that is full, from the leaf up. */
    private void reserve() {
        int needed = 1; // a root, if there is none or every node of the way is full
        for (int ref = root; ref != NONE; ) {
            long node = arena.address(ref);
            needed = isFull(node) ? needed + 1 : 0;
            ref = isLeaf(node) ? NONE : child(entry(node, Math.max(0, below(node) - 1)));
        }
        try {
            while (spareCount < needed) {
                int ref = allocate();
                spare[spareCount++] = ref;
            }
        } catch (RuntimeException e) {
            while (spareCount > 0) {
                freeNode(spare[--spareCount]);
            }
            throw e;
        }
    }

    /** Inserts below a node. Returns the node that was split off to its right, or {@link #NONE}. */
    private int insertInto(int ref, double score, int element) {
        long node = arena.address(ref);
        int below = below(node);
        if (isLeaf(node)) {
            int right = isFull(node) ? split(ref, below) : NONE;
            int kept = entries(node);
            boolean goesRight = right != NONE && (below > kept || entries(arena.address(right)) == 0);
            writeLeafEntry(goesRight ? arena.address(right) : node, goesRight ? below - kept : below, score, element);
            return right;
        }
        int at = Math.max(0, below - 1);
        long entry = entry(node, at);
        int child = child(entry);
        int added = insertInto(child, score, element);
        long childNode = arena.address(child);
        copyFirst(entry(childNode, 0), entry);
        RawMemory.putInt(entry + COUNT_AT, countOf(childNode));
        if (added == NONE) {
            return NONE;
        }
        int right = isFull(node) ? split(ref, at + 1) : NONE;
        int kept = entries(node);
        boolean goesRight = right != NONE && (at + 1 > kept || entries(arena.address(right)) == 0);
        addChild(goesRight ? arena.address(right) : node, goesRight ? at + 1 - kept : at + 1, added);
        return right;
    }

    private static void writeLeafEntry(long node, int at, double score, int element) {
        openEntry(node, at);
        long entry = entry(node, at);
        RawMemory.putLong(entry, Double.doubleToRawLongBits(score));
        RawMemory.putInt(entry + REF_AT, element);
    }

    private void addChild(long node, int at, int child) {
        openEntry(node, at);
        long entry = entry(node, at);
        long childNode = arena.address(child);
        copyFirst(entry(childNode, 0), entry);
        RawMemory.putInt(entry + CHILD_AT, child);
        RawMemory.putInt(entry + COUNT_AT, countOf(childNode));
    }

    private static void openEntry(long node, int at) {
        int entries = entries(node);
        long from = entry(node, at);
        RawMemory.copy(from, from + entrySize(node), entry(node, entries) - from);
        setEntries(node, entries + 1);
    }

    private static void closeEntry(long node, int at) {
        int entries = entries(node);
        long to = entry(node, at);
        RawMemory.copy(to + entrySize(node), to, entry(node, entries) - to - entrySize(node));
        setEntries(node, entries - 1);
    }

    /** Moves half of a full node into a new one on its right, or nothing where elements come in order at the end. */
    private int split(int ref, int at) {
        long node = arena.address(ref);
        int entries = entries(node);
        boolean leafNode = isLeaf(node);
        int keep = at == entries ? entries : entries / 2;
        int right = newNode(leafNode);
        long rightNode = arena.address(right);
        RawMemory.copy(entry(node, keep), rightNode + HEAD, (long) (entries - keep) * entrySize(node));
        setEntries(node, keep);
        setEntries(rightNode, entries - keep);
        if (leafNode) {
            int next = RawMemory.getInt(node + NEXT_AT);
            link(ref, right);
            link(right, next);
        }
        return right;
    }

    private void link(int left, int right) {
        if (left != NONE) {
            RawMemory.putInt(arena.address(left) + NEXT_AT, right);
        }
        if (right != NONE) {
            RawMemory.putInt(arena.address(right) + PREVIOUS_AT, left);
        }
    }

    /** Removes the element of a score and member, which must be there. */
    void remove(double score, Bytes member) {
        bound(Bound.ELEMENT, score, member);
        removeFrom(root);
        long node = arena.address(root);
        while (!isLeaf(node) && entries(node) == 1) {
            int only = child(entry(node, 0));
            freeNode(root);
            root = only;
            node = arena.address(root);
        }
        if (entries(node) == 0) {
            freeNode(root);
            root = NONE;
        }
    }

    private void removeFrom(int ref) {
        long node = arena.address(ref);
        int below = below(node);
        if (isLeaf(node)) {
            closeEntry(node, below);
            return;
        }
        boolean isFirst = below < entries(node) && isBound(entry(node, below));
        int at = isFirst ? below : below - 1;
        long entry = entry(node, at);
        int child = child(entry);
        removeFrom(child);
        long childNode = arena.address(child);
        if (entries(childNode) == 0) {
            if (isLeaf(childNode)) {
                link(RawMemory.getInt(childNode + PREVIOUS_AT), RawMemory.getInt(childNode + NEXT_AT));
            }
            freeNode(child);
            closeEntry(node, at);
            return;
        }
        copyFirst(entry(childNode, 0), entry);
        addCount(entry, -1);
        if (at + 1 < entries(node)) {
            mergeIfSmall(node, at);
        } else if (at > 0) {
            mergeIfSmall(node, at - 1);
        }
    }

    private boolean isBound(long entry) {
        return score(entry) == boundScore && compareMember(entry) == 0;
    }

    /** Makes one node of two neighbours that are half a node together. */
    private void mergeIfSmall(long node, int at) {
        long left = entry(node, at);
        long right = entry(node, at + 1);
        long leftNode = arena.address(child(left));
        long rightNode = arena.address(child(right));
        int have = entries(leftNode);
        int more = entries(rightNode);
        if (have + more > (isLeaf(leftNode) ? LEAF_MOST : INNER_MOST) / 2) {
            return;
        }
        RawMemory.copy(rightNode + HEAD, entry(leftNode, have), (long) more * entrySize(leftNode));
        setEntries(leftNode, have + more);
        if (isLeaf(leftNode)) {
            link(child(left), RawMemory.getInt(rightNode + NEXT_AT));
        }
        addCount(left, count(right));
        freeNode(child(right));
        closeEntry(node, at + 1);
    }

    /** Frees some nodes; nothing else may be done with it any more. Returns whether all are freed. */
    boolean drain(int steps) {
        for (int left = steps; left > 0 && root != NONE; left--) {
            drainOne();
        }
        return root == NONE;
    }

    /** Frees the last leaf, and what is above it and has no child any more. */
    private void drainOne() {
        long node = arena.address(root);
        if (isLeaf(node) || entries(node) == 0) {
            freeNode(root);
            root = NONE;
            return;
        }
        while (true) {
            int last = entries(node) - 1;
            int child = child(entry(node, last));
            long childNode = arena.address(child);
            if (isLeaf(childNode) || entries(childNode) == 0) {
                freeNode(child);
                setEntries(node, last);
                return;
            }
            node = childNode;
        }
    }
}
