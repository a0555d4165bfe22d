package io.vireo.value;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.memory.Arena;

/** A consumer of a group: when it was heard, and which entries it has not acknowledged. */
@RunsOn(Loop.KEYSPACE)
public final class StreamConsumer {
    private static final int ID_BYTES = 16;

    final byte[] name;
    /** The number by which pending entries name it. */
    final int number;

    final IdBlocks pending;
    private long seenMs;
    private long activeMs;

    StreamConsumer(Arena arena, byte[] name, int number, long seenMs, long activeMs) {
        this(name, number, new IdBlocks(arena, ID_BYTES), seenMs, activeMs);
    }

    private StreamConsumer(byte[] name, int number, IdBlocks pending, long seenMs, long activeMs) {
        this.name = name;
        this.number = number;
        this.pending = pending;
        this.seenMs = seenMs;
        this.activeMs = activeMs;
    }

    public byte[] name() {
        return name;
    }

    public long pendingCount() {
        return pending.size();
    }

    /** When it last tried anything, in Unix time. */
    public long seenMs() {
        return seenMs;
    }

    public void seen(long nowMs) {
        seenMs = nowMs;
    }

    /** When it last got or claimed an entry, in Unix time; -1 never. */
    public long activeMs() {
        return activeMs;
    }

    public void active(long nowMs) {
        activeMs = nowMs;
    }

    StreamConsumer copy(Arena arena) {
        return new StreamConsumer(name, number, pending.copy(arena), seenMs, activeMs);
    }
}
