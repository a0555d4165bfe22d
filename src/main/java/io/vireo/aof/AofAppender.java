package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.config.AppendFsync;
import io.vireo.config.AppendOnlyOptions;
import io.vireo.config.Config;
import io.vireo.log.LogPiece;
import io.vireo.log.LogReader;
import io.vireo.log.ReplicationLog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads the log from where it stands, and has the worker append what it reads, in batches.
 *
 * <p>One batch is on its way at a time. Under {@code always} the next one leaves as soon as that one is on the disk, so
 * that many writes share a flush; else what comes is gathered for {@value #GATHER_MS} ms. What could not be appended stays
 * in the log's memory and is tried again every second, in order.
 */
@RunsOn(Loop.KEYSPACE)
final class AofAppender {
    static final long GATHER_MS = 2;

    private static final long GATHER_BYTES = 64 << 10;
    private static final long RETRY_MS = 1_000;

    /** Hears what comes of each batch. */
    interface Listener {
        /** It is appended, and flushed where that was asked for. */
        void appended(AofProgress progress);

        /** It could not be appended, or not be flushed. */
        void failed(AofProgress progress, IOException why);
    }

    /** What the worker has, or will get again. */
    private static final class Batch {
        /** Null where nothing but the stream's name has changed. */
        private final LogPiece piece;

        private final AofBatch content;
        /** Steps of the worker that have it: none of them may find its bytes gone. */
        private int steps;
        /** Set by the worker before it reports. */
        private volatile boolean isAppended;

        private Batch(LogPiece piece, AofBatch content) {
            this.piece = piece;
            this.content = content;
        }

        private void closeIfUnused() {
            if (steps == 0 && piece != null) {
                piece.close();
            }
        }
    }

    private final ReplicationLog stream;
    private final LogReader reader;
    private final AofWriter writer;
    private final Config config;
    private final ScheduledExecutorService loop;
    private final Listener listener;
    private final Runnable wake;
    private final Deque<Batch> unconfirmed = new ArrayDeque<>();

    private boolean flushes;
    private int onTheirWay;
    private int database;
    private AofPosition annotated;
    private boolean gathering;
    private boolean due;
    private long retryAtMs;
    private long timestampSeconds;
    private boolean closed;

    /**
     * @param flushes whether {@code always} flushes each batch
     * @param annotated where the file says that the stream stands, or null where it may say anything
     * @param wake makes sure that the end of a turn is seen
     */
    AofAppender(
            ReplicationLog stream,
            AofWriter writer,
            Config config,
            ScheduledExecutorService loop,
            boolean flushes,
            AofPosition annotated,
            Runnable wake,
            Listener listener) {
        this.stream = stream;
        this.writer = writer;
        this.config = config;
        this.loop = loop;
        this.flushes = flushes;
        this.annotated = annotated;
        this.wake = wake;
        this.listener = listener;
        this.reader = stream.readFromEnd();
        this.database = stream.database();
    }

    /** From now on {@code always} flushes each batch. */
    void flushFromNow() {
        flushes = true;
    }

    /** Bytes of the stream that are not in the system's hands. */
    long waitingBytes() {
        long bytes = reader.lagBytes();
        for (Batch batch : unconfirmed) {
            bytes += batch.content.bytes();
        }
        return bytes;
    }

    /** The end of a turn: what was written leaves, or is gathered a little longer. */
    void endOfTurn() {
        if (closed || reader.isCut() || !unconfirmed.isEmpty()) {
            return;
        }
        long waiting = reader.lagBytes();
        if (waiting == 0 && isNamed()) {
            return;
        }
        if (due || waiting >= GATHER_BYTES || isAlways()) {
            due = false;
            unconfirmed.add(next());
            submit();
        } else if (!gathering) {
            gathering = true;
            loop.schedule(this::gathered, GATHER_MS, TimeUnit.MILLISECONDS);
        }
    }

    private boolean isNamed() {
        return annotated != null
                && annotated.id().equals(stream.history().id())
                && annotated.formerUpTo() == stream.history().formerUpTo();
    }

    private boolean isAlways() {
        return config.get(AppendOnlyOptions.APPENDFSYNC) == AppendFsync.ALWAYS;
    }

    private void gathered() {
        gathering = false;
        due = true;
        wake.run();
    }

    /** Has all that was written so far appended, also what could not be appended before, behind what is on its way. */
    void sendAll() {
        if (closed || reader.isCut()) {
            return;
        }
        if (reader.lagBytes() > 0 || !isNamed()) {
            unconfirmed.add(next());
        }
        if (!unconfirmed.isEmpty()) {
            submit();
        }
    }

    private Batch next() {
        int before = database;
        database = stream.database();
        LogPiece piece = reader.take();
        annotated = AofPosition.of(stream.history(), piece == null ? stream.endOffset() : piece.endOffset());
        List<LogPiece.Span> spans = piece == null ? List.of() : piece.spans();
        return new Batch(piece, new AofBatch(spans, annotated, before, timestamp()));
    }

    private long timestamp() {
        if (!config.get(AppendOnlyOptions.AOF_TIMESTAMP_ENABLED)) {
            return 0;
        }
        long nowSeconds = System.currentTimeMillis() / 1000;
        if (nowSeconds <= timestampSeconds) {
            return 0;
        }
        timestampSeconds = nowSeconds;
        return nowSeconds;
    }

    /** Has all appended of which it is not known, in order; what an earlier step has appended by then is passed over. */
    private void submit() {
        List<Batch> batches = List.copyOf(unconfirmed);
        onTheirWay++;
        batches.forEach(batch -> batch.steps++);
        boolean flush = flushes && isAlways() && !writer.isResting();
        writer.submit(
                files -> {
                    boolean again = true;
                    for (Batch batch : batches) {
                        if (!batch.isAppended) {
                            files.append(batch.content, again);
                            batch.isAppended = true;
                            again = false;
                        }
                    }
                    if (flush) {
                        files.sync();
                    }
                },
                (progress, problem) -> reported(batches, progress, problem));
    }

    private void reported(List<Batch> batches, AofProgress progress, IOException problem) {
        onTheirWay--;
        for (Batch batch : batches) {
            batch.steps--;
            if (closed || batch.isAppended) {
                unconfirmed.remove(batch);
                batch.closeIfUnused();
            }
        }
        if (closed) {
            return;
        }
        if (!unconfirmed.isEmpty()) {
            retryAtMs = System.currentTimeMillis() + RETRY_MS;
        }
        if (problem == null) {
            listener.appended(progress);
        } else {
            listener.failed(progress, problem);
        }
    }

    /** Tries again what could not be appended. */
    void tick(long nowMs) {
        if (!closed && onTheirWay == 0 && !unconfirmed.isEmpty() && nowMs >= retryAtMs) {
            submit();
        }
    }

    /** Reads no more. What is on its way goes on; nobody hears of it. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        reader.close();
        unconfirmed.forEach(Batch::closeIfUnused);
        unconfirmed.clear();
    }
}
