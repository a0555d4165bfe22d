package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.command.InfoText;
import io.vireo.config.AppendFsync;
import io.vireo.config.AppendOnlyOptions;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationLog;
import io.vireo.persist.EmptyRdb;
import io.vireo.persist.RdbFacts;
import io.vireo.persist.RdbFile;
import io.vireo.persist.Saving;
import io.vireo.persist.SnapshotSaving;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * The append-only file of a node: a consumer of the log whose worker puts what it reads on disk, and the rewrites that keep
 * the files short.
 *
 * <pre>
 *            the files that were loaded, or the first ones
 *    OFF ---------------------------------------------------> ON &lt;----------------------------+
 *     | ^                                                     | |   rewrite: another file,    |
 *     | +--- CONFIG SET appendonly no, from anywhere          | +---- and a new base before it +
 *     |                                                       |
 *     +--- CONFIG SET appendonly yes ---> WAITING &lt;-----------+  another stream, or a flush to the disk failed
 *                                         |  ^  |
 *                 the rewrite failed -----+--+  +-- the base is there --> ON
 * </pre>
 *
 * <p>While it waits for a base, effects go to a file that no manifest names: what is on disk stays as it was until a base
 * is there which they follow.
 */
@RunsOn(Loop.KEYSPACE)
public final class AppendOnlyFile {
    private enum State {
        OFF,
        WAITING,
        ON
    }

    /**
     * The parts of a node that it works on.
     *
     * @param wake makes sure that the end of the turn is seen: {@link #releasedTo} may have grown
     */
    public record Parts(
            Config config,
            Keyspace keyspace,
            ReplicationLog stream,
            Saving saving,
            ScheduledExecutorService loop,
            Runnable wake,
            ServerLog log) {}

    /** A base that is being made. */
    private static final class Rewrite {
        private final boolean isRdb;
        private final long beganAtMs = System.currentTimeMillis();
        /** Whether what comes behind the base goes to a file of its own by now. */
        private boolean isSwitched;

        private boolean isWritten;

        private Rewrite(boolean isRdb) {
            this.isRdb = isRdb;
        }
    }

    private static final double PERCENT = 100;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long LATE_NANOS = 2_000_000_000L;

    private final Config config;
    private final ReplicationLog stream;
    private final Saving saving;
    private final ScheduledExecutorService loop;
    private final Keyspace keyspace;
    private final Runnable wake;
    private final ServerLog log;
    private final AofDirectory directory;
    private final Path draft;
    private final AofStatus status = new AofStatus();
    private final RewriteLimit limit = new RewriteLimit();

    private State state = State.OFF;
    private AofWriter writer;
    private AofAppender appender;
    private boolean holdsReplies;
    /** Whether what is on disk is of a stream that ours has taken the place of. */
    private boolean isForeign;

    private long delayMicros;

    private boolean rewriteWanted;
    private Rewrite rewrite;
    private long lastRewriteSeconds = -1;
    private boolean lastRewriteOk = true;
    private long rewrites;
    private long lastExtraBytes;
    private long delayedFlushes;
    private boolean isLate;

    private Runnable onStatus = () -> {};

    public AppendOnlyFile(Parts node) {
        this.config = node.config;
        this.stream = node.stream;
        this.saving = node.saving;
        this.loop = node.loop;
        this.keyspace = node.keyspace;
        this.wake = node.wake;
        this.log = node.log;
        this.directory = directory(config);
        this.draft = directory.temporaryBase();
        stream.onRestart(this::streamReplaced);
        config.onChange(AppendOnlyOptions.APPENDONLY, this::turn);
        config.onChange(AppendOnlyOptions.APPENDFSYNC, this::policyChanged);
        config.onChange(AppendOnlyOptions.AOF_DISABLE_AUTO_GC, off -> deleteHistory());
    }

    /** Where a configuration says the files are. */
    public static AofDirectory directory(Config config) {
        return new AofDirectory(
                config.get(Options.DIR),
                config.get(AppendOnlyOptions.APPENDDIRNAME),
                config.get(AppendOnlyOptions.APPENDFILENAME));
    }

    /** Sets who is told when writing begins to fail, or goes well again. */
    public void onStatus(Runnable listener) {
        onStatus = listener;
    }

    // What can be asked.

