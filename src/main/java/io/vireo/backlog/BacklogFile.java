package io.vireo.backlog;

import io.vireo.base.Fatal;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.config.Config;
import io.vireo.config.Options;
import io.vireo.log.BacklogSeed;
import io.vireo.log.LogReader;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import java.util.concurrent.Executor;

/**
 * Keeps the backlog on disk as well, where {@code repl-backlog-file} says so, and gives it back to the log at the next
 * start.
 *
 * <p>It reads the log at a position of its own, about once a second or as soon as there is a piece's worth. At most
 * {@value #WINDOW_BYTES} bytes are on their way to the disk. The rest waits in the log, but never more than the log would
 * keep without this reader: where the disk does not follow, the file goes on behind a gap. While the log has no backlog
 * there is no file.
 */
@RunsOn(Loop.KEYSPACE)
public final class BacklogFile {
    static final int WINDOW_BYTES = 1 << 20;

    private static final long FLUSH_PERIOD_MS = 1_000;
    private static final long RETRY_AFTER_MS = 10_000;
    private static final long SAY_AGAIN_AFTER_MS = 60_000;
    private static final int PIECES_PER_BACKLOG = 4;

    /** More segments than this, left by short lives, are written anew as few. */
    private static final int MOST_KEPT = 16;

    private final Config config;
    private final ReplicationLog stream;
    private final Executor loop;
    private final ServerLog log;

    private boolean isOn;

    /** Whether it was turned on or off, or is to lie elsewhere. */
    private boolean isMoved;

    /** Null until it is needed. */
    private BacklogDisk disk;

    private Restored restored = Restored.NOTHING;
    private boolean started;
    private boolean ended;

    /** What is read next goes to the segment of this id; null while there is nothing on disk that could go on. */
    private String id;

    /** Null while nothing is read: there is no backlog, or the disk does not follow. */
    private LogReader reader;

    /** The next offset to be read by the time the reader was let go, while the id is kept. */
    private long lacking;

    private long sayAgainAtMs;
    private int onTheirWay;
    private boolean flushes;
    private long flushedAtMs;
    private long brokenUntilMs;
    private long nowMs;

    /** @param loop runs things on the keyspace thread */
    public BacklogFile(Config config, ReplicationLog stream, Executor loop, ServerLog log) {
        this.config = config;
        this.stream = stream;
        this.loop = loop;
        this.log = log;
        this.isOn = config.get(Options.REPL_BACKLOG_FILE);
        config.onChange(Options.REPL_BACKLOG_FILE, now -> {
            isOn = now;
            isMoved = true;
        });
        config.onChange(Options.DIR, now -> isMoved = true);
        config.onChange(Options.DBFILENAME, now -> isMoved = true);
    }

    // The beginning.

    /**
     * Reads what was kept, before the stream begins.
     *
     * @param data what the loaded data are a copy of, or null if of no stream
     * @param done run on the keyspace thread
     */
    public void read(StreamPosition data, Runnable done) {
        if (!isOn) {
            done.run();
            return;
        }
        BacklogPlace place = place();
        long sizeBytes = stream.backlogSizeBytes();
        open(place);
        disk.submit(segments -> {
            Restored[] found = {Restored.NOTHING};
            try {
                found[0] = new BacklogRestore(log).read(place, data, sizeBytes);
                segments.keepOnly(found[0].kept());
            } finally {
                onLoop(() -> {
                    restored = found[0];
                    done.run();
                });
            }
        });
    }

    private void open(BacklogPlace place) {
        disk = new BacklogDisk(place, problem -> {
            log.warning("Failed keeping the replication backlog on disk: " + problem.getMessage());
            onLoop(this::broke);
        });
    }

    private BacklogPlace place() {
        String name = config.get(Options.DBFILENAME);
        return new BacklogPlace(config.get(Options.DIR), name.isEmpty() ? "dump.rdb" : name);
    }

    /** Puts what was read into the log, whose stream has its names by now and not gone on. */
    public void start() {
        started = true;
        if (restored.isNothing()) {
            return;
        }
        BacklogSeed seed = restored.seed();
        StreamPosition data = restored.data();
        boolean fits = stream.hasBacklog()
                && stream.backlog().first() == data.next()
                && stream.history().includes(data.id(), data.next());
        if (fits) {
            log.notice("The replication backlog goes on from disk: " + seed.length() + " bytes up to offset "
                    + data.offset() + ".");
            stream.seed(seed);
        } else {
            log.notice("The replication backlog on disk is not used: the stream begins anew.");
            seed.free();
            disk.submit(SegmentWriter::clear);
        }
        if (fits && restored.kept().size() <= MOST_KEPT) {
            id = stream.history().id();
            readFrom(data.next());
        }
        restored = Restored.NOTHING;
    }

    // As the stream goes on.

    /** The end of a turn of the loop, between commands. */
    public void endOfTurn() {
        if (started && !ended) {
            pump();
        }
    }

    /** Several times a second. */
    public void tick(long newNowMs) {
        nowMs = newNowMs;
        if (nowMs - flushedAtMs >= FLUSH_PERIOD_MS) {
            flushedAtMs = nowMs;
            flushes = true;
        }
        endOfTurn();
    }

