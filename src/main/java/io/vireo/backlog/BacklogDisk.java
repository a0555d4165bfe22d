package io.vireo.backlog;

import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** The thread that has a node's segments: it does what it is given, in order. */
@RunsOn(Loop.ANY)
final class BacklogDisk {
    /** Something to be done with the segments. */
    interface Work {
        void with(SegmentWriter segments) throws IOException;
    }

    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Consumer<IOException> onFailure;
    private volatile boolean isClosed;

    /** @param onFailure told on this object's thread what could not be done; the rest of the queue is done nevertheless */
    BacklogDisk(BacklogPlace place, Consumer<IOException> onFailure) {
        this.onFailure = onFailure;
        Thread.ofPlatform().daemon().name("vireo-backlog").start(() -> run(place));
    }

    void submit(Work work) {
        queue.add(work);
    }

    /** Returns when all that was given is done, or has failed. */
    void await() {
        CountDownLatch done = new CountDownLatch(1);
        submit(segments -> done.countDown());
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the thread once all that was given is done. Nothing may be given any more. */
    void close() {
        submit(segments -> {
            isClosed = true;
            segments.finish();
        });
    }

    private void run(BacklogPlace place) {
        SegmentWriter segments = new SegmentWriter(place);
        try {
            while (!isClosed) {
                run(queue.take(), segments);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; the process ends
        } catch (Throwable e) { // as on the loop: what is written from here on could be wrong
            Fatal.stop(e);
        }
    }

    private void run(Work work, SegmentWriter segments) {
        try {
            work.with(segments);
        } catch (IOException e) {
            onFailure.accept(e);
        }
    }
}
