package io.vireo.aof;

import io.vireo.base.ServerLog;
import io.vireo.keyspace.Keyspace;
import io.vireo.log.ReplicationId;
import io.vireo.persist.KeyspaceTarget;
import io.vireo.persist.LoadingWork;
import io.vireo.persist.RdbException;
import io.vireo.persist.RdbFacts.ReplicationPoint;
import io.vireo.persist.RdbFile;
import io.vireo.persist.RdbLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Fills a keyspace from an append-only file, in the words of Redis's log.
 *
 * <p>All files of commands are {@linkplain AofSurvey looked over} before the first command runs: what is damaged is refused
 * while the data there were are still there, and of a torn end nothing is run.
 *
 * <p>It runs from start to end on the guest thread to which the keyspace was lent, in {@link #load}.
 */
public final class AofLoader implements LoadingWork {
    private static final byte[] RDB_MAGIC = "REDIS".getBytes(StandardCharsets.US_ASCII);

    /**
     * How to load.
     *
     * @param checksum {@code rdbchecksum}
     * @param loadsTruncated {@code aof-load-truncated}
     * @param flush whether the data there are go first
     * @param keyDelayMicros {@code key-load-delay}
     */
    public record Settings(boolean checksum, boolean loadsTruncated, boolean flush, int keyDelayMicros) {}

    /**
     * A file that is going to be loaded.
     *
     * @param isRdb whether it begins with an RDB
     * @param report of its commands; null while an RDB before them is not read
     */
    private record Part(AofFile file, Path path, boolean isRdb, AofSurvey.Report report) {}

    private final AofDirectory directory;
    private final Keyspace keyspace;
    private final Settings settings;
    private final ServerLog log;
    private volatile boolean aborted;
    private volatile long bytesBefore;
    private volatile long bytesOfPart;
    private volatile long totalBytes;
    private volatile long usedBytes;
    private volatile RdbLoader rdb;

    private ReplicationPoint point;
    private boolean endsInBatch;

    public AofLoader(AofDirectory directory, Keyspace keyspace, Settings settings, ServerLog log) {
        this.directory = directory;
        this.keyspace = keyspace;
        this.settings = settings;
        this.log = log;
    }

    @Override
    public long loadedBytes() {
        RdbLoader inner = rdb;
        return bytesBefore + (inner == null ? bytesOfPart : inner.loadedBytes());
    }

    @Override
    public long totalBytes() {
        return totalBytes;
    }

    @Override
    public long announcedBytes() {
        RdbLoader inner = rdb;
        return inner == null ? 0 : inner.announcedBytes();
    }

    @Override
    public long usedBytes() {
        RdbLoader inner = rdb;
        return inner == null ? usedBytes : inner.usedBytes();
    }

    @Override
    public void abort() {
        aborted = true;
        RdbLoader inner = rdb;
        if (inner != null) {
            inner.abort();
        }
    }

    /**
     * Loads; called once.
     *
     * @throws AofException if the files are not sound, or hold what is not known
     * @throws RdbException if the base is not
     * @throws IOException if they cannot be read, or a torn end cannot be cut off
     */
    public AofLoaded load() throws IOException, AofException, RdbException {
        AofManifest manifest = manifest();
        List<Part> parts = lookOver(manifest);
        boolean wasReplica = keyspace.isReplica();
        keyspace.replica(true); // what has expired since is deleted later, for all to see
        try {
            if (settings.flush) {
                keyspace.functions().clear();
                keyspace.flushAll(false);
            }
            long began = System.nanoTime();
            long done = 0;
            for (Part part : parts) {
                load(part, part == parts.getLast());
                bytesOfPart = 0;
                done += Files.size(part.path);
                bytesBefore = done;
            }
            log.notice(String.format(
                    Locale.ROOT, "DB loaded from append only file: %.3f seconds", (System.nanoTime() - began) / 1e9));
        } finally {
            keyspace.replica(wasReplica);
        }
        long baseBytes = manifest.base() == null ? 0 : directory.size(manifest.base());
        return new AofLoaded(manifest, baseBytes, bytesBefore, endsInBatch, point);
    }

    private AofManifest manifest() throws IOException, AofException {
        AofManifest found = directory.readManifest();
        if (directory.adoptSingleFile(found)) {
            log.notice("Successfully migrated an old-style AOF configuration (" + directory.prefix()
                    + ") into the AOF directory ("
                    + directory.manifestPath().getParent().getFileName() + ").");
            return directory.readManifest();
        }
        return found;
    }

    private List<Part> lookOver(AofManifest manifest) throws IOException, AofException {
        long total = 0;
        for (AofFile file : manifest.loaded()) {
            total += directory.size(file);
        }
        totalBytes = total;
        List<Part> parts = new ArrayList<>();
        for (AofFile file : manifest.loaded()) {
            Path path = directory.path(file);
            boolean isRdb = beginsWithRdb(path);
            AofSurvey.Report report =
                    isRdb ? null : survey(path, 0, file.equals(manifest.loaded().getLast()));
            parts.add(new Part(file, path, isRdb, report));
        }
        return parts;
    }

    private static boolean beginsWithRdb(Path path) throws IOException, AofException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] first = in.readNBytes(RDB_MAGIC.length);
            return Arrays.equals(first, RDB_MAGIC);
        } catch (IOException e) {
            throw new AofException(
                    "Fatal error: can't open the append log file " + path.getFileName() + " for reading: "
                            + RdbFile.reason(e),
                    e);
        }
    }

    private AofSurvey.Report survey(Path path, long from, boolean isLast) throws IOException, AofException {
        AofSurvey.Report report = AofSurvey.of(path, from);
        if (report.torn() == null) {
            return report;
        }
        String name = path.getFileName().toString();
        if (!isLast) {
            throw new AofException("Fatal error: the truncated file " + name + " is not the last file (" + report.torn()
                    + " at offset " + report.wholeBytes() + ")");
        }
        if (!settings.loadsTruncated) {
            throw new AofException("Unexpected end of file reading the append only file " + name
                    + ". You can: 1) Make a backup of your AOF file, then use ./redis-check-aof --fix"
                    + " <filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' configuration"
                    + " option to yes and restart the"
                    + " server."
                    + " (" + report.torn() + " at offset " + report.wholeBytes() + ")");
        }
        cut(path, report);
        return report;
    }

    private void cut(Path path, AofSurvey.Report report) throws IOException {
        String name = path.getFileName().toString();
        long size = Files.size(path);
        if (report.torn().contains("MULTI/EXEC")) {
            log.warning("Revert incomplete MULTI/EXEC transaction from AOF file " + name);
        }
        log.warning("!!! Warning: short read while loading the AOF file " + name + "!!! (" + report.torn() + ")");
        log.warning("AOF loaded anyway because aof-load-truncated is enabled");
        log.warning("Truncating the AOF " + name + " at offset " + report.wholeBytes() + ", "
                + (size - report.wholeBytes()) + " bytes from its end");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(report.wholeBytes());
            channel.force(true);
        }
    }

    private void load(Part part, boolean isLast) throws IOException, AofException, RdbException {
        long began = System.nanoTime();
        AofSurvey.Report report = part.report;
        long from = 0;
        if (part.isRdb) {
            log.notice("Reading RDB base file on AOF loading...");
            from = loadRdb(part.path);
            report = survey(part.path, from, isLast);
        }
        boolean isIncremental = part.file.type() == AofFile.Type.INCREMENTAL;
        endsInBatch = isIncremental && report.last() != null && !report.isFollowed();
        if (report.wholeBytes() > from) {
            AofReplay replay = new AofReplay(keyspace, () -> aborted, settings.keyDelayMicros, log);
            int database = replay.run(part.path, from, report.wholeBytes(), bytes -> {
                bytesOfPart = bytes;
                usedBytes = keyspace.usedBytes();
            });
            point = point(report, database);
        }
        String kind = isIncremental ? "incr" : "base";
        log.notice(String.format(
                Locale.ROOT,
                "DB loaded from %s file %s: %.3f seconds",
                kind,
                part.file.name(),
                (System.nanoTime() - began) / 1e9));
    }

    /** Where the data stand after commands: only a batch of ours says, and only if no other's come behind it. */
    private static ReplicationPoint point(AofSurvey.Report report, int database) {
        if (report.isFollowed()) {
            return null;
        }
        AofPosition position = report.last().position();
        return position.id().equals(ReplicationId.NONE)
                ? null
                : new ReplicationPoint(position.id(), position.offset(), database);
    }

    /** Returns where the RDB ends in the file. */
    private long loadRdb(Path path) throws IOException, RdbException {
        RdbLoader.Settings how =
                new RdbLoader.Settings(settings.checksum, false, System.currentTimeMillis(), settings.keyDelayMicros);
        RdbLoader loader = new RdbLoader(new KeyspaceTarget(keyspace), how, log);
        rdb = loader;
        if (aborted) {
            loader.abort();
        }
        RdbLoader.Loaded loaded = loader.loadBase(path);
        usedBytes = keyspace.usedBytes();
        rdb = null;
        point = loaded.facts().history();
        return loaded.end().bytes();
    }

    /** What is said where an append-only file that was to be loaded cannot be: the start ends with it. */
    public static String refusal(Exception problem) {
        return problem instanceof AofException
                ? problem.getMessage()
                : "Fatal error loading the append only file: " + problem.getMessage() + ". Exiting.";
    }
}