    public AofStatus status() {
        return status;
    }

    /** The stream offset up to which what was answered may leave. */
    public long releasedTo() {
        return holdsReplies ? status.durableTo() : Long.MAX_VALUE;
    }

    /** The stream offset up to which everything would be loaded after a loss of power; -1 while the file is off. */
    public long durableTo() {
        if (state == State.OFF) {
            return -1;
        }
        return isForeign ? 0 : status.durableTo();
    }

    /** Whether a base is being made. */
    boolean isRewriting() {
        return rewrite != null;
    }

    /** How long the rewrite under way has taken, in seconds, or -1. */
    private long rewriteSeconds() {
        return rewrite == null ? -1 : (System.currentTimeMillis() - rewrite.beganAtMs) / 1000;
    }

    /** Bytes of the stream that are not in the system's hands. */
    private long waitingBytes() {
        return appender == null ? 0 : appender.waitingBytes();
    }

    /** INFO: what there is to say in any case. */
    public void writeFacts(InfoText out) {
        out.flag("aof_enabled", state != State.OFF)
                .flag("aof_rewrite_in_progress", rewrite != null)
                .flag("aof_rewrite_scheduled", rewriteWanted)
                .field("aof_last_rewrite_time_sec", lastRewriteSeconds)
                .field("aof_current_rewrite_time_sec", rewriteSeconds())
                .field("aof_last_bgrewrite_status", lastRewriteOk ? "ok" : "err")
                .field("aof_rewrites", rewrites)
                .field("aof_rewrites_consecutive_failures", limit.failures())
                .field("aof_last_write_status", status.isFailing() ? "err" : "ok")
                .field("aof_last_cow_size", lastExtraBytes);
    }

    /** INFO: of the files, while there are any. */
    public void writeSizes(InfoText out) {
        if (state != State.OFF) {
            out.field("aof_current_size", status.bytes())
                    .field("aof_base_size", status.baseBytes())
                    .flag("aof_pending_rewrite", rewriteWanted)
                    .field("aof_buffer_length", waitingBytes())
                    .flag("aof_pending_bio_fsync", writer.isFlushing())
                    .field("aof_delayed_fsync", delayedFlushes);
        }
    }

    // On and off.

    /**
     * Begins, once the data are loaded and the stream has its name.
     *
     * @param loaded what they were loaded from, or null for another file or none
     * @param rdb the RDB file that they were loaded from, or null
     * @param done told why it cannot begin, or null
     */
    public void begin(AofLoaded loaded, Path rdb, Consumer<String> done) {
        boolean isRdb = config.get(AppendOnlyOptions.AOF_USE_RDB_PREAMBLE);
        byte[] empty = isRdb ? EmptyRdb.aofBase(System.currentTimeMillis() / 1000) : new byte[0];
        AofPosition now = position();
        boolean collects = !config.get(AppendOnlyOptions.AOF_DISABLE_AUTO_GC);
        open();
        state = State.ON;
        updateHolding();
        writer.submit(
                files -> {
                    if (loaded == null) {
                        files.begin(rdb, empty, isRdb, now);
                    } else {
                        files.resume(loaded, now);
                    }
                    if (collects) {
                        files.deleteHistory();
                    }
                },
                (progress, problem) -> {
                    if (problem == null) {
                        status.began(progress, loaded == null ? progress.bytes() : loaded.baseBytes());
                        wake.run();
                    }
                    done.accept(problem == null ? null : "Can't open the append-only file: " + RdbFile.reason(problem));
                });
        append(true, loaded == null ? now : null);
    }

    private AofPosition position() {
        return AofPosition.of(stream.history(), stream.endOffset());
    }

    private void open() {
        writer = new AofWriter(
                new AofFiles(directory, log), loop, config.get(AppendOnlyOptions.APPENDFSYNC), this::flushed);
        writer.delay(delayMicros * NANOS_PER_MICRO);
        writer.start();
    }

    private void append(boolean flushes, AofPosition annotated) {
        appender = new AofAppender(stream, writer, config, loop, flushes, annotated, wake, new AofAppender.Listener() {
            @Override
            public void appended(AofProgress progress) {
                AppendOnlyFile.this.appended(progress);
            }

            @Override
            public void failed(AofProgress progress, IOException why) {
                AppendOnlyFile.this.failed(progress, why);
            }
        });
    }

