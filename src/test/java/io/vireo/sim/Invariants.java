package io.vireo.sim;

import io.vireo.base.RawMemory;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.StreamPosition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What must hold at every moment of a run, over all nodes. */
final class Invariants {
    static final String EQUAL_DATA = "equal data at equal id and offset";
    static final String ONE_STREAM = "one stream under one id";
    static final String NO_GAP = "never a silent gap";
    static final String HEALED = "after healing all are equal within a bound";

    /** The bytes that are known of a stream. */
    private static final class Stream {
        private long first;
        private byte[] bytes = new byte[0];
        private int length;

        private Stream(long first) {
            this.first = first;
        }

        private long next() {
            return first + length;
        }

        /** Makes room for bytes from an earlier offset on: they were written under a former id. */
        private void beginAt(long offset, byte[] earlier, int count) {
            byte[] longer = new byte[count + length];
            System.arraycopy(earlier, 0, longer, 0, count);
            System.arraycopy(bytes, 0, longer, count, length);
            bytes = longer;
            length += count;
            first = offset;
        }

        private boolean agrees(byte[] others, int from, int count, long offset) {
            int at = (int) (offset - first);
            return Arrays.equals(others, from, from + count, bytes, at, at + count);
        }

        private void append(byte[] more, int from) {
            int count = more.length - from;
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
            }
            System.arraycopy(more, from, bytes, length, count);
            length += count;
        }
    }

    private final Map<StreamPosition, Long> digests = new HashMap<>();
    private final Map<String, Stream> streams = new HashMap<>();

    /** A node's data are a copy of this position. */
    void dataAt(String node, StreamPosition position, long digest) {
        Long known = digests.putIfAbsent(position, digest);
        if (known != null && known != digest) {
            throw new BrokenInvariant(
                    EQUAL_DATA, node + " has other data at " + position.id() + ":" + position.offset());
        }
    }

    /** Under this history the stream goes on from where the former id ended. */
    void named(ReplicationHistory history) {
        Stream former = streams.get(history.formerId());
        if (former != null && !streams.containsKey(history.id())) {
            Stream stream = new Stream(former.first);
            int shared = Math.clamp(history.formerUpTo() - former.first, 0, former.length);
            stream.append(Arrays.copyOf(former.bytes, shared), 0);
            streams.put(history.id(), stream);
        }
    }

    /** A node has these bytes at this offset of the stream of this id. */
    void bytesAt(String node, String id, long offset, long address, int length) {
        byte[] bytes = new byte[length];
        RawMemory.copyOut(address, bytes, 0, length);
        Stream stream = streams.computeIfAbsent(id, name -> new Stream(offset));
        if (offset > stream.next()) {
            throw new BrokenInvariant(NO_GAP, node + " has bytes of " + id + " that nobody wrote, at " + offset);
        }
        if (offset + length < stream.first) {
            return; // written under a former id, too early to be compared with anything
        }
        int earlier = Math.clamp(stream.first - offset, 0, length);
        int known = (int) Math.min(length - earlier, stream.next() - Math.max(offset, stream.first));
        if (!stream.agrees(bytes, earlier, known, offset + earlier)) {
            throw new BrokenInvariant(ONE_STREAM, node + " has other bytes of " + id + " at " + offset);
        }
        if (earlier > 0) {
            stream.beginAt(offset, bytes, earlier);
        }
        stream.append(bytes, earlier + known);
    }
}
