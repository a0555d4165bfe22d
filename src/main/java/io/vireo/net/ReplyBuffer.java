package io.vireo.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOutboundInvoker;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.resp.OutputBuffer;

/**
 * A connection's output: replies are put into a pooled direct buffer, which is handed to the channel when it is full or
 * when the turn ends.
 */
@RunsOn(Loop.KEYSPACE)
final class ReplyBuffer extends OutputBuffer {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ByteBufAllocator allocator;
    private final ChannelOutboundInvoker channel;
    private ByteBuf buffer;
    private final Traffic traffic;
    private boolean closed;
    private long handedOver;

    ReplyBuffer(ByteBufAllocator allocator, ChannelOutboundInvoker channel, Traffic traffic) {
        this.traffic = traffic;
        this.allocator = allocator;
        this.channel = channel;
    }

    @Override
    protected void widen(int needed) {
        if (buffer != null) {
            traffic.grew();
        }
        handOver();
        buffer = allocator.directBuffer(Math.max(BUFFER_BYTES, needed));
        window(buffer.memoryAddress(), buffer.memoryAddress() + buffer.capacity());
    }

    /** Bytes put and not yet handed to the channel. */
    int waiting() {
        return buffer == null ? 0 : (int) (position() - buffer.memoryAddress());
    }

    /** Bytes of the buffer that is being filled, or 0. */
    int capacity() {
        return buffer == null ? 0 : buffer.capacity();
    }

    /** Bytes handed to the channel since the last call. */
    long takeHandedOver() {
        long bytes = handedOver;
        handedOver = 0;
        return bytes;
    }

    /** Hands what was put to the channel, without flushing it. */
    void handOver() {
        if (buffer == null) {
            return;
        }
        int size = waiting();
        ByteBuf full = buffer;
        buffer = null;
        window(0, 0);
        if (size == 0 || closed) {
            full.release();
        } else {
            handedOver += size;
            channel.write(full.writerIndex(size));
        }
    }

    /** Drops what was put; what is put from now on goes nowhere. */
    void close() {
        closed = true;
        handOver();
    }
}
