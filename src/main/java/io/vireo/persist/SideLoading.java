package io.vireo.persist;

import io.vireo.base.Fatal;
import io.vireo.base.Invariant;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.keyspace.Keyspace;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Loads an RDB into content of its own, on a thread of its own, while the keyspace goes on serving what it has; what was
 * loaded takes its place only when it is whole. It takes the memory of both meanwhile.
 *
 * <pre>
 *   keyspace loop:  start ........ serves the old ........ done --> putInPlace, or abandon
 *   loading thread:   reads, checks, fills the new content --^
 * </pre>
 *
 * <p>All methods are called on the keyspace thread.
 */
@RunsOn(Loop.KEYSPACE)
public final class SideLoading {
    private final Keyspace keyspace;
    private final Executor loop;
    private final Consumer<Boolean> onHiding;
    private Keyspace beside;
    private RdbLoader loader;
    private long startedAtMs;
    private boolean serving;
    private boolean isDone;

    /**
     * @param loop runs things on the keyspace thread
     * @param onHiding told when what there is must not be seen any more, and when it may again
     */
    SideLoading(Keyspace keyspace, Executor loop, Consumer<Boolean> onHiding) {
        this.keyspace = keyspace;
        this.loop = loop;
        this.onHiding = onHiding;
    }

    public boolean isUnderWay() {
        return loader != null && !isDone;
    }

    /** Whether what there is is served meanwhile. */
    public boolean isServing() {
        return serving;
    }

    /** How far the loading is, or null where none is under way. */
    LoadingProgress progress() {
        return isUnderWay() ? new LoadingProgress(loader, startedAtMs) : null;
    }

    /**
     * Begins to load; nothing may be loaded or waiting to be put in place.
     *
     * @param serves whether what there is is served meanwhile, old as it may be; else clients are told of the loading
     * @param done told what was loaded, or why not: an {@link IOException} or an {@link RdbException}. The keyspace is
     *     as it was in both cases. Not told once the loading was abandoned
     */
    public void start(
            RdbSource source,
            RdbLoader.Settings settings,
            boolean serves,
            ServerLog log,
            BiConsumer<RdbLoader.Loaded, Exception> done) {
        Invariant.check(beside == null, "one loading at a time");
        Keyspace target = new Keyspace(keyspace.databases());
        target.valueLimits().copyFrom(keyspace.valueLimits());
        target.noteAccessesAs(keyspace);
        target.replica(true); // so that nothing is deleted while it is filled
        RdbLoader ours = new RdbLoader(new KeyspaceTarget(target), settings, log);
        beside = target;
        loader = ours;
        isDone = false;
        serving = serves;
        startedAtMs = System.currentTimeMillis();
        if (!serves) {
            onHiding.accept(true);
        }
        Thread.ofPlatform().daemon().name("vireo-loading").start(() -> {
            RdbLoader.Loaded loaded = null;
            Exception problem = null;
            try {
                target.owner().claim();
                loaded = ours.load(source);
            } catch (IOException | RdbException e) {
                problem = e;
            } catch (Throwable e) { // a loader that is wrong must not go on
                Fatal.stop(e);
            }
            RdbLoader.Loaded finalLoaded = loaded;
            Exception finalProblem = problem;
            loop.execute(() -> ended(target, finalLoaded, finalProblem, done));
        });
    }

    private void ended(
            Keyspace target, RdbLoader.Loaded loaded, Exception problem, BiConsumer<RdbLoader.Loaded, Exception> done) {
        if (target != beside) {
            free(target); // it was abandoned while it was still being filled
            return;
        }
        isDone = true;
        if (!serving) {
            onHiding.accept(false);
        }
        if (loaded == null) {
            drop();
            free(target);
        }
        done.accept(loaded, problem);
    }

    /** Puts what was loaded in the place of what there was, and frees that on another thread. No cut may be running. */
    public void putInPlace() {
        Invariant.check(isDone && beside != null, "only what is whole is put in place");
        Keyspace old = beside;
        keyspace.exchange(old);
        drop();
        free(old);
    }

    /**
     * Gives up what is being loaded or waits to be put in place. A source that waits for the network must be ended by
     * its own means.
     */
    public void abandon() {
        if (beside == null) {
            return;
        }
        loader.abort();
        if (isDone) {
            free(beside);
        } else if (!serving) {
            onHiding.accept(false);
        }
        drop();
    }

    private void drop() {
        beside = null;
        loader = null;
    }

    private static void free(Keyspace content) {
        Thread.ofPlatform().daemon().name("vireo-free").start(content::close);
    }
}
