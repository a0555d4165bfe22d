package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import java.util.Collection;
import java.util.List;

/**
 * A stream: entries with an id each, in the order of ids. One with a single node and no group is packed: what is known of
 * it and the node in one blob; others are {@link StreamContent}. A stream may have no entries.
 */
@RunsOn(Loop.KEYSPACE)
public final class StreamValue extends CollectionValue {
    public static final CollectionType<StreamValue> TYPE =
            new CollectionType<>(ValueType.STREAM, StreamValue::new, StreamHead.BYTES, StreamHead::writeEmpty);

    private static final int PACKED_LIST_AT = StreamHead.BYTES + StreamNode.ID_BYTES;
    private static final long MOST_NODE_BYTES = 1 << 30;

    private final StreamHead packedHead = new StreamHead();
    private final StreamNode node = new StreamNode();
    private final PackedRoom packedRoom = new PackedRoom();
    private StreamContent content;

    /** Is shown an entry; it is good until the next one. */
    public interface Visitor {
        /** Returns whether to go on. */
        boolean visit(StreamNode entry);
    }

    @Override
    public void pointAt(ValueHome newHome) {
        super.pointAt(newHome);
        content = (StreamContent) newHome.large();
        if (content == null) {
            packedHead.read(newHome.address());
        }
    }

    private final class PackedRoom implements BlobRoom {
        @Override
        public long address() {
            return home().address() + PACKED_LIST_AT;
        }

        @Override
        public long resize(int length) {
            return home().resize(PACKED_LIST_AT + length) + PACKED_LIST_AT;
        }
    }

    private StreamHead head() {
        return content != null ? content.head : packedHead;
    }

    /** Writes what has changed in the head of a packed stream. */
    private void save() {
        if (content == null) {
            packedHead.write(home().address());
        }
    }

    @Override
    public long size() {
        return head().length;
    }

    @Override
    public String encoding() {
        return "stream";
    }

    public StreamId lastId() {
        return head().last;
    }

    public void lastId(StreamId id) {
        head().last = id;
        save();
    }

    public StreamId maxDeletedId() {
        return head().maxDeleted;
    }

    public void maxDeletedId(StreamId id) {
        head().maxDeleted = id;
        save();
    }

    public long entriesAdded() {
        return head().added;
    }

    public void entriesAdded(long count) {
        head().added = count;
        save();
    }

    // Nodes.

    /** How many nodes there are. */
    public int nodes() {
        return content != null ? content.nodes.count() : home().length() > StreamHead.BYTES ? 1 : 0;
    }

    private long nodeAddress(int number) {
        return content != null ? content.nodes.address(number) : home().address() + StreamHead.BYTES;
    }

    private StreamNode open(int number) {
        return node.pointAt(nodeAddress(number));
    }

    private StreamNode openToChange(int number) {
        return content != null
                ? content.toChange(number, node)
                : node.pointAt(home().address() + StreamHead.BYTES, packedRoom);
    }

    private void removeNode(int number) {
        if (content != null) {
            content.nodes.remove(number);
        } else {
            home().resize(StreamHead.BYTES);
        }
    }

    private void enlarge() {
        StreamContent larger = new StreamContent(home().memory().arena());
        larger.head = packedHead.copy();
        try {
            if (nodes() == 1) {
                long first = home().address() + StreamHead.BYTES;
                StreamId id = new StreamId(RawMemory.getLong(first), RawMemory.getLong(first + Long.BYTES));
                larger.addNode(id, first + StreamNode.ID_BYTES, RawMemory.getInt(first + StreamNode.ID_BYTES));
            }
            home().enlarge(larger);
        } catch (RuntimeException e) {
            larger.drain(Integer.MAX_VALUE);
            throw e;
        }
        content = larger;
    }

