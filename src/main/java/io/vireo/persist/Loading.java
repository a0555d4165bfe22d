package io.vireo.persist;

import io.vireo.base.GuestThread;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.InfoText;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Fills the keyspace from a file on a guest thread, while the loop goes on and answers that it is loading. A small file is
 * loaded at once: that takes no longer than a large command, and no client is refused for it.
 *
 * <p>What is loaded replaces what there was, or is added to it. A file that others have written is surveyed first by
 * whoever must not lose the old data to a bad one.
 */
@RunsOn(Loop.KEYSPACE)
public final class Loading {
    private static final long SMALL_BYTES = 128 << 10;

    private final Config config;
    private final Keyspace keyspace;
    private final Executor loop;
    private final GuestThread guest;
    private final Consumer<Boolean> onChange;
    private final ServerLog log;
    private final SideLoading beside;

    private LoadingWork loader;
    private long startedAtMs;
    private long lastLoaded;
    private long lastExpired;

    /**
     * @param loop runs things on the keyspace thread
     * @param onChange told when loading begins and ends
     */
    public Loading(Config config, Keyspace keyspace, Executor loop, Consumer<Boolean> onChange, ServerLog log) {
        this.config = config;
        this.keyspace = keyspace;
        this.loop = loop;
        this.guest = new GuestThread(keyspace.owner(), loop);
        this.onChange = onChange;
        this.log = log;
        this.beside = new SideLoading(keyspace, loop, onChange);
    }

    public boolean isUnderWay() {
        return loader != null;
    }

    /**
     * Loads a file.
     *
     * @param flush whether what there is goes first
     * @param dropsExpired whether keys whose time is over are left out
     * @param done told on the keyspace thread what was loaded, or why not: an {@link java.io.IOException} or an
     *     {@link RdbException}; the keyspace may be half filled then
     */
    public void load(Path file, boolean flush, boolean dropsExpired, BiConsumer<RdbLoader.Loaded, Exception> done) {
        startedAtMs = System.currentTimeMillis();
        RdbLoader.Settings settings = new RdbLoader.Settings(
                config.get(Options.RDBCHECKSUM),
                dropsExpired,
                startedAtMs,
                config.get(Options.REPL_BACKLOG_SIZE),
                config.get(Options.KEY_LOAD_DELAY));
        RdbLoader current = new RdbLoader(new KeyspaceTarget(keyspace), settings, log);
        begins(current);
        if (config.get(Options.KEY_LOAD_DELAY) == 0 && isSmall(file)) {
            loadHere(current, file, flush, done);
            return;
        }
        guest.run("vireo-loading", () -> fill(current, file, flush), (loaded, problem) -> {
            ended(loaded);
            done.accept(loaded, problem);
        });
    }

    /**
     * Fills the data by work of another kind than the loading of an RDB file.
     *
     * @param work that {@code fill} is about
     * @param fill run on the guest thread
     * @param done told on the keyspace thread what came of it, or why nothing did
     */
    public <R> void run(LoadingWork work, Callable<R> fill, BiConsumer<R, Exception> done) {
        startedAtMs = System.currentTimeMillis();
        begins(work);
        guest.run("vireo-loading", fill, (result, problem) -> {
            ended(null);
            done.accept(result, problem);
        });
    }

    private void begins(LoadingWork work) {
        loader = work;
        onChange.accept(true);
        keyspace.ownExpiries().filled(true);
    }

    private static boolean isSmall(Path file) {
        try {
            return Files.size(file) <= SMALL_BYTES;
        } catch (IOException e) {
            return false; // whoever reads it says what is wrong
        }
    }

    /** On the loop; who is told is told a turn later, as after any loading. */
    private void loadHere(RdbLoader current, Path file, boolean flush, BiConsumer<RdbLoader.Loaded, Exception> done) {
        RdbLoader.Loaded loaded = null;
        Exception problem = null;
        try {
            loaded = fill(current, file, flush);
        } catch (IOException | RdbException e) {
            problem = e;
        }
        ended(loaded);
        RdbLoader.Loaded finalLoaded = loaded;
        Exception finalProblem = problem;
        loop.execute(() -> done.accept(finalLoaded, finalProblem));
    }

    private RdbLoader.Loaded fill(RdbLoader current, Path file, boolean flush) throws IOException, RdbException {
        if (flush) {
            keyspace.functions().clear();
            keyspace.flushAll(keyspace.lazyFreeing().replicaFlush && !keyspace.deletesExpired());
        }
        return current.load(file);
    }

    private void ended(RdbLoader.Loaded loaded) {
        loader = null;
        keyspace.ownExpiries().filled(false);
        if (loaded != null) {
            lastLoaded = loaded.keys();
            lastExpired = loaded.expired();
        }
        onChange.accept(false);
    }

    /** Calls the loading that is under way off. */
    public void abort() {
        if (loader != null) {
            loader.abort();
        }
    }

    /** Keys of the last loading that were put in place. */
    public long lastLoaded() {
        return lastLoaded;
    }

    /** Keys of the last loading that were left out since their time was over. */
    public long lastExpired() {
        return lastExpired;
    }

    /** Memory that the data took when the guest thread last said so, in bytes; 0 if nothing is loaded in place. */
    public long usedBytes() {
        return isUnderWay() ? loader.usedBytes() : 0;
    }

    /** The loading of content beside what there is. */
    public SideLoading beside() {
        return beside;
    }

    /** Whether the data are not to be seen, since they are being loaded. */
    public boolean hidesData() {
        return isUnderWay() || beside.isUnderWay() && !beside.isServing();
    }

    /** Writes how far the loading under way is, if there is one. */
    public void writeProgress(InfoText out) {
        LoadingProgress progress = isUnderWay() ? new LoadingProgress(loader, startedAtMs) : beside.progress();
        if (progress != null) {
            progress.write(out);
        }
    }
}
