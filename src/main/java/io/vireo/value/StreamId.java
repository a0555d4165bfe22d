package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * The id of an entry of a stream: two unsigned numbers, in order of the first and then of the second.
 *
 * @param ms usually Unix time in milliseconds
 * @param seq tells entries of one millisecond apart
 */
@RunsOn(Loop.ANY)
public record StreamId(long ms, long seq) implements Comparable<StreamId> {
    public static final StreamId MIN = new StreamId(0, 0);
    public static final StreamId MAX = new StreamId(-1, -1);

    @Override
    public int compareTo(StreamId other) {
        return compare(ms, seq, other.ms, other.seq);
    }

    static int compare(long ms, long seq, long otherMs, long otherSeq) {
        int order = Long.compareUnsigned(ms, otherMs);
        return order != 0 ? order : Long.compareUnsigned(seq, otherSeq);
    }

    public boolean isMin() {
        return ms == 0 && seq == 0;
    }

    public boolean isMax() {
        return ms == -1 && seq == -1;
    }

    /** The id behind this one, or null behind the last. */
    public StreamId next() {
        if (seq != -1) {
            return new StreamId(ms, seq + 1);
        }
        return ms == -1 ? null : new StreamId(ms + 1, 0);
    }

    /** The id in front of this one, or null in front of the first. */
    public StreamId previous() {
        if (seq != 0) {
            return new StreamId(ms, seq - 1);
        }
        return ms == 0 ? null : new StreamId(ms - 1, -1);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(ms) + "-" + Long.toUnsignedString(seq);
    }
}
