package io.vireo.resp;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.RawMemory;

/**
 * Where reply bytes are put: a window of native memory that its owner widens or replaces when it is full.
 *
 * <p>The owner (a connection, a test) sets the window; writers only move its position.
 */
public abstract class OutputBuffer {
    private long position;
    private long limit;

    /** Provides a window with at least this much room. Bytes written so far have been put before {@link #position()}. */
    protected abstract void widen(int needed);

    /** Whether what is put goes nowhere: whoever has much to put may stop. */
    public boolean isRefused() {
        return false;
    }

    protected final void window(long newPosition, long newLimit) {
        position = newPosition;
        limit = newLimit;
    }

    protected final long position() {
        return position;
    }

    /** Makes sure of room for so many bytes. */
    public final void ensure(int bytes) {
        if (limit - position < bytes) {
            widen(bytes);
        }
    }

    /** Puts a byte for which there is room. */
    public final void put(int value) {
        RawMemory.putByte(position++, (byte) value);
    }

    /** Puts bytes for which there is room. */
    public final void put(byte[] bytes) {
        RawMemory.copyIn(bytes, 0, position, bytes.length);
        position += bytes.length;
    }

    /** Puts any number of bytes, asking for room. */
    public final void write(byte[] bytes) {
        ensure(bytes.length);
        put(bytes);
    }

    /** Puts the first bytes of an array, asking for room. */
    public final void write(byte[] bytes, int length) {
        ensure(length);
        RawMemory.copyIn(bytes, 0, position, length);
        position += length;
    }

    /** Puts any number of bytes, asking for room. */
    public final void write(Bytes bytes) {
        write(bytes.address(), bytes.length());
    }

    /** Puts any number of bytes, asking for room. */
    public final void write(long address, int length) {
        ensure(length);
        RawMemory.copy(address, position, length);
        position += length;
    }

    /** Puts a number in decimal, for which there must be room (20 bytes). */
    public final void putDecimal(long value) {
        position += Decimal.write(position, value);
    }
}