    private void pump() {
        if (isMoved) {
            isMoved = false;
            move();
        }
        if (!isOn) {
            return;
        }
        if (disk == null) {
            open(place());
        }
        if (!stream.hasBacklog() || reader != null && reader.isCut()) {
            forget();
        }
        if (!stream.hasBacklog() || reader == null && !begin()) {
            return;
        }
        if (!hasName(stream.history(), reader.nextOffset())) {
            forget();
            beginAnew();
        }
        read();
        if (reader.lagBytes() > stream.backlogSizeBytes()) {
            letGo();
        } else if (reader.lagBytes() == 0) {
            flushes = false;
        }
    }

    /** Leaves nothing where it was. */
    private void move() {
        leave();
        id = null;
        brokenUntilMs = 0;
        if (disk != null) {
            BacklogPlace newPlace = place();
            disk.submit(segments -> segments.moveTo(newPlace));
        }
    }

    /** What is on disk is of no use any more. */
    private void forget() {
        leave();
        if (id != null) {
            id = null;
            disk.submit(SegmentWriter::clear);
        }
    }

    private void leave() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    /** The log has its memory back that only this reader has kept: the disk does not follow. */
    private void letGo() {
        lacking = reader.nextOffset();
        leave();
    }

    /** Reads again, if the disk can take something. */
    private boolean begin() {
        if (nowMs < brokenUntilMs || onTheirWay >= WINDOW_BYTES) {
            return false;
        }
        if (id != null && lacking <= stream.endOffset() + 1 && hasName(stream.history(), lacking)) {
            goOnBehindGap();
        } else {
            beginAnew();
        }
        return true;
    }

    private void beginAnew() {
        disk.submit(SegmentWriter::clear);
        id = stream.history().id();
        readFrom(stream.backlog().first());
    }

    private void goOnBehindGap() {
        long first = Math.max(lacking, stream.backlog().first());
        if (first == lacking) {
            reader = stream.readFrom(first);
            return;
        }
        if (nowMs >= sayAgainAtMs) {
            sayAgainAtMs = nowMs + SAY_AGAIN_AFTER_MS;
            log.notice("The disk does not follow: the replication backlog there lacks " + (first - lacking)
                    + " bytes in front of offset " + first + ".");
        }
        if (first >= stream.history().formerUpTo()) {
            id = stream.history().id();
        }
        readFrom(first);
    }

    /** A segment begins at this offset. */
    private void readFrom(long offset) {
        reader = stream.readFrom(offset);
        beginSegment(offset);
    }

    private void beginSegment(long offset) {
        String newId = id;
        disk.submit(segments -> segments.begin(newId, offset));
    }

    /** Whether what is read from this offset on is of the stream that the segments are of. */
    private boolean hasName(ReplicationHistory history, long offset) {
        return history.id().equals(id) || history.formerId().equals(id) && history.formerUpTo() >= offset;
    }

    private void read() {
        long pieceBytes = Math.min(SegmentFormat.LONGEST_PIECE, stream.backlogSizeBytes() / PIECES_PER_BACKLOG);
        while (onTheirWay < WINDOW_BYTES && (flushes || reader.lagBytes() >= pieceBytes)) {
            int length = Math.min(SegmentFormat.LONGEST_PIECE, reader.spanLength());
            if (!stream.history().id().equals(id)) {
                length = (int) Math.min(length, stream.history().formerUpTo() - reader.nextOffset());
                if (length == 0) {
                    id = stream.history().id();
                    beginSegment(reader.nextOffset());
                    continue;
                }
            }
            if (length == 0) {
                return;
            }
            byte[] bytes = new byte[length];
            RawMemory.copyOut(reader.spanAddress(), bytes, 0, length);
            write(reader.nextOffset(), bytes);
            reader.advance(length);
        }
    }

    private void write(long offset, byte[] bytes) {
        onTheirWay += bytes.length;
        long sizeBytes = stream.backlogSizeBytes();
        disk.submit(segments -> {
            try {
                segments.append(offset, bytes, sizeBytes);
            } finally {
                onLoop(() -> written(bytes.length));
            }
        });
    }

    private void written(int bytes) {
        if (!ended) {
            onTheirWay -= bytes;
            endOfTurn();
        }
    }

    private void broke() {
        if (!ended) {
            leave();
            id = null;
            brokenUntilMs = nowMs + RETRY_AFTER_MS;
        }
    }

    private void onLoop(Runnable what) {
        loop.execute(() -> {
            try {
                what.run();
            } catch (Throwable e) { // Netty would swallow it
                Fatal.stop(e);
            }
        });
    }

    // The end.

    /** Returns when all of the stream is on disk, for good: nothing is written to it any more. */
    public void close() {
        if (started && disk != null) {
            do {
                flushes = true;
                onTheirWay = 0; // waited for below, however much it was
                pump();
                await(segments -> {});
            } while (reader == null ? id != null : reader.lagBytes() > 0);
        }
        leave();
        ended = true;
        if (!restored.isNothing()) {
            restored.seed().free();
        }
        await(SegmentWriter::sync);
        if (disk != null) {
            disk.close();
        }
    }

    /** Returns when this is done, and all that was to be done before. */
    void await(BacklogDisk.Work last) {
        if (disk != null) {
            disk.submit(last);
            disk.await();
        }
    }
}