    /** The last node whose first id is not behind an id; -1 where there is none. */
    private int lastNodeFrom(StreamId id) {
        int low = 0;
        int high = nodes() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            long address = nodeAddress(middle);
            long ms = RawMemory.getLong(address);
            if (StreamId.compare(ms, RawMemory.getLong(address + Long.BYTES), id.ms(), id.seq()) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    // Adding.

    /** Adds an entry with an id behind all others: its fields and values by turns. */
    public void append(StreamId id, Bytes[] words, int count) {
        int last = nodes() - 1;
        if (last < 0 || isFull(open(last), words, count)) {
            beginNode(id);
            last = nodes() - 1;
            openToChange(last).begin(words, count);
        }
        openToChange(last).append(id, words, count);
        StreamHead head = head();
        head.length++;
        head.added++;
        head.last = id;
        save();
    }

    private boolean isFull(StreamNode last, Bytes[] words, int count) {
        ValueLimits limits = home().memory().limits();
        long more = 0;
        for (int i = 0; i < count; i++) {
            more += words[i].length();
        }
        long mostBytes =
                limits.streamNodeMaxBytes == 0 ? MOST_NODE_BYTES : Math.min(limits.streamNodeMaxBytes, MOST_NODE_BYTES);
        return last.list().bytes() + more >= mostBytes
                || limits.streamNodeMaxEntries > 0 && last.entries() + last.deleted() >= limits.streamNodeMaxEntries;
    }

    private void beginNode(StreamId id) {
        if (content == null && nodes() > 0) {
            enlarge();
        }
        if (content != null) {
            content.addNode(id);
            return;
        }
        long address = home().resize(PACKED_LIST_AT + PackedList.EMPTY_BYTES);
        RawMemory.putLong(address + StreamHead.BYTES, id.ms());
        RawMemory.putLong(address + StreamHead.BYTES + Long.BYTES, id.seq());
        PackedList.writeEmpty(address + PACKED_LIST_AT);
    }

    /** Adds a node that is sound and whose ids are behind all others, with so many live entries. */
    public void appendNode(StreamId first, Bytes packedList, long entries) {
        if (content == null) {
            enlarge();
        }
        content.addNode(first, packedList.address(), packedList.length());
        head().length += entries;
    }

    // Looking.

    /** Shows the entries of a range of ids, upwards or down, until the visitor has had enough. */
    public void walk(StreamId from, StreamId to, boolean upwards, Visitor visitor) {
        int number = Math.max(0, lastNodeFrom(upwards ? from : to));
        while (number >= 0 && number < nodes()) {
            StreamNode current = open(number);
            boolean more = upwards ? current.first() : current.last();
            for (; more; more = upwards ? current.next() : current.previous()) {
                boolean below = StreamId.compare(current.ms(), current.seq(), from.ms(), from.seq()) < 0;
                boolean above = StreamId.compare(current.ms(), current.seq(), to.ms(), to.seq()) > 0;
                if (upwards ? above : below) {
                    return;
                }
                if (!below && !above && !current.isDeleted() && !visitor.visit(current)) {
                    return;
                }
            }
            number += upwards ? 1 : -1;
        }
    }

    /** The first entry's id; the least of all where there is none. */
    public StreamId firstId() {
        StreamId[] found = {StreamId.MIN};
        walk(StreamId.MIN, StreamId.MAX, true, entry -> {
            found[0] = entry.id();
            return false;
        });
        return found[0];
    }

    static StreamId firstIdOf(StreamContent stream) {
        StreamValue view = new StreamValue();
        view.content = stream;
        return view.firstId();
    }

    /** Shows the entry of an id. Returns whether it is there. */
    public boolean find(StreamId id, Visitor visitor) {
        boolean[] found = {false};
        walk(id, id, true, entry -> {
            found[0] = true;
            return visitor.visit(entry);
        });
        return found[0];
    }

    public boolean contains(StreamId id) {
        return find(id, entry -> false);
    }

    // Removing.

    /** Deletes the entry of an id. Returns whether it was there. */
    public boolean delete(StreamId id) {
        int number = lastNodeFrom(id);
        if (number < 0) {
            return false;
        }
        StreamNode current = open(number);
        for (boolean more = current.first(); more; more = current.next()) {
            int order = StreamId.compare(current.ms(), current.seq(), id.ms(), id.seq());
            if (order > 0) {
                return false;
            }
            if (order == 0) {
                if (current.isDeleted()) {
                    return false;
                }
                deleteIn(number, id);
                return true;
            }
        }
        return false;
    }

    private void deleteIn(int number, StreamId id) {
        if (open(number).entries() == 1) {
            removeNode(number);
        } else {
            StreamNode current = openToChange(number);
            boolean more = current.first();
            while (more && StreamId.compare(current.ms(), current.seq(), id.ms(), id.seq()) != 0) {
                more = current.next();
            }
            current.delete();
        }
        StreamHead head = head();
        head.length--;
        if (id.compareTo(head.maxDeleted) > 0) {
            head.maxDeleted = id;
        }
        save();
    }

    /**
     * Removes the oldest entries until no more than some are left, or until none is before an id.
     *
     * @param most how many may be left; less than 0 where {@code from} counts
     * @param from the first id that may be left
     * @param approximately whether only whole nodes go
     * @param limit about how many may be removed; 0 for all
     * @return how many were removed
     */
    public long trim(long most, StreamId from, boolean approximately, long limit) {
        long removed = 0;
        while (nodes() > 0 && (most < 0 || head().length > most)) {
            StreamNode first = open(0);
            long entries = first.entries();
            if (limit > 0 && removed + entries > limit) {
                break;
            }
            boolean whole = most >= 0 ? head().length - entries >= most : isBefore(first, from);
            if (whole) {
                removeNode(0);
                head().length -= entries;
                removed += entries;
            } else {
                removed += approximately ? 0 : trimFirstNode(most, from);
                break;
            }
        }
        save();
        return removed;
    }

    private static boolean isBefore(StreamNode current, StreamId from) {
        return !current.last() || current.id().compareTo(from) < 0;
    }

    private long trimFirstNode(long most, StreamId from) {
        long removed = 0;
        StreamNode current = openToChange(0);
        for (boolean more = current.first(); more; more = current.next()) {
            boolean stop = most >= 0 ? head().length <= most : current.id().compareTo(from) >= 0;
            if (stop) {
                break;
            }
            if (!current.isDeleted()) {
                current.delete();
                head().length--;
                removed++;
            }
        }
        return removed;
    }

    // Groups.

    /** All groups in the order of their names. */
    public Collection<StreamGroup> groups() {
        return content == null ? List.of() : content.groups.values();
    }

    /** The group of a name, or null. */
    public StreamGroup group(Bytes name) {
        return content == null ? null : content.groups.get(name.toArray());
    }

    /** Makes a group that is not there. */
    public StreamGroup addGroup(byte[] name, StreamId lastId, long entriesRead) {
        if (content == null) {
            enlarge();
        }
        return content.addGroup(name, lastId, entriesRead);
    }

    public void removeGroup(StreamGroup group) {
        content.removeGroup(group);
    }

    /** A stream of one node is packed as long as no second one is needed; from outside it comes in any form. */
    @Override
    public void fit() {}

    @Override
    public void digest(DigestSink to) {
        walk(StreamId.MIN, StreamId.MAX, true, entry -> {
            to.word(Bytes.copyOf(entry.id().toString()));
            entry.forEach((field, value) -> {
                to.word(field.bytes());
                to.word(value.bytes());
            });
            to.endOfElement(true);
            return true;
        });
    }
}
