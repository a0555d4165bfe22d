package io.vireo.value;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import java.util.Arrays;
import java.util.TreeMap;

/** The nodes and groups of a large stream. A node's blob is the id of its first entry and a packed list. */
@RunsOn(Loop.KEYSPACE)
final class StreamContent implements LargeValue {
    final Arena arena;
    final BlobSequence nodes;
    final TreeMap<byte[], StreamGroup> groups = new TreeMap<>(Arrays::compareUnsigned);
    StreamHead head = new StreamHead();
    private HeldStream held;
    private final NodeRoom room = new NodeRoom();

    StreamContent(Arena arena) {
        this.arena = arena;
        this.nodes = new BlobSequence(arena);
    }

    static int usedBytes(long node) {
        return StreamNode.ID_BYTES + RawMemory.getInt(node + StreamNode.ID_BYTES);
    }

    /** Points a view at a node that is going to be changed. */
    StreamNode toChange(int number, StreamNode view) {
        room.number = number;
        long address = nodes.toChange(number, usedBytes(nodes.address(number)));
        return view.pointAt(address, room);
    }

    private final class NodeRoom implements BlobRoom {
        private int number;

        @Override
        public long address() {
            return nodes.address(number) + StreamNode.ID_BYTES;
        }

        @Override
        public long resize(int length) {
            long node = nodes.address(number);
            int used = usedBytes(node);
            return nodes.resize(number, used, StreamNode.ID_BYTES + length) + StreamNode.ID_BYTES;
        }
    }

    /** Makes an empty node behind all others. */
    void addNode(StreamId first) {
        long node = nodes.insert(nodes.count(), StreamNode.ID_BYTES + PackedList.EMPTY_BYTES);
        RawMemory.putLong(node, first.ms());
        RawMemory.putLong(node + Long.BYTES, first.seq());
        PackedList.writeEmpty(node + StreamNode.ID_BYTES);
    }

    /** Makes a node of a packed list behind all others. */
    void addNode(StreamId first, long list, int listBytes) {
        long node = nodes.insert(nodes.count(), StreamNode.ID_BYTES + listBytes);
        RawMemory.putLong(node, first.ms());
        RawMemory.putLong(node + Long.BYTES, first.seq());
        RawMemory.copy(list, node + StreamNode.ID_BYTES, listBytes);
    }

    StreamGroup addGroup(byte[] name, StreamId lastId, long entriesRead) {
        StreamGroup group = new StreamGroup(arena, name, lastId, entriesRead);
        group.held(held);
        groups.put(name, group);
        return group;
    }

    /** Removes a group; frees at once what it has. */
    void removeGroup(StreamGroup group) {
        while (!group.drain(Integer.MAX_VALUE)) {
            // One turn for the group, one for each of its consumers.
        }
        groups.remove(group.name);
    }

    @Override
    public long size() {
        return head.length;
    }

    @Override
    public long memoryBytes() {
        long bytes = nodes.memoryBytes();
        for (StreamGroup group : groups.values()) {
            bytes += group.memoryBytes();
        }
        return bytes;
    }

    @Override
    public HeldContent hold() {
        Invariant.check(held == null, "one snapshot at a time");
        held(new HeldStream(this, () -> held(null)));
        return held;
    }

    private void held(HeldStream newHeld) {
        held = newHeld;
        nodes.held(newHeld);
        groups.values().forEach(group -> group.held(newHeld));
    }

    @Override
    public HeldContent content() {
        return new HeldStream(this, () -> {});
    }

    @Override
    public boolean isHeld() {
        return held != null;
    }

    @Override
    public boolean drain(int steps) {
        if (nodes.drain(steps) > 0) {
            return false;
        }
        for (StreamGroup group : groups.values()) {
            if (!group.drain(steps)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public LargeValue copy() {
        StreamContent copy = new StreamContent(arena);
        try {
            for (int i = 0; i < nodes.count(); i++) {
                long from = nodes.address(i);
                int used = usedBytes(from);
                RawMemory.copy(from, copy.nodes.insert(i, used), used);
            }
            groups.forEach((name, group) -> copy.groups.put(name, group.copy(arena)));
        } catch (RuntimeException e) {
            while (!copy.drain(Integer.MAX_VALUE)) {
                // A turn for each part.
            }
            throw e;
        }
        copy.head = head.copy();
        return copy;
    }

    @Override
    public void defragment() {
        if (held == null) {
            nodes.defragment(StreamContent::usedBytes);
        }
    }
}