    /** Has each step of the worker take so much longer, for tests of a slow disk. */
    public void delaySteps(long micros) {
        delayMicros = micros;
        if (writer != null) {
            writer.delay(micros * NANOS_PER_MICRO);
        }
    }

    private void turn(boolean on) {
        if (on && state == State.OFF) {
            if (rewrite != null) {
                abortRewrite();
                endAlone();
            }
            open();
            state = State.WAITING;
            rewriteWanted = true;
            if (saving.isRunning()) {
                log.warning("AOF was enabled but there is already another background operation. An AOF background was"
                        + " scheduled to start when possible.");
            }
            tick(System.currentTimeMillis(), true);
        } else if (!on && state != State.OFF) {
            turnOff();
        }
    }

    /** Lets go of the files, with all that was written in them. */
    private void turnOff() {
        AofWriter ending = leave();
        ending.submit(AppendOnlyFile::letGo, (progress, problem) -> sayClosed(problem));
        ending.stop();
        rewriteWanted = false;
        status.reset();
        onStatus.run();
        wake.run();
    }

    /** Hands over all that was written, and knows nothing of the files any more; the worker has yet to let go of them. */
    private AofWriter leave() {
        abortRewrite();
        if (state == State.ON) {
            appender.sendAll();
        }
        stopAppending();
        AofWriter left = writer;
        writer = null;
        state = State.OFF;
        isForeign = false;
        updateHolding();
        return left;
    }

    private static void letGo(AofFiles files) throws IOException {
        files.dropTemporary();
        files.close();
    }

    private void sayClosed(IOException problem) {
        if (problem != null) {
            log.warning("Fail to fsync the AOF file: " + RdbFile.reason(problem) + ".");
        }
    }

    private void stopAppending() {
        if (appender != null) {
            appender.close();
            appender = null;
        }
    }

    /**
     * Puts everything on the disk, on this thread's time: the node is about to end.
     *
     * @return false if the first base is still being made, so that the files would not hold the data; nothing was done
     *     then, unless that is {@code forced}
     */
    public boolean readyToEnd(boolean forced) {
        if (state == State.WAITING && rewrite != null) {
            log.warning(forced ? "Writing initial AOF. Exit anyway." : "Writing initial AOF, can't exit.");
            if (!forced) {
                return false;
            }
        }
        if (rewrite != null) {
            log.warning("There is a child rewriting the AOF. Killing it!");
            abortRewrite();
        }
        if (state == State.ON) {
            log.notice("Calling fsync() on the AOF file.");
            appendAllNow();
        }
        return true;
    }

    /** Has everything up to now appended and flushed, on this thread's time. */
    public void appendAllNow() {
        if (state == State.ON) {
            appender.sendAll();
            try {
                writer.submitAndWait(AofFiles::sync);
            } catch (IOException e) {
                sayClosed(e);
            }
        }
    }

    /** Lets go of the files, with all that was written in them: the node ends. */
    public void close() {
        if (writer == null) {
            return;
        }
        AofWriter ending = leave();
        try {
            ending.submitAndWait(AppendOnlyFile::letGo);
        } catch (IOException e) {
            sayClosed(e);
        }
        ending.stop();
    }

    private void policyChanged(AppendFsync now) {
        if (writer != null) {
            writer.policy(now);
            if (now == AppendFsync.ALWAYS) {
                writer.submit(AofFiles::sync, this::flushed);
            }
            updateHolding();
            wake.run();
        }
    }

    /** Where the file is to hold what is answered, it still is while a base takes the place of what could not be flushed. */
    private void updateHolding() {
        boolean always = config.get(AppendOnlyOptions.APPENDFSYNC) == AppendFsync.ALWAYS;
        holdsReplies = always && (state == State.ON || state == State.WAITING && holdsReplies);
    }

    // Batches.

    /** The end of a turn: what was written in it leaves for the worker. */
    public void endOfTurn() {
        if (appender != null) {
            appender.endOfTurn();
        }
    }

    private void appended(AofProgress progress) {
        status.reached(progress);
        if (status.isFailing() && state == State.ON) {
            recovered();
        }
        wake.run();
    }

    private void recovered() {
        log.warning("AOF write error looks solved. The server can write again.");
        status.succeeded();
        onStatus.run();
    }

