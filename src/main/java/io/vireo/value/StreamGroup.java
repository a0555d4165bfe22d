package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A group of consumers: up to where entries were delivered, and those that nobody has acknowledged. A pending entry is a
 * record of
 *
 * <pre>
 *   i64 ms | i64 seq | i64 delivered at, Unix time in ms | i64 deliveries | i32 consumer
 * </pre>
 */
@RunsOn(Loop.KEYSPACE)
public final class StreamGroup {
    /** The number of entries read is not known. */
    public static final long UNKNOWN = -1;

    static final int RECORD_BYTES = 36;
    private static final int DELIVERED_AT = 16;
    private static final int COUNT_AT = 24;
    private static final int CONSUMER_AT = 32;

    private final Arena arena;
    final byte[] name;
    final IdBlocks pending;
    final TreeMap<byte[], StreamConsumer> consumers = new TreeMap<>(Arrays::compareUnsigned);
    private final Map<Integer, StreamConsumer> byNumber = new HashMap<>();
    private int lastNumber;
    private StreamId lastId;
    private long entriesRead;
    private HeldStream held;

    StreamGroup(Arena arena, byte[] name, StreamId lastId, long entriesRead) {
        this(arena, name, new IdBlocks(arena, RECORD_BYTES), lastId, entriesRead);
    }

    private StreamGroup(Arena arena, byte[] name, IdBlocks pending, StreamId lastId, long entriesRead) {
        this.arena = arena;
        this.name = name;
        this.pending = pending;
        this.lastId = lastId;
        this.entriesRead = entriesRead;
    }

    /** Is shown a pending entry; it is good until the next one. */
    public interface Visitor {
        /** Returns whether to go on. */
        boolean visit(Pending entry);
    }

    /** A pending entry, as a view that is good until the next change. */
    public final class Pending {
        private long record;

        private Pending at(long place) {
            record = pending.record(place);
            return this;
        }

        public StreamId id() {
            return new StreamId(RawMemory.getLong(record), RawMemory.getLong(record + Long.BYTES));
        }

        public long deliveredMs() {
            return RawMemory.getLong(record + DELIVERED_AT);
        }

        public long deliveries() {
            return RawMemory.getLong(record + COUNT_AT);
        }

        public StreamConsumer consumer() {
            return byNumber.get(RawMemory.getInt(record + CONSUMER_AT));
        }
    }

    private final Pending shown = new Pending();

    public byte[] name() {
        return name;
    }

    /** The last entry that was delivered to anybody. */
    public StreamId lastId() {
        return lastId;
    }

    public void lastId(StreamId id) {
        lastId = id;
    }

    /** How many entries were delivered, as counted from the first there ever was; or {@link #UNKNOWN}. */
    public long entriesRead() {
        return entriesRead;
    }

    public void entriesRead(long count) {
        entriesRead = count;
    }

    // Consumers.

    /** All consumers in the order of their names. */
    public Collection<StreamConsumer> consumers() {
        return consumers.values();
    }

    public StreamConsumer consumer(Bytes consumerName) {
        return consumers.get(consumerName.toArray());
    }

    /** Makes a consumer that is not there. */
    public StreamConsumer addConsumer(byte[] consumerName, long seenMs, long activeMs) {
        StreamConsumer consumer = new StreamConsumer(arena, consumerName, ++lastNumber, seenMs, activeMs);
        consumer.pending.blocks().held(held);
        consumers.put(consumerName, consumer);
        byNumber.put(consumer.number, consumer);
        return consumer;
    }

    /** Removes a consumer with its pending entries. */
    public void removeConsumer(StreamConsumer consumer) {
        IdBlocks own = consumer.pending;
        for (long place = own.first(); place != IdBlocks.NONE; place = own.next(place)) {
            long id = own.record(place);
            pending.remove(pending.find(RawMemory.getLong(id), RawMemory.getLong(id + Long.BYTES)));
        }
        own.blocks().drain(Integer.MAX_VALUE);
        consumers.remove(consumer.name);
        byNumber.remove(consumer.number);
    }

    // Pending entries.

