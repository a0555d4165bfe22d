package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;

/**
 * What is known of a stream besides its entries. In a packed stream it lies in front of the one node:
 *
 * <pre>
 *   i64 length | i64 last ms | i64 last seq | i64 deleted ms | i64 deleted seq | i64 added
 * </pre>
 */
@RunsOn(Loop.KEYSPACE)
final class StreamHead {
    static final int BYTES = 48;

    long length;
    StreamId last = StreamId.MIN;
    /** The largest id that was ever deleted. */
    StreamId maxDeleted = StreamId.MIN;
    /** How many entries were ever added. */
    long added;

    static void writeEmpty(long address) {
        RawMemory.fill(address, BYTES, (byte) 0);
    }

    StreamHead read(long address) {
        length = RawMemory.getLong(address);
        last = id(address + 8);
        maxDeleted = id(address + 24);
        added = RawMemory.getLong(address + 40);
        return this;
    }

    private static StreamId id(long address) {
        return new StreamId(RawMemory.getLong(address), RawMemory.getLong(address + Long.BYTES));
    }

    void write(long address) {
        RawMemory.putLong(address, length);
        RawMemory.putLong(address + 8, last.ms());
        RawMemory.putLong(address + 16, last.seq());
        RawMemory.putLong(address + 24, maxDeleted.ms());
        RawMemory.putLong(address + 32, maxDeleted.seq());
        RawMemory.putLong(address + 40, added);
    }

    StreamHead copy() {
        StreamHead copy = new StreamHead();
        copy.length = length;
        copy.last = last;
        copy.maxDeleted = maxDeleted;
        copy.added = added;
        return copy;
    }
}
