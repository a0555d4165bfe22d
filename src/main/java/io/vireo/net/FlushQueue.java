package io.vireo.net;

import io.netty.channel.EventLoop;
import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayDeque;

/**
 * Flushes connections once all ready sockets of a turn were read: the first output of a turn queues one task on the
 * loop, which Netty runs after its input.
 */
@RunsOn(Loop.KEYSPACE)
final class FlushQueue {
    private final EventLoop loop;
    private final Runnable beforeFlush;
    private final Runnable addReleased;
    private final Runnable afterFlush;
    private final ArrayDeque<ClientConnection> dirty = new ArrayDeque<>();
    private final Runnable task = this::flush;
    private boolean queued;

    /**
     * @param beforeFlush what else belongs to the end of a turn, as feeding replicas; it may add connections
     * @param addReleased adds the connections whose output had to wait, and perhaps does no more
     * @param afterFlush what is done once the kernel has taken what it takes
     */
    FlushQueue(EventLoop loop, Runnable beforeFlush, Runnable addReleased, Runnable afterFlush) {
        this.loop = loop;
        this.beforeFlush = beforeFlush;
        this.addReleased = addReleased;
        this.afterFlush = afterFlush;
    }

    void add(ClientConnection connection) {
        dirty.add(connection);
        wake();
    }

    /** Makes sure that the end of this turn is seen, also without output. */
    void wake() {
        if (!queued) {
            queued = true;
            loop.execute(task);
        }
    }

    private void flush() {
        try {
            beforeFlush.run();
            addReleased.run();
            queued = false; // from here on, what is added belongs to the next turn
            for (ClientConnection next = dirty.poll(); next != null; next = dirty.poll()) {
                next.flush();
            }
            afterFlush.run();
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }
}
