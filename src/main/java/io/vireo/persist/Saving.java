package io.vireo.persist;

import io.vireo.base.Fatal;
import io.vireo.base.Invariant;
import io.vireo.base.LogLevel;
import io.vireo.base.Loop;
import io.vireo.base.Product;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.config.SavePoint;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.SnapshotSaving.Outcome;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The one snapshot of a node that can be on its way: to the RDB file, for SAVE, BGSAVE, save points, a last save and
 * replicas that are served from disk; to replicas directly; or to a base of the append-only file.
 *
 * <pre>
 *   keyspace loop:  begin --> step --> step --> ... --> end          (slices of the cut, between other work)
 *                               | chunks, few at a time
 *   worker:                     v encode, compress, checksum, write --> outcome, told on the loop
 * </pre>
 */
@RunsOn(Loop.KEYSPACE)
public final class Saving {
    private static final long SLICE_NANOS = 300_000;
    private static final long RETRY_MS = 5_000;
    private static final long PARK_NANOS = 50_000;
    private static final int MEGABYTE = 1 << 20;

    /** Where the running snapshot goes. */
    public enum Running {
        NOTHING,
        TO_DISK,
        TO_SOCKETS,
        /** A base of the append-only file. */
        TO_AOF
    }

    private final Config config;
    private final Keyspace keyspace;
    private final Supplier<RdbFacts.ReplicationPoint> position;
    private final Executor loop;
    private final Executor nextTurn;
    private final ServerLog log;

    private Running running = Running.NOTHING;
    private CutQueue queue;
    private SnapshotSaving saving;
    private Thread worker;
    private Runnable release = () -> {};
    private long startedAtMs;
    private long startedDirty;

    private Watcher watcher = (what, well) -> {};
    private long savedDirty;
    /** Changes so far, when the data were last this thread's. */
    private long seenDirty;

    private long savedAtMs = System.currentTimeMillis();
    private long triedAtMs;
    private boolean scheduled;
    private boolean lastOk = true;
    private Consumer<Boolean> onStatus = ok -> {};
    private long lastSeconds = -1;
    private long lastExtraBytes;
    private long saves;
    private LongConsumer onCut = nanos -> {};
    private long cuts;
    private long lastCutNanos;

    /** Hears of every snapshot that was begun in the background, when it ends. */
    public interface Watcher {
        /**
         * Nothing is on its way any more.
         *
         * @param what it was
         * @param well whether all of it is where it should be
         */
        void ended(Running what, boolean well);
    }

    /**
     * @param position where in the replication stream the data stand now, or null if no stream is written
     * @param loop runs things on the keyspace thread as soon as it can
     * @param nextTurn runs things on the keyspace thread once it has looked at its sockets again
     */
    public Saving(
            Config config,
            Keyspace keyspace,
            Supplier<RdbFacts.ReplicationPoint> position,
            Executor loop,
            Executor nextTurn,
            ServerLog log) {
        this.config = config;
        this.keyspace = keyspace;
        this.position = position;
        this.loop = loop;
        this.nextTurn = nextTurn;
        this.log = log;
    }

    /** Who is told whether the last save went well, when that changes. */
    public void onStatus(Consumer<Boolean> listener) {
        onStatus = listener;
    }

    /** Who is told how many nanoseconds the beginning of a snapshot has kept all others waiting, where Redis forks. */
    public void onCut(LongConsumer listener) {
        onCut = listener;
    }

    private void status(boolean ok) {
        if (ok != lastOk) {
            lastOk = ok;
            onStatus.accept(ok);
        }
    }

    /** Sets who hears of the end of each snapshot. */
    public void watch(Watcher newWatcher) {
        watcher = newWatcher;
    }

    public Running running() {
        return running;
    }

    public boolean isRunning() {
        return running != Running.NOTHING;
    }

    // Snapshots in the background.

    /** Begins to save to the RDB file; none may be on its way. {@code onEnd} is told on the keyspace thread. */
    public void begin(Consumer<Outcome> onEnd) {
        triedAtMs = System.currentTimeMillis();
        scheduled = false;
        release = () -> {};
        begin(Running.TO_DISK, work -> work.toFile(file(), log), outcome -> {
            fileSaved(outcome);
            onEnd.accept(outcome);
        });
        log.notice("Background saving started by pid " + ProcessHandle.current().pid());
    }

    /**
     * Begins a snapshot to a sink, which is used by a worker; none may be on its way.
     *
     * @param newRelease makes every write to the sink end soon: run where the snapshot is broken off, since whom the
     *     worker waits for may never come, or need this thread to
     */
    public void beginTo(RdbSink sink, Runnable newRelease, Consumer<Outcome> onEnd) {
        release = newRelease;
        begin(Running.TO_SOCKETS, work -> work.to(sink), onEnd);
        log.notice("Background RDB transfer started by pid "
                + ProcessHandle.current().pid());
    }

