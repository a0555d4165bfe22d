package io.vireo.value;

import io.vireo.base.IntSet;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream with its groups as it was at one moment:
 *
 * <pre>
 *   i32 nodes, then of each: i64 ms, i64 seq, i32 length, packed list
 *   i64 length | last id | first id | largest deleted id | i64 added      (an id is i64 ms, i64 seq)
 *   i32 groups, then of each:
 *     i32 length, name | last id | i64 entries read
 *     i64 pending, then of each: id | i64 delivered at | i64 deliveries
 *     i32 consumers, then of each: i32 length, name | i64 seen at | i64 active at | i64 pending, then of each: id
 * </pre>
 *
 * <p>Blobs are written from where they lie. One that is still to be written is not changed: its owner copies it first, and
 * leaves the old one here.
 *
 * <p>A large group has so many blobs that a set of them takes longer to make than a change may take. At first they are
 * only listed; each part that is written puts more of them into the set than it writes, and what is not in it yet is looked
 * up in the lists.
 */
@RunsOn(Loop.KEYSPACE)
final class HeldStream implements HeldContent {
    private static final int PART_BYTES = 64 * 1024;
    private static final int LEAST_RECORD_BYTES = 16;
    /** More than the blobs that a part writes, the one that goes past its end among them. */
    private static final int PART_REFS = 2 * PART_BYTES / LEAST_RECORD_BYTES;

    /**
     * Some nodes, or blobs of records.
     *
     * @param head what comes in front of them
     * @param recordBytes 0 for nodes
     * @param shownBytes how much of each record is written
     */
    private record Section(byte[] head, int[] refs, int recordBytes, int shownBytes) {}

    private final Arena arena;
    private final long size;
    private final Runnable onEnd;
    private final List<Section> sections = new ArrayList<>();
    private final IntSet unwritten;
    private final IntSet orphans = new IntSet();
    private int section;
    private int next;
    /** What comes from here on is not in the set yet. */
    private int unsetSection;

    private int unsetNext;
    private boolean headWritten;
    private int writtenOfNode;

    HeldStream(StreamContent stream, Runnable onEnd) {
        this.arena = stream.arena;
        this.size = stream.head.length;
        this.onEnd = onEnd;
        LittleEndian out = new LittleEndian();
        int[] nodes = stream.nodes.refs();
        out.putInt(nodes.length);
        add(out, nodes, 0, 0);
        addHead(stream, out);
        out.putInt(stream.groups.size());
        for (StreamGroup group : stream.groups.values()) {
            out.putWord(group.name);
            out.putId(group.lastId());
            out.putLong(group.entriesRead());
            out.putLong(group.pending.size());
            add(out, group.pending.blocks().refs(), StreamGroup.RECORD_BYTES, 32);
            out.putInt(group.consumers.size());
            for (StreamConsumer consumer : group.consumers.values()) {
                out.putWord(consumer.name);
                out.putLong(consumer.seenMs());
                out.putLong(consumer.activeMs());
                out.putLong(consumer.pending.size());
                add(out, consumer.pending.blocks().refs(), 16, 16);
            }
        }
        add(out, new int[0], 1, 1);
        int blobs = 0;
        for (Section each : sections) {
            blobs += each.refs.length;
        }
        unwritten = new IntSet(blobs);
    }

    private static void addHead(StreamContent stream, LittleEndian out) {
        StreamHead head = stream.head;
        out.putLong(head.length);
        out.putId(head.last);
        out.putId(StreamValue.firstIdOf(stream));
        out.putId(head.maxDeleted);
        out.putLong(head.added);
    }

    private void add(LittleEndian head, int[] refs, int recordBytes, int shownBytes) {
        sections.add(new Section(head.take(), refs, recordBytes, shownBytes));
    }

    private void setMore() {
        for (int left = PART_REFS; left > 0 && unsetSection < sections.size(); left--) {
            int[] refs = sections.get(unsetSection).refs;
            if (unsetNext < refs.length) {
                unwritten.add(refs[unsetNext++]);
            } else {
                unsetSection++;
                unsetNext = 0;
            }
        }
    }

    private boolean isUnset(int ref) {
        int from = unsetNext;
        for (int i = unsetSection; i < sections.size(); i++) {
            int[] refs = sections.get(i).refs;
            for (int j = from; j < refs.length; j++) {
                if (refs[j] == ref) {
                    return true;
                }
            }
            from = 0;
        }
        return false;
    }

    @Override
    public long size() {
        return size;
    }

    /** Whether a blob must stay as it is. */
    boolean needs(int ref) {
        return (unwritten.contains(ref) || isUnset(ref)) && !orphans.contains(ref);
    }

    /** A blob that is needed is nobody else's any more: it is freed here. */
    void orphan(int ref) {
        orphans.add(ref);
    }

    @Override
    public boolean writeNext(ContentSink to) {
        setMore();
        for (int part = 0; part < PART_BYTES && section < sections.size(); ) {
            Section current = sections.get(section);
            if (!headWritten) {
                to.putBytes(current.head, 0, current.head.length);
                part += current.head.length;
                headWritten = true;
            } else if (next == current.refs.length) {
                section++;
                next = 0;
                headWritten = false;
            } else {
                part += current.recordBytes == 0
                        ? writeNode(current.refs[next], to)
                        : writeRecords(current, current.refs[next], to);
            }
        }
        return section < sections.size();
    }

    private int writeNode(int ref, ContentSink to) {
        long node = arena.address(ref);
        long list = node + StreamNode.ID_BYTES;
        int bytes = RawMemory.getInt(list);
        if (writtenOfNode == 0) {
            to.putBytes(node, StreamNode.ID_BYTES);
            to.putInt(bytes);
        }
        int piece = Math.min(PART_BYTES, bytes - writtenOfNode);
        to.putBytes(list + writtenOfNode, piece);
        writtenOfNode += piece;
        if (writtenOfNode == bytes) {
            writtenOfNode = 0;
            written(ref);
        }
        return piece;
    }

    private int writeRecords(Section current, int ref, ContentSink to) {
        long block = arena.address(ref);
        int records = RawMemory.getInt(block);
        for (int i = 0; i < records; i++) {
            to.putBytes(block + Integer.BYTES + (long) i * current.recordBytes, current.shownBytes);
        }
        written(ref);
        return records * current.shownBytes;
    }

    private void written(int ref) {
        next++;
        unwritten.remove(ref);
        if (orphans.remove(ref)) {
            arena.free(ref);
        }
    }

    @Override
    public void end() {
        for (Section each : sections) {
            for (int ref : each.refs) {
                if (orphans.remove(ref)) {
                    arena.free(ref);
                }
            }
        }
        onEnd.run();
    }

    /** Collects the parts that are no blobs. */
    private static final class LittleEndian {
        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();

        void putInt(int number) {
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                bytes.write(number >>> shift);
            }
        }

        void putLong(long number) {
            putInt((int) number);
            putInt((int) (number >>> Integer.SIZE));
        }

        void putId(StreamId id) {
            putLong(id.ms());
            putLong(id.seq());
        }

        void putWord(byte[] word) {
            putInt(word.length);
            bytes.writeBytes(word);
        }

        byte[] take() {
            byte[] all = bytes.toByteArray();
            bytes.reset();
            return all;
        }
    }
}
