package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.value.StreamId;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads streams in each of their versions. What a visitor is told of is sound: nodes are looked through, ids ascend, and
 * each pending entry belongs to one consumer.
 */
@RunsOn(Loop.WORKER)
final class RdbStreams {
    private static final int ID_BYTES = 16;
    private static final long UNKNOWN = -1;

    private final RdbInput in;
    private final RdbStrings strings;
    private final RdbVisitor visitor;
    private final RdbString first = new RdbString();
    private final RdbString blob = new RdbString();
    private final StreamListpack list = new StreamListpack();

    /** The pending entries of the group that is being read: id, time and count by turns. */
    private long[] pending = new long[64];

    private int pendingCount;
    private final BitSet owned = new BitSet();

    RdbStreams(RdbInput in, RdbStrings strings, RdbVisitor visitor) {
        this.in = in;
        this.strings = strings;
        this.visitor = visitor;
    }

    /**
     * Reads a value and tells the visitor of it.
     *
     * @return false, with nothing read, if it is no stream
     */
    boolean value(RdbEntry entry, RdbType type) throws IOException, RdbException {
        switch (type) {
            case STREAM_LISTPACKS -> read(entry, 1);
            case STREAM_LISTPACKS_2 -> read(entry, 2);
            case STREAM_LISTPACKS_3 -> read(entry, 3);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void read(RdbEntry entry, int version) throws IOException, RdbException {
        visitor.stream(entry);
        long live = 0;
        StreamId firstEntry = null;
        StreamId lastEntry = null;
        for (long left = in.readLength(); left != 0; left--) {
            lastEntry = node(lastEntry);
            live += list.live();
            if (firstEntry == null) {
                firstEntry = new StreamId(list.firstMs(), list.firstSeq());
            }
        }
        long length = in.readLength();
        StreamId last = new StreamId(in.readLength(), in.readLength());
        StreamId maxDeleted = StreamId.MIN;
        long added = length;
        if (version >= 2) {
            in.readLength();
            in.readLength(); // the first id, which the entries tell
            maxDeleted = new StreamId(in.readLength(), in.readLength());
            added = in.readLength();
        }
        if (length != live) {
            throw in.corrupt("Stream length inconsistent with rax entries");
        }
        if (lastEntry != null && last.compareTo(lastEntry) < 0) {
            throw in.corrupt("A stream whose last id is not its last");
        }
        visitor.streamHead(last, maxDeleted, added);
        Set<String> names = new HashSet<>();
        for (long left = in.readLength(); left != 0; left--) {
            group(version, version >= 2 ? null : new Extent(firstEntry, last, length), names);
        }
        visitor.endOfStream();
    }

    /** Reads a node. Returns the id of its last entry. */
    private StreamId node(StreamId before) throws IOException, RdbException {
        strings.read(first);
        if (first.length() != ID_BYTES) {
            throw in.corrupt("Stream node key entry is not the size of a stream ID");
        }
        long ms = bigEndian(first, 0);
        long seq = bigEndian(first, Long.BYTES);
        strings.read(blob);
        boolean ascends = before == null || new StreamId(ms, seq).compareTo(before) > 0;
        if (!ascends || !list.check(blob.array(), blob.offset(), blob.length(), ms, seq) || list.live() == 0) {
            throw in.corrupt("Stream listpack integrity check failed.");
        }
        visitor.streamNode(new StreamId(ms, seq), blob, list.live());
        return new StreamId(list.lastMs(), list.lastSeq());
    }

    private static long bigEndian(RdbString bytes, int from) {
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = number << Byte.SIZE | bytes.array()[bytes.offset() + from + i] & 0xff;
        }
        return number;
    }

    private StreamId fixedId() throws IOException, RdbException {
        return new StreamId(Long.reverseBytes(in.readLong()), Long.reverseBytes(in.readLong()));
    }

    /**
     * What is known of a stream of old times, when nobody counted what a group had read.
     *
     * @param first the first entry, or null where there is none
     * @param last the last id, of an entry or not
     */
    private record Extent(StreamId first, StreamId last, long length) {
        /** How many entries were read up to an id, counted from those that are left; -1 where that cannot be told. */
        long readUpTo(StreamId id) {
            if (length == 0 || first == null) {
                return 0;
            }
            int order = id.compareTo(last);
            if (order >= 0) {
                return order == 0 ? length : UNKNOWN;
            }
            int fromFirst = id.compareTo(first);
            return fromFirst < 0 ? 0 : fromFirst == 0 ? 1 : UNKNOWN;
        }
    }

    private void group(int version, Extent old, Set<String> names) throws IOException, RdbException {
        strings.read(first);
        if (!names.add(RdbString.latin(first))) {
            throw in.corrupt("Duplicated consumer group name detected");
        }
        StreamId last = new StreamId(in.readLength(), in.readLength());
        long entriesRead = old == null ? in.readLength() : old.readUpTo(last);
        visitor.streamGroup(first, last, entriesRead);

        pendingCount = 0;
        owned.clear();
        for (long left = in.readLength(); left != 0; left--) {
            StreamId id = fixedId();
            if (pendingCount > 0 && id.compareTo(pendingId(pendingCount - 1)) <= 0) {
                throw in.corrupt("Duplicated global PEL entry loading stream consumer group");
            }
            addPending(id, in.readLong(), in.readLength());
        }
        Set<String> consumers = new HashSet<>();
        for (long left = in.readLength(); left != 0; left--) {
            consumer(version, consumers);
        }
        if (owned.cardinality() != pendingCount) {
            throw in.corrupt("NACK entry without consumer");
        }
    }

    private void addPending(StreamId id, long deliveredMs, long deliveries) {
        int at = 4 * pendingCount;
        if (at + 4 > pending.length) {
            pending = Arrays.copyOf(pending, 2 * pending.length);
        }
        pending[at] = id.ms();
        pending[at + 1] = id.seq();
        pending[at + 2] = deliveredMs;
        pending[at + 3] = deliveries;
        pendingCount++;
    }

    private StreamId pendingId(int index) {
        return new StreamId(pending[4 * index], pending[4 * index + 1]);
    }

    private void consumer(int version, Set<String> names) throws IOException, RdbException {
        strings.read(first);
        if (!names.add(RdbString.latin(first))) {
            throw in.corrupt("Duplicate stream consumer detected");
        }
        long seenMs = in.readLong();
        long activeMs = version >= 3 ? in.readLong() : seenMs;
        visitor.streamConsumer(first, seenMs, activeMs);
        for (long left = in.readLength(); left != 0; left--) {
            StreamId id = fixedId();
            int index = find(id);
            if (index < 0) {
                throw in.corrupt("Consumer entry not found in group global PEL");
            }
            if (owned.get(index)) {
                throw in.corrupt("Stream consumer PEL entry already has a consumer assigned");
            }
            owned.set(index);
            visitor.streamPending(id, pending[4 * index + 2], pending[4 * index + 3]);
        }
    }

    private int find(StreamId id) {
        int low = 0;
        int high = pendingCount - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            int order = pendingId(middle).compareTo(id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }
}
