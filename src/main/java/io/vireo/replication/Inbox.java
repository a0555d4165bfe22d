package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import java.lang.foreign.Arena;

/** Bytes that have come and cannot be used yet, such as the first half of a command. Empty most of the time. */
@RunsOn(Loop.KEYSPACE)
final class Inbox implements AutoCloseable {
    private static final int SMALLEST = 16 << 10;

    private Arena arena;
    private long address;
    private int capacity;
    private int start;
    private int length;

    boolean isEmpty() {
        return length == 0;
    }

    long address() {
        return address + start;
    }

    int length() {
        return length;
    }

    void append(long from, int count) {
        if (count == 0) {
            return;
        }
        if (start + length + count > capacity) {
            makeRoom(count);
        }
        RawMemory.copy(from, address + start + length, count);
        length += count;
    }

    /** Takes away bytes at the beginning. */
    void drop(int count) {
        start += count;
        length -= count;
        if (length == 0) {
            start = 0;
            if (capacity > SMALLEST) {
                close();
            }
        }
    }

    private void makeRoom(int count) {
        int needed = Math.addExact(length, count);
        if (needed <= capacity) {
            RawMemory.copy(address + start, address, length);
            start = 0;
            return;
        }
        int newCapacity = Math.clamp(2L * needed, SMALLEST, Integer.MAX_VALUE);
        Arena newArena = Arena.ofShared();
        long newAddress = newArena.allocate(newCapacity).address();
        RawMemory.copy(address + start, newAddress, length);
        int kept = length;
        close();
        arena = newArena;
        address = newAddress;
        capacity = newCapacity;
        length = kept;
    }

    /** Empties the inbox and gives its memory back; it may be used again. */
    @Override
    public void close() {
        if (arena != null) {
            arena.close();
            arena = null;
        }
        address = 0;
        capacity = 0;
        start = 0;
        length = 0;
    }
}
