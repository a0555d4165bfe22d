package io.vireo.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOutboundInvoker;
import io.vireo.base.Loop;
import io.vireo.base.Monotonic;
import io.vireo.base.RunsOn;
import io.vireo.resp.OutputBuffer;
import java.util.function.BooleanSupplier;

/**
 * A connection's output: replies are put into a pooled direct buffer, which is handed to the channel when it is full or
 * when the turn ends.
 *
 * <p>Once {@linkplain #refuse refused}, what is put goes nowhere: the connection is to be closed.
 */
@RunsOn(Loop.KEYSPACE)
final class ReplyBuffer extends OutputBuffer {
    /** What a buffer has room for, unless one reply is larger. */
    static final int BUFFER_BYTES = 16 * 1024;

    /** Says whether so many bytes more may wait. */
    interface Guard {
        boolean mayGrowBy(int bytes);
    }

    private final ByteBufAllocator allocator;
    private final ChannelOutboundInvoker channel;
    private final Traffic traffic;
    private final Guard guard;
    private final Release release;
    private final BooleanSupplier isReplica;
    private final WithheldOutput withheld = new WithheldOutput();
    private ByteBuf buffer;
    private boolean refused;
    private boolean closed;
    private long handedOver;

    /** @param isReplica whether what is put is the stream, by now, and no replies */
    ReplyBuffer(
            ByteBufAllocator allocator,
            ChannelOutboundInvoker channel,
            Traffic traffic,
            Release release,
            BooleanSupplier isReplica,
            Guard guard) {
        this.release = release;
        this.isReplica = isReplica;
        this.allocator = allocator;
        this.channel = channel;
        this.traffic = traffic;
        this.guard = guard;
    }

    @Override
    protected void widen(int needed) {
        if (buffer != null) {
            traffic.grew();
        }
        handOver();
        if (!refused && !guard.mayGrowBy(needed)) {
            refuse();
        }
        buffer = allocator.directBuffer(Math.max(BUFFER_BYTES, needed));
        window(buffer.memoryAddress(), buffer.memoryAddress() + buffer.capacity());
    }

    /** Takes nothing more, and drops what was put and not handed over. */
    void refuse() {
        refused = true;
        handOver();
        withheld.clear();
    }

    @Override
    public boolean isRefused() {
        return refused;
    }

    /** Bytes put and not yet handed over. */
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
        if (size == 0 || closed || refused) {
            full.release();
        } else if (isHeldBack()) {
            withheld.add(full.writerIndex(size));
        } else {
            handedOver += size;
            channel.write(full.writerIndex(size));
        }
    }

    /** Whether what is put may have to wait. */
    boolean isHeldBack() {
        return !withheld.isEmpty() || release.isHolding(isReplica.getAsBoolean());
    }

    /** What may not leave yet. */
    WithheldOutput withheld() {
        return withheld;
    }

    /** The turn ends: hands what may leave to the channel, without flushing it, and keeps the rest. */
    void handOverReleased() {
        handOver();
        withheld.waitFor(release.end(), Monotonic.nowMs());
        handedOver += withheld.release(release.releasedTo(isReplica.getAsBoolean()), channel);
    }

    /** Drops what was put; what is put from now on goes nowhere. */
    void close() {
        closed = true;
        handOver();
        withheld.clear();
    }
}
