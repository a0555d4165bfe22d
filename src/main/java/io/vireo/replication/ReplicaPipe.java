package io.vireo.replication;

import io.vireo.base.Fatal;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * The way of a full copy from a worker to the connections of replicas, which hold the worker back: it waits while more
 * than a little is on the way, so the slowest replica sets the pace, as in Redis.
 */
@RunsOn(Loop.ANY)
final class ReplicaPipe {
    /** Bytes that may wait in front of the slowest replica. */
    private static final int MOST_WAITING = 1 << 20;

    private final Executor loop;

    /** Who takes part; touched on the loop only. */
    private final List<Taker> takers = new ArrayList<>();

    /** Arrays that were sent. Without them a copy would leave as much behind for the garbage collector as it has bytes. */
    private final ConcurrentLinkedQueue<byte[]> spare = new ConcurrentLinkedQueue<>();

    private int ahead;
    private boolean closed;

    private static final class Taker {
        private final ReplicaConnection connection;
        private final Runnable progress;
        private long lastPending;

        private Taker(ReplicaConnection connection, Runnable progress) {
            this.connection = connection;
            this.progress = progress;
        }
    }

    /** @param loop runs things on the keyspace thread, in order */
    ReplicaPipe(Executor loop) {
        this.loop = loop;
    }

    // On the loop.

    /**
     * Lets a replica take part.
     *
     * @param progress is run when it has taken something
     */
    void join(ReplicaConnection connection, Runnable progress) {
        takers.add(new Taker(connection, progress));
    }

    void leave(ReplicaConnection connection) {
        takers.removeIf(taker -> taker.connection == connection);
        goOn();
    }

    /** How many replicas take part. */
    int size() {
        return takers.size();
    }

    boolean isEmpty() {
        return takers.isEmpty();
    }

    /** Sends bytes to all, at once: what comes before and after the copy. */
    void send(byte[] bytes) {
        takers.forEach(taker -> taker.connection.send(bytes));
    }

    /** Sees who has taken something, and lets the worker go on once all have; called at the end of every turn. */
    void goOn() {
        boolean slow = false;
        for (int i = 0; i < takers.size(); i++) {
            Taker taker = takers.get(i);
            long pending = taker.connection.pendingBytes();
            if (pending == 0 || pending < taker.lastPending) {
                taker.progress.run();
            }
            taker.lastPending = pending;
            slow |= pending >= MOST_WAITING;
        }
        if (!slow) {
            synchronized (this) {
                ahead = 0;
                notifyAll();
            }
        }
    }

    /** Sends the worker home: its next write fails. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    // On the worker.

    /**
     * Hands bytes on, which are copied, and waits if there is enough on the way.
     *
     * @throws IOException if nobody takes them any more
     */
    void write(byte[] bytes, int offset, int length) throws IOException {
        synchronized (this) {
            while (ahead >= MOST_WAITING && !closed) {
                await();
            }
            if (closed) {
                throw new IOException("no replica takes it any more");
            }
            ahead += length;
        }
        byte[] copy = room(length);
        System.arraycopy(bytes, offset, copy, 0, length);
        loop.execute(() -> {
            try {
                for (int i = 0; i < takers.size(); i++) {
                    takers.get(i).connection.send(copy, length);
                }
                spare.add(copy);
            } catch (Throwable e) { // half a change must not live on
                Fatal.stop(e);
            }
        });
    }

    /** An array that takes so many bytes; most pieces are about as long as the one before. */
    private byte[] room(int length) {
        byte[] used = spare.poll();
        return used != null && used.length >= length ? used : new byte[length + length / 8];
    }

    @SuppressWarnings("WaitNotInLoop") // those who call it do so in a loop
    private void await() throws IOException {
        Invariant.check(Thread.holdsLock(this), "a wait holds its lock");
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
