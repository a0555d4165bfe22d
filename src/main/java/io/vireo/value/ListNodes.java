package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import io.vireo.memory.ArenaFullException;

/**
 * The nodes of a large list: packed lists of some kilobytes, each in a blob of its own, in order. A node is never empty;
 * an element longer than a node has one to itself.
 *
 * <p>What is known of the nodes lies in two arrays with room at both ends, so that pushes cost nothing there and a node
 * in the middle costs a move of four bytes a node.
 */
@RunsOn(Loop.KEYSPACE)
final class ListNodes implements LargeValue {
    private static final int FEWEST = 8;

    /** Bytes of a node where its limit counts elements. */
    private static final int SAFE_BYTES = 8192;

    private static final int[] BYTES_OF_LIMIT = {4096, 8192, 16_384, 32_768, 65_536};

    private final Arena arena;
    private final ValueLimits limits;
    private final PackedList list = new PackedList();
    private final NodeRoom room = new NodeRoom();

    private int[] refs = new int[FEWEST];
    private int[] counts = new int[FEWEST];
    private int head = FEWEST / 2;
    private int nodes;
    private long size;
    private long blobBytes;
    private HeldNodes held;

    ListNodes(ValueMemory memory) {
        this.arena = memory.arena();
        this.limits = memory.limits();
    }

    /** Whether a node with so many bytes and elements may take an element of so many bytes. */
    static boolean allows(int limit, int bytes, int count, int more) {
        if (count == 0) {
            return true;
        }
        long all = (long) bytes + more;
        if (limit >= 0) {
            return count < limit && all <= SAFE_BYTES;
        }
        return all <= BYTES_OF_LIMIT[Math.min(-limit, BYTES_OF_LIMIT.length) - 1];
    }

    private boolean allows(int node, int more) {
        return allows(limits.listMaxListpackSize, open(node).bytes(), count(node), more);
    }

    @Override
    public long size() {
        return size;
    }

    int nodes() {
        return nodes;
    }

    int count(int node) {
        return counts[head + node];
    }

    int refOf(int node) {
        return refs[head + node];
    }

    /** A view of a node's elements, to be read: one for all nodes. */
    PackedList open(int node) {
        return list.pointAt(arena.address(refs[head + node]));
    }

    /** A view of a node's elements, to be changed. A node that a snapshot still needs stays as it is, and is copied. */
    private PackedList openToChange(int node) {
        int ref = refs[head + node];
        if (held != null && held.needs(ref)) {
            int bytes = RawMemory.getInt(arena.address(ref));
            int copy = arena.allocate(bytes);
            RawMemory.copy(arena.address(ref), arena.address(copy), bytes);
            refs[head + node] = copy;
            blobBytes += arena.capacity(copy) - arena.capacity(ref);
            held.orphan(ref);
        }
        room.node = node;
        return list.pointAt(room);
    }

    /** The blob of a node, which follows the length of its list. */
    private final class NodeRoom implements BlobRoom {
        private int node;

        @Override
        public long address() {
            return arena.address(refs[head + node]);
        }

        @Override
        public long resize(int length) {
            int ref = refs[head + node];
            int capacity = arena.capacity(ref);
            int moved;
            try {
                moved = arena.resize(ref, Math.min(capacity, length), length);
            } catch (ArenaFullException e) {
                if (length > capacity) {
                    throw e;
                }
                moved = ref; // a shorter list may stay where it is
            }
            refs[head + node] = moved;
            blobBytes += arena.capacity(moved) - capacity;
            return arena.address(moved);
        }
    }

    // Changing.

    /** Makes a copy of packed bytes the last node. */
    void addNode(long address, int bytes, int count) {
        int ref = arena.allocate(bytes);
        RawMemory.copy(address, arena.address(ref), bytes);
        insertNode(nodes, ref, count);
        size += count;
    }

    /** Adds an element at one end. */
    void push(boolean first, Bytes word) {
        int more = PackedList.sizeOf(word);
        int node = first ? 0 : nodes - 1;
        if (nodes == 0 || !allows(node, more)) {
            node = first ? 0 : nodes;
            newNode(node, word, more);
            return;
        }
        PackedList to = openToChange(node);
        if (first) {
            to.prepend(word);
        } else {
            to.append(word);
        }
        counts[head + node]++;
        size++;
    }

    private void newNode(int node, Bytes word, int more) {
        int ref = arena.allocate(PackedList.EMPTY_BYTES + more);
        PackedList.writeEmpty(arena.address(ref));
        insertNode(node, ref, 1);
        room.node = node;
        list.pointAt(room).append(word);
        size++;
    }

    private void insertNode(int node, int ref, int count) {
        makeRoom();
        if (node < nodes / 2) {
            System.arraycopy(refs, head, refs, head - 1, node);
            System.arraycopy(counts, head, counts, head - 1, node);
            head--;
        } else {
            System.arraycopy(refs, head + node, refs, head + node + 1, nodes - node);
            System.arraycopy(counts, head + node, counts, head + node + 1, nodes - node);
        }
        refs[head + node] = ref;
        counts[head + node] = count;
        nodes++;
        blobBytes += arena.capacity(ref);
    }

