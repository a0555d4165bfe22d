package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.keyspace.BackgroundCounts;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;
import io.vireo.persist.Loading;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the data set says of itself at one moment. While another thread fills it, that is what it said before; only its
 * size is what that thread has told since.
 *
 * @param usedBytes memory handed out, in bytes
 * @param heldBytes memory that holds it: of it what is not handed out lies between and behind blobs
 * @param residentBytes memory taken from the system
 * @param keptByCutBytes of it what only a snapshot still needs
 * @param libraries function libraries that are kept
 * @param libraryBytes their sources
 * @param databases those that hold keys
 */
record DataFigures(
        long usedBytes,
        long peakBytes,
        long heldBytes,
        long residentBytes,
        long lazyFreePending,
        long lazyFreed,
        long keptByCutBytes,
        int libraries,
        long libraryBytes,
        List<DatabaseFigures> databases,
        Counts counts) {

    /** What is counted since the start or CONFIG RESETSTAT; see {@link io.vireo.keyspace.BackgroundCounts}. */
    record Counts(
            long hits,
            long misses,
            long expiredKeys,
            long ownExpiries,
            long evictedKeys,
            long evictionExceededMs,
            long evictionExceedingMs,
            double stalePercent,
            long cyclesCutShort,
            long expireMs,
            boolean isDefragmenting,
            long moved,
            long left,
            long keysMoved,
            long keysLeft,
            long defragmentMs) {}

    /**
     * What one database says.
     *
     * @param tableBytes memory of its table
     * @param expiryBytes memory of what leads from times to keys
     */
    record DatabaseFigures(int index, long keys, long expires, long averageTtlMs, long tableBytes, long expiryBytes) {}

    long keys() {
        return databases.stream().mapToLong(DatabaseFigures::keys).sum();
    }

    /** Memory of all that leads to keys, and is none of them. */
    long indexBytes() {
        return databases.stream()
                .mapToLong(db -> db.tableBytes() + db.expiryBytes())
                .sum();
    }

    private DataFigures whileLoading(long newUsedBytes) {
        return new DataFigures(
                newUsedBytes,
                Math.max(peakBytes, newUsedBytes),
                Math.max(heldBytes, newUsedBytes),
                Math.max(residentBytes, newUsedBytes),
                lazyFreePending,
                lazyFreed,
                keptByCutBytes,
                libraries,
                libraryBytes,
                databases,
                counts);
    }

    /** Takes the figures of a keyspace, whoever has it. */
    @RunsOn(Loop.KEYSPACE)
    static final class Source {
        private final Keyspace keyspace;
        private final Loading loading;
        private DataFigures latest;

        Source(Keyspace keyspace, Loading loading) {
            this.keyspace = keyspace;
            this.loading = loading;
            this.latest = read();
        }

        DataFigures now() {
            if (keyspace.owner().isHeldHere()) {
                latest = read();
                return latest;
            }
            return latest.whileLoading(loading.usedBytes());
        }

        private DataFigures read() {
            long used = keyspace.usedBytes();
            return new DataFigures(
                    used,
                    keyspace.peakBytes(),
                    Math.round(used * keyspace.fragmentation()),
                    keyspace.residentBytes(),
                    keyspace.lazyFreePending(),
                    keyspace.lazyFreed(),
                    keyspace.bytesKeptByCut(),
                    keyspace.functions().count(),
                    keyspace.functions().bytes(),
                    IntStream.range(0, keyspace.databases())
                            .mapToObj(keyspace::db)
                            .filter(db -> db.size() > 0)
                            .map(this::figures)
                            .toList(),
                    counts());
        }

        private Counts counts() {
            BackgroundCounts background = keyspace.background();
            return new Counts(
                    keyspace.hits(),
                    keyspace.misses(),
                    keyspace.expiredKeys(),
                    keyspace.ownExpiries().size(),
                    keyspace.eviction().evictedKeys(),
                    keyspace.eviction().totalExceededMs(),
                    keyspace.eviction().currentExceededMs(),
                    background.stalePercent(),
                    background.cyclesCutShort(),
                    background.expireMs(),
                    background.isDefragmenting(),
                    background.moved(),
                    background.left(),
                    background.keysMoved(),
                    background.keysLeft(),
                    background.defragmentMs());
        }

        private DatabaseFigures figures(Database db) {
            return new DatabaseFigures(
                    db.index(),
                    db.size(),
                    db.expiresSize(),
                    db.averageTtlMs(keyspace.nowMs()),
                    db.tableBytes(),
                    db.expiryBytes());
        }
    }
}