    private void failed(AofProgress progress, IOException problem) {
        status.reached(progress);
        String reason = RdbFile.reason(problem);
        if (!status.isFailing()) {
            log.warning("Error writing to the AOF file: " + reason + ". Writes are refused until it can be written.");
        }
        status.failed(reason);
        onStatus.run();
        if (progress.broken() && state == State.ON) {
            log.warning("Nobody knows what of " + directory.prefix()
                    + " is on the disk after a flush that has failed: a new base takes its place.");
            beginAnew();
        }
        wake.run();
    }

    /** The worker has flushed by itself, or tried to. */
    private void flushed(AofProgress progress, IOException problem) {
        if (state == State.OFF) {
            return;
        }
        if (problem != null) {
            failed(progress, problem);
        } else {
            status.reached(progress);
            wake.run();
        }
    }

    private void streamReplaced() {
        if (state != State.OFF) {
            holdsReplies = false; // nothing of the new stream is promised before it has a base
            isForeign = true;
            beginAnew();
        }
    }

    /** What comes from now on needs a base of its own; what is on disk stays until that is there. */
    private void beginAnew() {
        abortRewrite();
        stopAppending();
        state = State.WAITING;
        rewriteWanted = true;
    }

    // Rewrites.

    /** BGREWRITEAOF, while none is under way. Returns the reply. */
    String rewriteAsked() {
        rewriteWanted = true;
        if (saving.isRunning()) {
            return "Background append only file rewriting scheduled";
        }
        beginRewrite();
        return "Background append only file rewriting started";
    }

    /**
     * Ten times a second.
     *
     * @param mayCut whether the data are at hand, and nobody is filling them
     */
    public void tick(long nowMs, boolean mayCut) {
        if (appender != null) {
            appender.tick(nowMs);
        }
        if (writer != null) {
            noteLate();
            writer.rest(config.get(AppendOnlyOptions.NO_APPENDFSYNC_ON_REWRITE) && saving.isRunning());
        }
        if (!mayCut
                || rewrite != null
                || saving.isRunning()
                || !keyspace.owner().isHeldHere()) {
            return;
        }
        if (rewriteWanted || hasGrown()) {
            long verdict = limit.ask(nowMs);
            if (verdict > 0) {
                log.warning("Background AOF rewrite has repeatedly failed and triggered the limit, will retry in "
                        + verdict + " minutes");
            } else if (verdict == 0) {
                if (!rewriteWanted) {
                    log.notice("Starting automatic rewriting of AOF on " + growthPercent() + "% growth");
                }
                beginRewrite();
            }
        }
    }

    /** Counts the flushes behind which effects have waited for long. */
    private void noteLate() {
        boolean late = writer.flushingNanos() > LATE_NANOS && waitingBytes() > 0;
        if (late && !isLate) {
            delayedFlushes++;
            log.notice("Asynchronous AOF fsync is taking too long (disk is busy?). Effects wait in memory until it is"
                    + " done.");
        }
        isLate = late;
    }

    private boolean hasGrown() {
        int percent = config.get(AppendOnlyOptions.AUTO_AOF_REWRITE_PERCENTAGE);
        return state == State.ON
                && percent > 0
                && status.bytes() > config.get(AppendOnlyOptions.AUTO_AOF_REWRITE_MIN_SIZE)
                && growthPercent() >= percent;
    }

    private long growthPercent() {
        return (long) (status.bytes() * PERCENT / Math.max(1, status.baseBytes())) - (long) PERCENT;
    }

    private void beginRewrite() {
        Rewrite begun = new Rewrite(config.get(AppendOnlyOptions.AOF_USE_RDB_PREAMBLE));
        rewrite = begun;
        rewriteWanted = false;
        rewrites++;
        if (state == State.ON && !status.isFailing()) {
            appender.sendAll();
            writer.submit(AofFiles::startIncremental, (progress, problem) -> switched(begun, progress, problem));
        } else {
            boolean appends = state != State.OFF;
            if (!appends) {
                open();
            }
            stopAppending();
            AofPosition now = position();
            writer.submit(
                    appends ? files -> files.startTemporary(now) : AofFiles::startAlone,
                    (progress, problem) -> switched(begun, progress, problem));
            if (appends) {
                state = State.WAITING;
                append(false, now);
            }
        }
        RdbFacts.ReplicationPoint point = new RdbFacts.ReplicationPoint(
                stream.history().id(), stream.endOffset(), Math.max(0, stream.database()));
        boolean incrementalSync = config.get(AppendOnlyOptions.AOF_REWRITE_INCREMENTAL_FSYNC);
        saving.beginBase(draft, begun.isRdb, point, incrementalSync, outcome -> written(begun, outcome));
    }

