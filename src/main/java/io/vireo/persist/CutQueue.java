package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.CutSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The chunks of a cut on their way from the keyspace thread to a worker.
 *
 * <p>It says that it is full after a few of them; what writes have taken out still comes, and is all that can make it
 * longer. Arrays the worker has finished with are used again.
 */
@RunsOn(Loop.ANY)
final class CutQueue implements CutSink, SnapshotChunks {
    private static final int FULL = 16;
    private static final int HALF = FULL / 2;
    private static final int MOST_SPARE_BYTES = 1 << 20;
    private static final ByteBuffer STOP = ByteBuffer.allocate(0);

    private final LinkedBlockingQueue<ByteBuffer> chunks = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<byte[]> spare = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean waits = new AtomicBoolean();
    private final Runnable roomAgain;
    private ByteBuffer taken;

    /** @param roomAgain called by the worker when a walk that waits may go on */
    CutQueue(Runnable roomAgain) {
        this.roomAgain = roomAgain;
    }

    @Override
    public byte[] fresh(int atLeast) {
        byte[] array = spare.poll();
        return array != null && array.length >= atLeast ? array : new byte[atLeast];
    }

    @Override
    public void chunk(byte[] bytes, int length) {
        chunks.add(ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN));
    }

    @Override
    public boolean isFull() {
        return chunks.size() >= FULL;
    }

    @Override
    public void finished() {}

    /** The walk stops until there is room. Returns false if there is room by now. */
    boolean waitForRoom() {
        waits.set(true);
        return isFull() || !waits.compareAndSet(true, false);
    }

    /** Lets the worker find the end, whatever is still to come. */
    void stop() {
        chunks.add(STOP);
    }

    @Override
    public ByteBuffer next() throws InterruptedException {
        if (taken != null && taken.array().length <= MOST_SPARE_BYTES) {
            spare.add(taken.array());
        }
        taken = null;
        ByteBuffer next = chunks.take();
        if (chunks.size() <= HALF && waits.compareAndSet(true, false)) {
            roomAgain.run();
        }
        if (next == STOP) {
            return null;
        }
        taken = next;
        return next;
    }
}
