package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;

/**
 * A list of words. One that fits one node is a {@link PackedList}; a longer one has nodes, see {@link ListNodes}. Redis 7.0
 * calls both a quicklist.
 *
 * <p>Elements are found by index. Indexes below 0 are the caller's to turn around.
 */
@RunsOn(Loop.KEYSPACE)
public final class ListValue extends CollectionValue {
    public static final CollectionType<ListValue> TYPE =
            new CollectionType<>(ValueType.LIST, ListValue::new, PackedList.EMPTY_BYTES, PackedList::writeEmpty);

    private final PackedList packed = new PackedList();
    private final StringValue shown = new StringValue();
    private ListNodes nodes;

    /** Where the last search ended: a node, and an element in it. */
    private int node;

    private int at;

    /** After a search by index among nodes: how many elements of the node are left from there on. */
    private int behind;

    /** Is shown an element; it is good until the next one. */
    public interface Visitor {
        /** Returns whether to go on. */
        boolean visit(StringValue element);
    }

    @Override
    public void pointAt(ValueHome newHome) {
        super.pointAt(newHome);
        nodes = (ListNodes) newHome.large();
        if (nodes == null) {
            packed.pointAt(newHome);
        }
    }

    @Override
    public long size() {
        return nodes != null ? nodes.size() : packed.count();
    }

    @Override
    public String encoding() {
        return "quicklist";
    }

    // Looking.

    /** The element of an index from 0 to below the size, in this list's own view. */
    public StringValue get(long index) {
        find(index);
        return list().at(at, shown);
    }

    /** The first or last element, of a list that has one. */
    public StringValue end(boolean first) {
        return get(first ? 0 : size() - 1);
    }

    /** The packed list of the node where the last search ended. */
    private PackedList list() {
        return nodes != null ? nodes.open(node) : packed;
    }

    private void find(long index) {
        if (nodes == null) {
            node = 0;
            at = packed.seek(index);
            return;
        }
        if (index <= nodes.size() / 2) {
            long left = index;
            for (node = 0; left >= nodes.count(node); node++) {
                left -= nodes.count(node);
            }
            at = nodes.open(node).seek(left);
            behind = nodes.count(node) - (int) left;
        } else {
            long left = nodes.size() - 1 - index;
            for (node = nodes.nodes() - 1; left >= nodes.count(node); node--) {
                left -= nodes.count(node);
            }
            at = nodes.open(node).seek(-1 - left);
            behind = (int) left + 1;
        }
    }

    private int nodeCount() {
        return nodes != null ? nodes.nodes() : 1;
    }

    /** How many nodes it has. */
    public int nodes() {
        return nodeCount();
    }

    /** Bytes of all nodes together, as they are in use. */
    public long nodeBytes() {
        long bytes = 0;
        for (int i = 0; i < nodeCount(); i++) {
            bytes += nodes != null ? nodes.open(i).bytes() : packed.bytes();
        }
        return bytes;
    }

    /** Shows elements from an index on, towards the end or back to the beginning, until the visitor has had enough. */
    public void walk(long from, boolean forward, Visitor visitor) {
        if (from < 0 || from >= size()) {
            return;
        }
        find(from);
        PackedList list = list();
        while (visitor.visit(list.at(at, shown))) {
            at = forward ? list.next(at) : list.previous(at);
            if (at == PackedList.NONE) {
                node += forward ? 1 : -1;
                if (node < 0 || node >= nodeCount()) {
                    return;
                }
                list = list();
                at = forward ? list.first() : list.last();
            }
        }
    }

    // Changing. Words given must not lie in this list.

    /** Adds an element at one end. */
    public void push(boolean first, Bytes word) {
        if (nodes == null) {
            int limit = home().memory().limits().listMaxListpackSize;
            if (ListNodes.allows(limit, packed.bytes(), packed.count(), PackedList.sizeOf(word))) {
                packed.insert(first && !packed.isEmpty() ? packed.first() : packed.end(), word);
                return;
            }
            enlarge();
        }
        nodes.push(first, word);
    }

    /** A node may be of any size: the limit is for what is added. */
    @Override
    public void fit() {}

    /** Adds so many elements at the end, given as a packed list, which becomes a node as it is. */
    public void appendNode(Bytes packedList, int count) {
        if (nodes == null && packed.isEmpty()) {
            home().resize(packedList.length());
            RawMemory.copy(packedList.address(), home().address(), packedList.length());
            packed.pointAt(home());
            return;
        }
        if (nodes == null) {
            enlarge();
        }
        nodes.addNode(packedList.address(), packedList.length(), count);
    }

