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
 */
@RunsOn(Loop.KEYSPACE)
final class HeldStream implements HeldContent {
    private static final int PART_BYTES = 64 * 1024;

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
    private final IntSet unwritten = new IntSet();
    private final IntSet orphans = new IntSet();
    private int section;
    private int next;
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
        for (int ref : refs) {
            unwritten.add(ref);
        }
    }

    @Override
    public long size() {
        return size;
    }

    /** Whether a blob must stay as it is. */
    boolean needs(int ref) {
        return unwritten.contains(ref) && !orphans.contains(ref);
    }

    /** A blob that is needed is nobody else's any more: it is freed here. */
    void orphan(int ref) {
        orphans.add(ref);
    }

    @Override
    public boolean writeNext(ContentSink to) {
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
                if (unwritten.contains(ref) && orphans.remove(ref)) {
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
