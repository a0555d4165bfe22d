package io.vireo.persist;

import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An RDB that comes over the network: a loop puts bytes in as they arrive, a guest thread reads them, waiting for more.
 *
 * <p>The loop never waits. When more than the high-water mark is unread, {@link #put} answers that it is enough for now,
 * and {@code resume} is called, on the reader's thread, once half of that was read: the loop stops reading its socket
 * in between. The reader waits without limit; whoever watches the link ends a wait by {@link #fail}.
 */
@RunsOn(Loop.ANY)
public final class RdbStreamSource implements RdbSource {
    private final long size;
    private final int highWater;
    private final Runnable resume;
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private int firstAt;
    private long unread;
    private long put;
    private boolean paused;
    private boolean ended;
    private IOException failure;

    /**
     * @param size how many bytes will come, or {@link Long#MAX_VALUE} if that is not known before the end
     * @param highWater unread bytes above which it is enough for now
     * @param resume called on the reader's thread when it may go on
     */
    public RdbStreamSource(long size, int highWater, Runnable resume) {
        this.size = size;
        this.highWater = highWater;
        this.resume = resume;
    }

    /**
     * Adds bytes, which become the source's own.
     *
     * @return whether more are welcome at once; if not, {@code resume} will tell
     */
    public synchronized boolean put(byte[] bytes) {
        Invariant.check(!ended, "nothing follows the end of a payload");
        if (bytes.length > 0 && failure == null) {
            chunks.add(bytes);
            put += bytes.length;
            unread += bytes.length;
            notifyAll();
        }
        paused = unread > highWater;
        return !paused;
    }

    /** Whether it is enough for now. What {@link #put} answered and {@code resume} told may reach the loop in any order. */
    public synchronized boolean isPaused() {
        return paused;
    }

    /** Says that all bytes were put. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Ends the reading with this failure, also a read that is waiting. */
    public synchronized void fail(IOException why) {
        if (failure == null) {
            failure = why;
        }
        chunks.clear();
        unread = 0;
        notifyAll();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        boolean goOn;
        int count;
        synchronized (this) {
            awaitBytes();
            byte[] first = chunks.peek();
            if (first == null) {
                return -1;
            }
            count = Math.min(length, first.length - firstAt);
            System.arraycopy(first, firstAt, into, offset, count);
            firstAt += count;
            if (firstAt == first.length) {
                chunks.remove();
                firstAt = 0;
            }
            unread -= count;
            goOn = paused && unread <= highWater / 2;
            paused &= !goOn;
        }
        if (goOn) {
            resume.run();
        }
        return count;
    }

    private void awaitBytes() throws IOException {
        while (chunks.isEmpty() && !ended && failure == null) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for a payload", e);
            }
        }
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    @Override
    public synchronized long remaining() {
        if (ended) {
            return unread;
        }
        return size == Long.MAX_VALUE ? size : size - put + unread;
    }
}