    /**
     * Begins a base of the append-only file; none may be on its way.
     *
     * @param draft where it is written
     * @param isRdb whether as an RDB; else as commands
     * @param point of the stream at which the data stand now
     * @param incrementalSync {@code aof-rewrite-incremental-fsync}
     */
    public void beginBase(
            Path draft,
            boolean isRdb,
            RdbFacts.ReplicationPoint point,
            boolean incrementalSync,
            Consumer<Outcome> onEnd) {
        release = () -> {};
        log.notice("Background append only file rewriting started by pid "
                + ProcessHandle.current().pid());
        long syncEvery = incrementalSync ? RdbFileSink.SYNC_EVERY : 0;
        begin(Running.TO_AOF, point, true, work -> work.toBase(draft, isRdb, syncEvery, log), outcome -> {
            if (outcome instanceof SnapshotSaving.Saved) {
                long extra = lastExtraBytes / MEGABYTE;
                log.child(
                        LogLevel.NOTICE,
                        "Fork CoW for AOF rewrite: current " + extra + " MB, peak " + extra + " MB, average " + extra
                                + " MB");
            }
            onEnd.accept(outcome);
        });
    }

    private void begin(Running to, Function<SnapshotSaving, Outcome> work, Consumer<Outcome> onEnd) {
        begin(to, position.get(), false, work, onEnd);
    }

    private void begin(
            Running to,
            RdbFacts.ReplicationPoint point,
            boolean aofBase,
            Function<SnapshotSaving, Outcome> work,
            Consumer<Outcome> onEnd) {
        start(to, point, aofBase);
        SnapshotSaving current = saving;
        worker = Thread.ofPlatform().daemon().name("vireo-snapshot").start(() -> {
            Outcome outcome = run(current, work);
            loop.execute(() -> {
                boolean whole = ended(current);
                onEnd.accept(outcome);
                if (whole) {
                    watcher.ended(to, outcome instanceof SnapshotSaving.Saved);
                }
            });
        });
        drive();
    }

    private void start(Running to, RdbFacts.ReplicationPoint point, boolean aofBase) {
        Invariant.check(!isRunning(), "one snapshot at a time");
        running = to;
        startedAtMs = System.currentTimeMillis();
        startedDirty = keyspace.dirty();
        RdbFacts facts = new RdbFacts(Product.REDIS_VERSION, startedAtMs / 1000, keyspace.usedBytes(), point, aofBase);
        queue = new CutQueue(() -> nextTurn.execute(this::drive));
        saving = new SnapshotSaving(queue, facts, keyspace.functions().sources(), settings());
        long began = System.nanoTime();
        keyspace.beginCut(queue);
        lastCutNanos = System.nanoTime() - began;
        cuts++;
        onCut.accept(lastCutNanos);
    }

    /** How many snapshots were begun since the start or the last {@link #resetStats}. */
    public long cuts() {
        return cuts;
    }

    /** How long the last beginning of a snapshot took. */
    public long lastCutNanos() {
        return lastCutNanos;
    }

    public void resetStats() {
        cuts = 0;
        lastCutNanos = 0;
    }

    private static Outcome run(SnapshotSaving saving, Function<SnapshotSaving, Outcome> work) {
        try {
            return work.apply(saving);
        } catch (Throwable e) { // a snapshot that is ours to get right
            Fatal.stop(e);
            throw e;
        }
    }

    private void drive() {
        try {
            if (!keyspace.cuts().isRunning()) {
                return;
            }
            if (keyspace.cuts().step(SLICE_NANOS) || keyspace.cuts().isRunning() && !queue.waitForRoom()) {
                nextTurn.execute(this::drive);
            }
        } catch (Throwable e) { // half a change must not live on
            Fatal.stop(e);
        }
    }

    private boolean ended(SnapshotSaving which) {
        if (which != saving) {
            return false; // it was broken off, and another may be on its way by now
        }
        keyspace.cuts().abort();
        lastExtraBytes = keyspace.cuts().extraBytes();
        running = Running.NOTHING;
        queue = null;
        saving = null;
        return true;
    }