    private void enlarge() {
        ListNodes larger = new ListNodes(home().memory());
        larger.addNode(packed.address(), packed.bytes(), packed.count());
        try {
            home().enlarge(larger);
        } catch (RuntimeException e) {
            larger.drain(Integer.MAX_VALUE);
            throw e;
        }
        nodes = larger;
    }

    /** Removes the first or last element, of a list that has one. */
    public void removeEnd(boolean first) {
        removeRange(first ? 0 : size() - 1, 1);
    }

    /** Puts a word in the place of an element. */
    public void set(long index, Bytes word) {
        find(index);
        if (nodes != null) {
            nodes.replace(node, at, word);
        } else {
            packed.replace(at, word);
        }
    }

    /** Puts a word in front of the first element that is the pivot, or behind it. Returns whether there was one. */
    public boolean insert(Bytes pivot, boolean before, Bytes word) {
        if (!findFirst(pivot)) {
            return false;
        }
        if (nodes == null) {
            int limit = home().memory().limits().listMaxListpackSize;
            if (ListNodes.allows(limit, packed.bytes(), packed.count(), PackedList.sizeOf(word))) {
                packed.insert(before ? at : behind(packed), word);
                return true;
            }
            enlarge();
        }
        nodes.insert(node, before ? at : behind(nodes.open(node)), word);
        return true;
    }

    private int behind(PackedList list) {
        int next = list.next(at);
        return next == PackedList.NONE ? list.end() : next;
    }

    private boolean findFirst(Bytes word) {
        for (node = 0; node < nodeCount(); node++) {
            PackedList list = list();
            at = list.find(list.first(), word, 1);
            if (at != PackedList.NONE) {
                return true;
            }
        }
        return false;
    }

    /**
     * Removes elements that are a word.
     *
     * @param most how many at most; 0 for all
     * @param forward whether the search goes from the first to the last, or back
     * @return how many were removed
     */
    public long removeAll(Bytes word, long most, boolean forward) {
        long removed = 0;
        int next = forward ? 0 : nodeCount() - 1;
        while (next >= 0 && next < nodeCount() && (most == 0 || removed < most)) {
            node = next;
            int before = nodeCount();
            removed += removeInNode(word, most == 0 ? Long.MAX_VALUE : most - removed, forward);
            boolean gone = nodes != null && nodeCount() < before;
            next += forward ? gone ? 0 : 1 : -1;
        }
        packIfSmall();
        return removed;
    }

    private long removeInNode(Bytes word, long most, boolean forward) {
        long removed = 0;
        PackedList list = list();
        at = forward ? list.first() : list.last();
        while (at != PackedList.NONE && removed < most) {
            if (!list.isAt(at, word)) {
                at = forward ? list.next(at) : list.previous(at);
                continue;
            }
            removed++;
            if (nodes == null) {
                list.remove(at);
            } else if (nodes.remove(node, at, 1)) {
                return removed;
            }
            list = list();
            if (forward) {
                at = at == list.end() ? PackedList.NONE : at;
            } else {
                at = list.previous(at);
            }
        }
        return removed;
    }

    /** Removes so many elements from an index on, as far as there are any. */
    public void removeRange(long from, long howMany) {
        long left = Math.min(howMany, size() - from);
        if (left <= 0) {
            return;
        }
        find(from);
        if (nodes == null) {
            packed.remove(at, (int) left);
            return;
        }
        while (left > 0) {
            int now = (int) Math.min(left, behind);
            left -= now;
            if (!nodes.remove(node, at, now)) {
                node++;
            }
            if (left > 0) {
                at = nodes.open(node).first();
                behind = nodes.count(node);
            }
        }
        packIfSmall();
    }

    /** Makes a list that is down to half a node packed again. */
    private void packIfSmall() {
        if (nodes == null || nodes.nodes() != 1) {
            return;
        }
        PackedList last = nodes.open(0);
        int bytes = last.bytes();
        int limit = home().memory().limits().listMaxListpackSize;
        if (!ListNodes.allows(limit, 2 * bytes, 2 * last.count(), 0)) {
            return;
        }
        byte[] copy = new byte[bytes];
        RawMemory.copyOut(last.address(), copy, 0, bytes);
        RawMemory.copyIn(copy, 0, home().pack(bytes), bytes);
        nodes = null;
        packed.pointAt(home());
    }

    @Override
    public void digest(DigestSink to) {
        walk(0, true, element -> {
            to.word(element.bytes());
            to.endOfElement(true);
            return true;
        });
    }
}