    public long pendingCount() {
        return pending.size();
    }

    /** The first and last pending ids; null where there are none. */
    public StreamId firstPending() {
        long place = pending.first();
        return place == IdBlocks.NONE ? null : shown.at(place).id();
    }

    public StreamId lastPending() {
        long place = pending.last();
        return place == IdBlocks.NONE ? null : shown.at(place).id();
    }

    /** The pending entry of an id, or null. */
    public Pending pending(StreamId id) {
        long place = pending.find(id.ms(), id.seq());
        return place == IdBlocks.NONE ? null : shown.at(place);
    }

    /** Makes an entry pending that is not, or gives it to another consumer. */
    public void deliver(StreamId id, StreamConsumer consumer, long deliveredMs, long deliveries) {
        long place = pending.find(id.ms(), id.seq());
        long record;
        if (place == IdBlocks.NONE) {
            record = pending.insert(id.ms(), id.seq());
            consumer.pending.insert(id.ms(), id.seq());
        } else {
            record = pending.recordToChange(place);
            StreamConsumer owner = byNumber.get(RawMemory.getInt(record + CONSUMER_AT));
            if (owner != consumer) {
                owner.pending.remove(owner.pending.find(id.ms(), id.seq()));
                consumer.pending.insert(id.ms(), id.seq());
            }
        }
        RawMemory.putLong(record + DELIVERED_AT, deliveredMs);
        RawMemory.putLong(record + COUNT_AT, deliveries);
        RawMemory.putInt(record + CONSUMER_AT, consumer.number);
    }

    /** Takes an entry out of the pending ones. Returns whether it was among them. */
    public boolean acknowledge(StreamId id) {
        long place = pending.find(id.ms(), id.seq());
        if (place == IdBlocks.NONE) {
            return false;
        }
        StreamConsumer owner = shown.at(place).consumer();
        owner.pending.remove(owner.pending.find(id.ms(), id.seq()));
        pending.remove(place);
        return true;
    }

    /** Shows pending entries from an id on; nothing may change meanwhile. */
    public void walk(StreamId from, Visitor visitor) {
        long place = pending.ceiling(from.ms(), from.seq());
        while (place != IdBlocks.NONE && visitor.visit(shown.at(place))) {
            place = pending.next(place);
        }
    }

    /** Shows the pending entries of one consumer from an id on; nothing may change meanwhile. */
    public void walk(StreamConsumer consumer, StreamId from, Visitor visitor) {
        IdBlocks own = consumer.pending;
        long place = own.ceiling(from.ms(), from.seq());
        while (place != IdBlocks.NONE) {
            long id = own.record(place);
            long there = pending.find(RawMemory.getLong(id), RawMemory.getLong(id + Long.BYTES));
            if (!visitor.visit(shown.at(there))) {
                return;
            }
            place = own.next(place);
        }
    }

    // Memory.

    long memoryBytes() {
        long bytes = pending.blocks().memoryBytes();
        for (StreamConsumer consumer : consumers.values()) {
            bytes += consumer.pending.blocks().memoryBytes();
        }
        return bytes;
    }

    void held(HeldStream newHeld) {
        held = newHeld;
        pending.blocks().held(newHeld);
        consumers.values().forEach(consumer -> consumer.pending.blocks().held(newHeld));
    }

    /** Frees up to so many blobs. Returns whether all are freed. */
    boolean drain(int most) {
        if (pending.blocks().drain(most) > 0) {
            return false;
        }
        for (StreamConsumer consumer : consumers.values()) {
            if (consumer.pending.blocks().drain(most) > 0) {
                return false;
            }
        }
        return true;
    }

    StreamGroup copy(Arena to) {
        StreamGroup copy = new StreamGroup(to, name, pending.copy(to), lastId, entriesRead);
        copy.lastNumber = lastNumber;
        for (StreamConsumer consumer : consumers.values()) {
            StreamConsumer twin = consumer.copy(to);
            copy.consumers.put(twin.name, twin);
            copy.byNumber.put(twin.number, twin);
        }
        return copy;
    }
}
