package io.vireo.persist;

import io.vireo.base.LogLevel;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One snapshot on its way out: takes the chunks of a cut, encodes them as an RDB, and writes that to a file or to
 * replicas.
 *
 * <p>It runs on a worker from start to end, in {@link #toFile} or {@link #to}, and never throws for what the world does
 * wrong: it ends in an {@link Outcome}. {@link #abort}, {@link #keys} and {@link #bytes} may be called from any thread
 * meanwhile.
 */
@RunsOn(Loop.ANY)
public final class SnapshotSaving {
    private final SnapshotChunks chunks;
    private final RdbFacts facts;
    private final List<byte[]> functions;
    private final Settings settings;
    private volatile boolean aborted;
    private volatile long keys;
    private volatile long bytes;

    /**
     * How to write.
     *
     * @param compression whether strings are packed, as {@code rdbcompression} says
     * @param checksum whether the end holds a checksum, as {@code rdbchecksum} says
     * @param incrementalSync {@code rdb-save-incremental-fsync}
     * @param keyDelayMicros {@code rdb-key-save-delay}: time to lose per key, for tests of slow savings; 0 for none
     */
    public record Settings(boolean compression, boolean checksum, boolean incrementalSync, int keyDelayMicros) {
        public static final Settings DEFAULT = new Settings(true, true, true, 0);
    }

    /** How a saving ended. */
    public sealed interface Outcome {}

    /** Everything is where it should be; in a file, also after a loss of power. */
    public record Saved(long keys, long bytes) implements Outcome {}

    /**
     * Nothing can be used of what was written.
     *
     * @param why as a log line says it
     */
    public record Failed(String why) implements Outcome {}

    /** It was called off. */
    public record Aborted() implements Outcome {}

    /** @param functions sources of the function libraries at the moment of the cut */
    public SnapshotSaving(SnapshotChunks chunks, RdbFacts facts, List<byte[]> functions, Settings settings) {
        this.chunks = chunks;
        this.facts = facts;
        this.functions = functions;
        this.settings = settings;
    }

    /** Keys encoded so far. */
    public long keys() {
        return keys;
    }

    /** Bytes of the RDB so far. */
    public long bytes() {
        return bytes;
    }

    /** Calls the saving off, from any thread. The cut must be called off too, or the worker may wait for it. */
    public void abort() {
        aborted = true;
    }

    /** Saves to a file, which takes the old one's place only if all went well. Logs as Redis's child does. */
    public Outcome toFile(RdbFile file, ServerLog log) {
        Outcome outcome = saveTo(file);
        switch (outcome) {
            case Saved _ -> log.child(LogLevel.NOTICE, "DB saved on disk");
            case Failed failed -> log.child(LogLevel.WARNING, failed.why);
            case Aborted _ -> {
                // Whoever called it off says so.
            }
        }
        return outcome;
    }

    private Outcome saveTo(RdbFile file) {
        RdbFile.Draft draft;
        try {
            draft = file.begin(settings.incrementalSync ? RdbFileSink.SYNC_EVERY : 0);
        } catch (IOException e) {
            return new Failed(e.getMessage());
        }
        try (draft) {
            Outcome outcome = to(draft.sink());
            if (!(outcome instanceof Saved)) {
                return outcome;
            }
            draft.commit();
            return outcome;
        } catch (IOException e) {
            return new Failed(e.getMessage());
        }
    }

    /**
     * Saves to a file that nobody knows yet, as the base of an append-only file; it is on the disk when this returns, and
     * gone if anything went wrong. Logs as Redis's child does.
     *
     * @param isRdb whether as an RDB; else as commands
     * @param syncEvery bytes between two flushes while it is written; 0 for one at the end
     */
    public Outcome toBase(Path draft, boolean isRdb, long syncEvery, ServerLog log) {
        Outcome outcome = writeBase(draft, isRdb, syncEvery);
        switch (outcome) {
            case Saved _ -> log.child(LogLevel.NOTICE, "SYNC append only file rewrite performed");
            case Failed failed ->
                log.child(LogLevel.WARNING, "Write error writing append only file on disk: " + failed.why);
            case Aborted _ -> {
                // Whoever called it off says so.
            }
        }
        return outcome;
    }

    private Outcome writeBase(Path draft, boolean isRdb, long syncEvery) {
        Path rdb = isRdb ? draft : draft.resolveSibling(draft.getFileName() + ".rdb");
        Outcome outcome = write(rdb, isRdb, syncEvery);
        if (!isRdb) {
            outcome = outcome instanceof Saved saved ? convert(rdb, draft, syncEvery, saved) : outcome;
            remove(rdb);
        }
        if (!(outcome instanceof Saved)) {
            remove(draft);
        }
        return outcome;
    }

    private Outcome write(Path file, boolean toDisk, long syncEvery) {
        try (RdbFileSink sink = new RdbFileSink(file, syncEvery)) {
            Outcome outcome = to(sink);
            if (toDisk && outcome instanceof Saved) {
                sink.sync();
            }
            return outcome;
        } catch (IOException e) {
            return new Failed(RdbFile.reason(e));
        }
    }

    /** Commands are made of an RDB, which is the one form that all types of values know. */
    private static Outcome convert(Path rdb, Path commands, long syncEvery, Saved saved) {
        try (RdbFileSource source = new RdbFileSource(rdb);
                RdbFileSink sink = new RdbFileSink(commands, syncEvery)) {
            RdbCommands.convert(source, sink);
            sink.sync();
            return saved;
        } catch (IOException e) {
            return new Failed(RdbFile.reason(e));
        } catch (RdbException e) {
            return new Failed(e.getMessage());
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next attempt writes over it, and the next start removes it.
        }
    }

    /** Saves to a sink; its last bytes are the checksum. Logs nothing. */
    public Outcome to(RdbSink sink) {
        RdbWriter writer = new RdbWriter(sink, settings.compression, settings.checksum);
        SnapshotEncoder encoder = new SnapshotEncoder(writer);
        try {
            writer.begin(facts);
            for (byte[] function : functions) {
                writer.function(function);
            }
            while (!encoder.ended()) {
                ByteBuffer chunk = aborted ? null : chunks.next();
                if (chunk == null) {
                    return new Aborted();
                }
                encoder.accept(chunk);
                delay(encoder.keys() - keys);
                keys = encoder.keys();
                bytes = writer.position();
            }
            writer.end();
            bytes = writer.position();
            return aborted ? new Aborted() : new Saved(keys, bytes);
        } catch (IOException e) {
            return new Failed("Write error saving DB on disk: " + RdbFile.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Aborted();
        }
    }

    private void delay(long newKeys) {
        long nanos = newKeys * settings.keyDelayMicros * 1000L;
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !aborted; left = until - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, 10_000_000L));
        }
    }
}