    private void makeRoom() {
        if (head > 0 && head + nodes < refs.length) {
            return;
        }
        int length = Math.max(FEWEST, 3 * nodes);
        int newHead = (length - nodes) / 2;
        int[] newRefs = new int[length];
        int[] newCounts = new int[length];
        System.arraycopy(refs, head, newRefs, newHead, nodes);
        System.arraycopy(counts, head, newCounts, newHead, nodes);
        refs = newRefs;
        counts = newCounts;
        head = newHead;
    }

    private void removeNode(int node) {
        int ref = refs[head + node];
        size -= counts[head + node];
        if (node < nodes / 2) {
            System.arraycopy(refs, head, refs, head + 1, node);
            System.arraycopy(counts, head, counts, head + 1, node);
            head++;
        } else {
            System.arraycopy(refs, head + node + 1, refs, head + node, nodes - node - 1);
            System.arraycopy(counts, head + node + 1, counts, head + node, nodes - node - 1);
        }
        nodes--;
        letGo(ref);
    }

    private void letGo(int ref) {
        blobBytes -= arena.capacity(ref);
        if (held != null && held.needs(ref)) {
            held.orphan(ref);
        } else {
            arena.free(ref);
        }
    }

    /** Puts a word in the place of an element. */
    void replace(int node, int at, Bytes word) {
        openToChange(node).replace(at, word);
    }

    /** Removes so many elements of one node, from one on. Returns whether the node is gone with them. */
    boolean remove(int node, int at, int howMany) {
        if (howMany >= counts[head + node]) {
            removeNode(node);
            return true;
        }
        openToChange(node).remove(at, howMany);
        counts[head + node] -= howMany;
        size -= howMany;
        return false;
    }

    /** Puts a word in front of an element of a node, or at its end. */
    void insert(int node, int at, Bytes word) {
        int more = PackedList.sizeOf(word);
        if (allows(node, more)) {
            openToChange(node).insert(at, word);
            counts[head + node]++;
            size++;
        } else if (at == open(node).first()) {
            insertBetween(node - 1, node, word, more);
        } else if (at == open(node).end()) {
            insertBetween(node, node + 1, word, more);
        } else {
            split(node, at);
            insertBetween(node, node + 1, word, more);
        }
    }

    /** Puts a word between two neighbours of which one may be missing: into one of them, or a node of its own. */
    private void insertBetween(int left, int right, Bytes word, int more) {
        if (left >= 0 && allows(left, more)) {
            openToChange(left).append(word);
            counts[head + left]++;
            size++;
        } else if (right < nodes && allows(right, more)) {
            openToChange(right).prepend(word);
            counts[head + right]++;
            size++;
        } else {
            newNode(right, word, more);
        }
    }

    /** Moves the elements of a node from one on into a new node behind it. */
    private void split(int node, int at) {
        PackedList from = openToChange(node);
        int end = from.end();
        int behind = 0;
        for (int i = at; i != PackedList.NONE; i = from.next(i)) {
            behind++;
        }
        int bytes = PackedList.EMPTY_BYTES + end - at;
        int ref = arena.allocate(bytes);
        long to = arena.address(ref);
        PackedList.writeEmpty(to);
        RawMemory.copy(from.address() + at, to + PackedList.EMPTY_BYTES - 1, end - at + 1);
        RawMemory.putInt(to, bytes);
        RawMemory.putShort(to + Integer.BYTES, (short) Math.min(0xffff, behind));
        insertNode(node + 1, ref, behind);
        openToChange(node).remove(at, behind);
        counts[head + node] -= behind;
    }

    // What a snapshot needs.

    @Override
    public HeldContent hold() {
        held = new HeldNodes(arena, allRefs(), size, () -> held = null);
        return held;
    }

    @Override
    public HeldContent content() {
        return new HeldNodes(arena, allRefs(), size, () -> {});
    }

    private int[] allRefs() {
        int[] all = new int[nodes];
        System.arraycopy(refs, head, all, 0, nodes);
        return all;
    }

    @Override
    public boolean isHeld() {
        return held != null;
    }

    // Whole values.

    @Override
    public long memoryBytes() {
        return blobBytes + 2L * Integer.BYTES * refs.length;
    }

    @Override
    public boolean drain(int steps) {
        for (int left = steps; left > 0 && nodes > 0; left--) {
            removeNode(nodes - 1);
        }
        return nodes == 0;
    }

    @Override
    public LargeValue copy() {
        ListNodes copy = new ListNodes(arena, limits);
        try {
            for (int node = 0; node < nodes; node++) {
                PackedList from = open(node);
                copy.addNode(from.address(), from.bytes(), count(node));
            }
        } catch (RuntimeException e) {
            copy.drain(Integer.MAX_VALUE);
            throw e;
        }
        return copy;
    }

    private ListNodes(Arena arena, ValueLimits limits) {
        this.arena = arena;
        this.limits = limits;
    }

    @Override
    public void defragment() {
        for (int node = 0; held == null && node < nodes; node++) {
            int ref = refs[head + node];
            if (arena.shouldMove(ref)) {
                int moved = arena.allocate(arena.capacity(ref));
                RawMemory.copy(
                        arena.address(ref), arena.address(moved), open(node).bytes());
                refs[head + node] = moved;
                arena.free(ref);
            }
        }
    }
}