    private void fileSaved(Outcome outcome) {
        lastSeconds = (System.currentTimeMillis() - startedAtMs) / 1000;
        long extra = lastExtraBytes / MEGABYTE;
        switch (outcome) {
            case SnapshotSaving.Saved saved -> {
                log.child(
                        LogLevel.NOTICE,
                        "Fork CoW for RDB: current " + extra + " MB, peak " + extra + " MB, average " + extra + " MB");
                log.notice("Background saving terminated with success");
                wasSaved();
            }
            case SnapshotSaving.Failed failed -> {
                log.warning("Background saving error");
                status(false);
            }
            case SnapshotSaving.Aborted aborted -> log.warning("Background saving terminated by signal 10");
        }
    }

    private void wasSaved() {
        savedDirty = startedDirty;
        savedAtMs = System.currentTimeMillis();
        status(true);
        saves++;
    }

    /** Breaks the running snapshot off, if there is one, and waits for its worker; its {@code onEnd} is told soon. */
    public void abort() {
        if (isRunning()) {
            Running what = running;
            saving.abort();
            keyspace.cuts().abort();
            queue.stop();
            release.run();
            ended(saving);
            join(worker);
            watcher.ended(what, false);
        }
    }

    // A snapshot now.

    /** Saves to the RDB file on this thread's time; none may be on its way. Returns whether that went well. */
    public boolean saveNow() {
        release = () -> {};
        start(Running.TO_DISK, position.get(), false);
        SnapshotSaving current = saving;
        Outcome[] outcome = new Outcome[1];
        worker = Thread.ofPlatform()
                .daemon()
                .name("vireo-snapshot")
                .start(() -> outcome[0] = run(current, work -> work.toFile(file(), ServerLog.silent())));
        while (keyspace.cuts().isRunning() && worker.isAlive()) {
            if (!keyspace.cuts().step(SLICE_NANOS)) {
                LockSupport.parkNanos(PARK_NANOS);
            }
        }
        join(worker);
        ended(current);
        boolean saved = outcome[0] instanceof SnapshotSaving.Saved;
        if (saved) {
            log.notice("DB saved on disk");
            wasSaved();
        } else {
            log.warning(outcome[0] instanceof SnapshotSaving.Failed failed ? failed.why() : "The save was broken off");
        }
        return saved;
    }

    private static void join(Thread worker) {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // Save points.

    /** Has a snapshot saved once none is on its way. */
    public void schedule() {
        scheduled = true;
    }

    /** Begins a save that was scheduled, or that a save point asks for; to be called ten times a second. */
    public void tick(long nowMs) {
        if (isRunning() || !keyspace.owner().isHeldHere()) {
            return;
        }
        if (scheduled) {
            begin(outcome -> {});
            return;
        }
        long changes = changesSinceSave();
        for (SavePoint point : config.get(Options.SAVE)) {
            boolean due = changes >= point.changes() && nowMs - savedAtMs > point.seconds() * 1000;
            if (due && (lastOk || nowMs - triedAtMs > RETRY_MS)) {
                log.notice(point.changes() + " changes in " + point.seconds() + " seconds. Saving...");
                begin(outcome -> {});
                return;
            }
        }
    }

    /** The data are now those of a file: nothing has changed since. */
    public void wasLoaded() {
        savedDirty = keyspace.dirty();
        savedAtMs = System.currentTimeMillis();
    }

    public long changesSinceSave() {
        if (keyspace.owner().isHeldHere()) {
            seenDirty = keyspace.dirty();
        }
        return seenDirty - savedDirty;
    }

    /** When the data were last saved well, or the start. */
    public long savedAtMs() {
        return savedAtMs;
    }

    public boolean isLastOk() {
        return lastOk;
    }

    /** How long the last background save took, in seconds, or -1. */
    public long lastSeconds() {
        return lastSeconds;
    }

    /** How long the running background save to disk takes so far, in seconds, or -1. */
    public long currentSeconds() {
        return running == Running.TO_DISK ? (System.currentTimeMillis() - startedAtMs) / 1000 : -1;
    }

    public long saves() {
        return saves;
    }

    /** What writes had copied out of turn during the last snapshot, in bytes. */
    public long lastExtraBytes() {
        return lastExtraBytes;
    }

    /** Keys written so far by the running snapshot. */
    public long keysWritten() {
        return saving == null ? 0 : saving.keys();
    }

    /** The RDB file, as it is configured now. */
    public RdbFile file() {
        return new RdbFile(config.get(Options.DIR), config.get(Options.DBFILENAME));
    }

    private SnapshotSaving.Settings settings() {
        return new SnapshotSaving.Settings(
                config.get(Options.RDBCOMPRESSION),
                config.get(Options.RDBCHECKSUM),
                config.get(Options.RDB_SAVE_INCREMENTAL_FSYNC),
                config.get(Options.RDB_KEY_SAVE_DELAY));
    }
}
