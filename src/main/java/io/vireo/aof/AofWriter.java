package io.vireo.aof;

import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.AppendFsync;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * The worker of an append-only file: takes its steps one after the other, and flushes to the disk once a second where that
 * is the policy. What comes of a step is told on the keyspace's loop, in order.
 */
@RunsOn(Loop.ANY)
final class AofWriter {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Something done to the files. */
    interface Step {
        void run(AofFiles files) throws IOException;
    }

    private final LinkedBlockingQueue<Runnable> jobs = new LinkedBlockingQueue<>();
    private final AofFiles files;
    private final Executor loop;
    private final BiConsumer<AofProgress, IOException> onFlush;
    private volatile AppendFsync policy;
    private volatile boolean resting;
    private volatile long delayNanos;
    /** When the flush that is on its way began, or 0. */
    private volatile long flushingSince;

    private boolean stopped;
    private long flushedAtNanos = System.nanoTime();

    /** @param onFlush told on the loop of each flush that no step has asked for, and of one that failed */
    AofWriter(AofFiles files, Executor loop, AppendFsync policy, BiConsumer<AofProgress, IOException> onFlush) {
        this.files = files;
        this.loop = loop;
        this.policy = policy;
        this.onFlush = onFlush;
    }

    void start() {
        Thread.ofPlatform().daemon().name("vireo-aof").start(this::work);
    }

    /** Sets when the worker flushes by itself. */
    void policy(AppendFsync newPolicy) {
        policy = newPolicy;
    }

    /** Whether nothing is to be flushed for now, since others need the disk. */
    void rest(boolean on) {
        resting = on;
    }

    boolean isResting() {
        return resting;
    }

    /** Whether a flush is on its way, behind which all waits. */
    boolean isFlushing() {
        return flushingSince != 0;
    }

    /** How long it takes so far. */
    long flushingNanos() {
        long since = flushingSince;
        return since == 0 ? 0 : System.nanoTime() - since;
    }

    /** Has the worker lose so much time before each step, for tests of a slow disk. */
    void delay(long nanos) {
        delayNanos = nanos;
    }

    /** Has a step taken; {@code done} is told on the loop, with the problem or null. */
    void submit(Step step, BiConsumer<AofProgress, IOException> done) {
        jobs.add(() -> {
            IOException problem = take(step);
            AofProgress progress = progress();
            loop.execute(() -> tell(done, progress, problem));
        });
    }

    /** Has a step taken, and waits for it. */
    void submitAndWait(Step step) throws IOException {
        CompletableFuture<IOException> result = new CompletableFuture<>();
        jobs.add(() -> result.complete(take(step)));
        IOException problem = result.join();
        if (problem != null) {
            throw problem;
        }
    }

    /** Ends the worker behind all steps. */
    void stop() {
        jobs.add(() -> stopped = true);
    }

    private IOException take(Step step) {
        if (delayNanos > 0) {
            LockSupport.parkNanos(delayNanos);
        }
        try {
            step.run(files);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private static void tell(BiConsumer<AofProgress, IOException> whom, AofProgress progress, IOException problem) {
        try {
            whom.accept(progress, problem);
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }

    private AofProgress progress() {
        return new AofProgress(files.appendedTo(), files.durableTo(), files.bytes(), files.isBroken());
    }

    private void work() {
        try {
            while (!stopped) {
                Runnable job = jobs.poll(isDueSoon() ? untilFlush() : QUIET_NANOS, TimeUnit.NANOSECONDS);
                if (job == null && !isDueSoon()) {
                    take(AofFiles::claim); // where that fails, the next batch will tell
                    job = jobs.take();
                }
                if (job != null) {
                    job.run();
                }
                flushIfDue();
            }
        } catch (Throwable e) { // a writer that is ours to get right
            Fatal.stop(e);
        }
    }

    private boolean isDueSoon() {
        return policy == AppendFsync.EVERYSEC && files.isUnsynced();
    }

    private long untilFlush() {
        long left = SECOND_NANOS - (System.nanoTime() - flushedAtNanos);
        return resting ? SECOND_NANOS : Math.max(0, left);
    }

    private void flushIfDue() {
        if (!isDueSoon() || resting || System.nanoTime() - flushedAtNanos < SECOND_NANOS) {
            return;
        }
        flushingSince = System.nanoTime();
        IOException problem = take(AofFiles::sync);
        flushingSince = 0;
        flushedAtNanos = System.nanoTime();
        AofProgress progress = progress();
        loop.execute(() -> tell(onFlush, progress, problem));
    }
}
