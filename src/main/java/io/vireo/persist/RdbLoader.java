package io.vireo.persist;

import io.vireo.base.ServerLog;
import io.vireo.persist.RdbException.Fault;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Fills a keyspace from an RDB, in the words of Redis's log.
 *
 * <p>It runs from start to end on the guest thread to which the target was lent, in {@link #load}; {@link #abort},
 * {@link #loadedBytes}, {@link #totalBytes}, {@link #keys} and {@link #usedBytes} may be called from any thread meanwhile. What it throws
 * leaves the target half filled: whoever cannot afford that surveys a file before ({@link RdbSurvey}), or loads into
 * content that is put in place afterwards.
 */
public final class RdbLoader implements LoadingWork {
    /** Redis names no more of them either: a file may have millions. */
    private static final int MOST_SHOWN_EMPTY = 10;

    private final RdbTarget target;
    private final Settings settings;
    private final ServerLog log;
    private boolean isBase;
    private volatile boolean aborted;
    private volatile long loadedBytes;
    private volatile long totalBytes;
    private volatile long keys;
    private volatile long usedBytes;
    private volatile long announcedBytes;

    /**
     * How to load.
     *
     * @param checksum {@code rdbchecksum}
     * @param dropsExpired whether keys that have expired are left out, as a primary does; a replica keeps them, because
     *     only its primary may delete
     * @param nowMs Unix time by which a key has expired
     * @param mostDroppedBytes of the stream that telling of the keys left out may take; 0 if nobody is to be told
     * @param keyDelayMicros {@code key-load-delay}: time to lose per key, for tests of slow loading; 0 for none
     */
    public record Settings(
            boolean checksum, boolean dropsExpired, long nowMs, long mostDroppedBytes, int keyDelayMicros) {
        /** Settings of a loading of which nobody is told what was left out. */
        public Settings(boolean checksum, boolean dropsExpired, long nowMs, int keyDelayMicros) {
            this(checksum, dropsExpired, nowMs, 0, keyDelayMicros);
        }
    }

    /**
     * What was loaded.
     *
     * @param facts what the RDB says of itself
     * @param end its version, size and checksum
     * @param keys that are now in the target
     * @param expired keys that were left out
     * @param dropped which these are
     */
    public record Loaded(RdbFacts facts, RdbEnd end, long keys, long expired, DroppedKeys dropped) {}

    public RdbLoader(RdbTarget target, Settings settings, ServerLog log) {
        this.target = target;
        this.settings = settings;
        this.log = log;
    }

    /** Bytes taken from the source so far. */
    @Override
    public long loadedBytes() {
        return loadedBytes;
    }

    /** Bytes that the source announced; {@link Long#MAX_VALUE} if it did not. */
    @Override
    public long totalBytes() {
        return totalBytes;
    }

    /** Keys loaded so far; behind by a few thousand while it runs. */
    public long keys() {
        return keys;
    }

    /** Bytes of memory that the target took when it was last seen; behind as {@link #keys} is. */
    @Override
    public long usedBytes() {
        return usedBytes;
    }

    /** Bytes of memory that the data took where the RDB was written, or 0. */
    @Override
    public long announcedBytes() {
        return announcedBytes;
    }

    /** Calls the loading off, from any thread. A source that waits for the network must be ended by its own means. */
    @Override
    public void abort() {
        aborted = true;
    }

    /** Loads a file; as {@link #load(RdbSource)}. */
    public Loaded load(Path file) throws IOException, RdbException {
        try (RdbFileSource source = new RdbFileSource(file)) {
            return load(source);
        }
    }

    /** Loads the RDB with which a file begins, the base of an append-only file; commands may come behind it. */
    public Loaded loadBase(Path file) throws IOException, RdbException {
        isBase = true;
        return load(file);
    }

    /**
     * Loads from a source; called once.
     *
     * @throws RdbException if the RDB is not sound, holds what the target cannot, or the loading was called off
     * @throws IOException if bytes could not be had
     */
    public Loaded load(RdbSource source) throws IOException, RdbException {
        totalBytes = source.remaining();
        Filling filling = new Filling();
        RdbEnd end = new RdbReader(source, settings.checksum, filling).read();
        filling.batch().drain();
        RdbFacts facts = filling.aux.facts();
        if (!isBase) {
            RdbSurvey.checkEnd(end, facts);
        }
        keys = filling.batch().stored();
        loadedBytes = end.bytes();
        if (end.checksum() == RdbEnd.Checksum.ABSENT) {
            log.notice("RDB file was saved with checksum disabled: no check performed.");
        }
        log.notice("Done loading RDB, keys loaded: " + keys + ", keys expired: " + filling.expired
                + (filling.empty() > 0 ? ", empty keys skipped: " + filling.empty() : "") + ".");
        return new Loaded(facts, end, keys, filling.expired, filling.dropped);
    }

    /** Puts what is read into the target. */
    private final class Filling extends RdbFilling {
        private final RdbAux aux = new RdbAux(log, settings.nowMs);
        private final DroppedKeys dropped = new DroppedKeys(settings.mostDroppedBytes);
        private long expired;

        private Filling() {
            super(new LoadingBatch(target, settings.keyDelayMicros));
        }

        @Override
        public void aux(String name, String text) {
            aux.take(name, text);
            announcedBytes = aux.facts().usedMemory();
        }

        @Override
        public void selectDb(int database) throws RdbException {
            RdbSurvey.checkDatabase(database, target.databases());
        }

        @Override
        public void resizeDb(int database, long hintedKeys, long expiring) {
            target.expect(database, hintedKeys, expiring);
        }

        @Override
        public void function(RdbString source) {
            target.function(source.toArray());
        }

        @Override
        public void progress(long bytes) throws RdbException {
            loadedBytes = bytes;
            keys = batch().stored();
            usedBytes = target.usedBytes();
            if (aborted) {
                throw new RdbException(Fault.ABORTED, "Loading was called off");
            }
        }

        @Override
        void isEmpty(RdbEntry entry) {
            if (empty() <= MOST_SHOWN_EMPTY) {
                String quoted = entry.key().shown();
                log.warning("Loading the RDB, skipping empty key: " + quoted.substring(1, quoted.length() - 1));
            }
        }

        @Override
        boolean isLeftOut(RdbEntry entry) {
            boolean out =
                    settings.dropsExpired && entry.expireAtMs() != RdbEntry.NONE && entry.expireAtMs() < settings.nowMs;
            if (out) {
                expired++;
                dropped.add(entry.database(), entry.key());
            }
            return out;
        }
    }
}
