package io.vireo.base;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * A thread to which the owner lends its state for one long piece of work, so that the owner's loop goes on turning
 * meanwhile. It has a large stack, for what recurses.
 *
 * <p>The loop must touch nothing of the lent state until it is told that the work is done.
 */
@RunsOn(Loop.ANY)
public final class GuestThread {
    private static final long STACK_BYTES = 64L << 20;

    private final OwnerThread owner;
    private final Executor loop;

    /** @param loop runs things on the owner's thread, in the order they were given */
    public GuestThread(OwnerThread owner, Executor loop) {
        this.owner = owner;
        this.loop = loop;
    }

    /**
     * Lends the state and starts the work; called by the owner, and not again before it is done.
     *
     * @param done told on the owner's thread, with the state back: the result, or the exception. An {@link Error} or an
     *     unchecked exception is ours and ends the process.
     */
    public <R> void run(String name, Callable<R> work, BiConsumer<R, Exception> done) {
        Thread thread = new Thread(null, () -> finish(work, done), name, STACK_BYTES);
        thread.setDaemon(true);
        owner.lend(thread);
        thread.start();
    }

    private <R> void finish(Callable<R> work, BiConsumer<R, Exception> done) {
        R result = null;
        Exception failure = null;
        try {
            result = work.call();
        } catch (RuntimeException | Error e) { // half a change must not live on
            Fatal.stop(e);
        } catch (Exception e) {
            failure = e;
        }
        R finalResult = result;
        Exception finalFailure = failure;
        loop.execute(() -> {
            owner.takeBack();
            done.accept(finalResult, finalFailure);
        });
    }
}