    private void switched(Rewrite which, AofProgress progress, IOException problem) {
        if (which != rewrite) {
            return;
        }
        status.reached(progress);
        if (problem != null) {
            log.warning("Can't open the append-only file for a rewrite: " + RdbFile.reason(problem));
            if (progress.broken()) {
                failed(progress, problem);
            } else {
                abandon();
                saving.abort();
            }
            return;
        }
        which.isSwitched = true;
        installIfReady(which);
    }

    private void written(Rewrite which, SnapshotSaving.Outcome outcome) {
        if (which != rewrite) {
            return; // it was given up
        }
        switch (outcome) {
            case SnapshotSaving.Saved saved -> {
                log.notice("Background AOF rewrite terminated with success");
                which.isWritten = true;
                lastExtraBytes = saving.lastExtraBytes();
                installIfReady(which);
            }
            case SnapshotSaving.Failed failed -> {
                log.warning("Background AOF rewrite terminated with error");
                abandon();
            }
            case SnapshotSaving.Aborted aborted -> {
                log.warning("Background AOF rewrite terminated by signal 10");
                abandon();
            }
        }
    }

    private void installIfReady(Rewrite which) {
        if (which.isSwitched && which.isWritten) {
            boolean collects = !config.get(AppendOnlyOptions.AOF_DISABLE_AUTO_GC);
            writer.submit(
                    files -> {
                        files.install(draft, which.isRdb);
                        if (collects) {
                            files.deleteHistory();
                        }
                    },
                    (progress, problem) -> installed(which, progress, problem));
        }
    }

    private void installed(Rewrite which, AofProgress progress, IOException problem) {
        if (which != rewrite) {
            return;
        }
        if (problem != null) {
            log.warning("Error putting a new AOF base in place: " + RdbFile.reason(problem));
            abandon();
            return;
        }
        rewrite = null;
        lastRewriteSeconds = (System.currentTimeMillis() - which.beganAtMs) / 1000;
        lastRewriteOk = true;
        limit.ended(true);
        log.notice("Background AOF rewrite finished successfully");
        if (state == State.WAITING) {
            log.notice("Background AOF rewrite: the AOF is complete from now on");
            state = State.ON;
            appender.flushFromNow();
            isForeign = false;
        }
        status.began(progress, progress.bytes());
        if (status.isFailing() && !progress.broken()) {
            recovered();
        }
        updateHolding();
        if (state == State.OFF) {
            endAlone();
        }
        wake.run();
    }

    /** The rewrite under way has failed. */
    private void abandon() {
        lastRewriteSeconds = rewriteSeconds();
        rewrite = null;
        lastRewriteOk = false;
        limit.ended(false);
        if (state == State.WAITING) {
            stopAppending();
            rewriteWanted = true;
        }
        writer.submit(AofFiles::dropTemporary, (progress, problem) -> {});
        if (state == State.OFF) {
            endAlone();
        }
    }

    /** A rewrite that was asked for while the file is off is over. */
    private void endAlone() {
        writer.submit(AppendOnlyFile::letGo, (progress, problem) -> sayClosed(problem));
        writer.stop();
        writer = null;
    }

    private void abortRewrite() {
        if (rewrite == null) {
            return;
        }
        log.notice(
                "Killing running AOF rewrite child: " + ProcessHandle.current().pid());
        rewrite = null;
        if (saving.running() == Saving.Running.TO_AOF) {
            saving.abort();
        }
        writer.submit(AofFiles::dropTemporary, (progress, problem) -> {});
    }

    private void deleteHistory() {
        if (writer != null && state != State.WAITING && !config.get(AppendOnlyOptions.AOF_DISABLE_AUTO_GC)) {
            writer.submit(AofFiles::deleteHistory, (progress, problem) -> {});
        }
    }
}
