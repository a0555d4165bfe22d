package io.vireo.aof;

import io.vireo.base.Disk;
import io.vireo.base.ServerLog;
import io.vireo.persist.RdbFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The files of an append-only file and the steps by which they change, each either done or not:
 *
 * <pre>
 *   resume / begin --> append, sync ... --> startIncremental --> append, sync ... --> install --> deleteHistory
 *                                                                    |
 *                                                  the rewrite failed: goes on as it is
 *
 *   startTemporary --> append, sync ... --> install --> ...           there is no base yet that what is appended follows
 *                                      \--> dropTemporary
 * </pre>
 *
 * <p>A worker's: every step may block. One thread at a time.
 */
final class AofFiles {
    private final AofDirectory directory;
    private final ServerLog log;

    private AofManifest manifest = AofManifest.EMPTY;
    /** Whether the manifest before this one may still be the one on the disk. */
    private boolean unsettled;

    private AofOutput output;
    private boolean temporary;
    private boolean failed;
    /** Bytes of the files that are loaded before the current one. */
    private long bytesBefore;

    private AofPosition last;
    private long appendedTo;
    private long durableTo;

    AofFiles(AofDirectory directory, ServerLog log) {
        this.directory = directory;
        this.log = log;
    }

    AofManifest manifest() {
        return manifest;
    }

    /** Bytes of all files that would be loaded. */
    long bytes() {
        return bytesBefore + (output == null ? 0 : output.size());
    }

    /** The stream offset up to which all is in the hands of the system. */
    long appendedTo() {
        return appendedTo;
    }

    /** The stream offset up to which all would be loaded after a loss of power. */
    long durableTo() {
        return durableTo;
    }

    boolean isUnsynced() {
        return output != null && output.isUnsynced() && !output.isBroken();
    }

    boolean isBroken() {
        return output != null && output.isBroken();
    }

    // Where it begins.

    /**
     * Goes on with files that were loaded. Another server's file is appended to behind a batch of nothing, which is on the
     * disk before anything else is.
     *
     * @param now where the data stand, all of which are in the files
     */
    void resume(AofLoaded loaded, AofPosition now) throws IOException {
        manifest = loaded.manifest();
        directory.sync(manifest.loaded());
        reached(now);
        AofFile current = manifest.current();
        if (current == null) {
            log.notice("Creating AOF incr file "
                    + manifest.nextIncremental(directory.prefix()).name() + " on server start");
            createIncremental();
        } else {
            log.notice("Opening AOF incr file " + current.name() + " on server start");
            FileChannel channel = FileChannel.open(directory.path(current), StandardOpenOption.WRITE);
            output = loaded.endsInBatch() ? AofOutput.goOn(channel) : begin(channel, now);
            bytesBefore = sizeOfAllBut(current);
        }
    }

    /**
     * Begins where there are no files yet.
     *
     * @param rdb the file that the data were loaded from, or null
     * @param empty what a base has where no file was loaded
     * @param isRdb whether that is an RDB
     * @param now where the data stand
     */
    void begin(Path rdb, byte[] empty, boolean isRdb, AofPosition now) throws IOException {
        reached(now);
        directory.create();
        AofFile base = manifest.nextBase(directory.prefix(), rdb != null || isRdb);
        if (rdb != null) {
            log.notice("Creating AOF base file " + base.name() + " on server start from " + rdb.getFileName());
            directory.adoptBase(rdb, base);
        } else {
            log.notice("Creating AOF base file " + base.name() + " on server start");
            Path draft = directory.temporaryBase();
            Disk.write(draft, empty);
            directory.move(draft, directory.path(base));
        }
        manifest = new AofManifest(base, manifest.history(), manifest.incremental());
        log.notice("Creating AOF incr file "
                + manifest.nextIncremental(directory.prefix()).name() + " on server start");
        createIncremental();
    }

    private void createIncremental() throws IOException {
        AofFile next = manifest.nextIncremental(directory.prefix());
        AofManifest wanted = manifest.with(next);
        long bytes = sizeOfAllBut(next);
        AofOutput fresh = create(directory.path(next), last);
        try {
            adopt(wanted);
        } catch (IOException e) {
            if (manifest == wanted) {
                closeOutput();
                output = fresh;
                fresh.giveUp(); // the manifest that may come back does not know it
            } else {
                fresh.close();
            }
            throw e;
        }
        closeOutput();
        output = fresh;
        bytesBefore = bytes;
    }

    /**
     * Has a manifest take the place of the present one. Where this fails, the manifest is the one before, or it is the
     * wanted one and unsettled: then a loss of power may bring the one before back, so the files of both have to stay.
     */
    private void adopt(AofManifest wanted) throws IOException {
        directory.replaceManifest(wanted);
        manifest = wanted;
        unsettled = true;
        directory.sync();
        unsettled = false;
    }

    private AofOutput create(Path file, AofPosition now) throws IOException {
        return begin(directory.createFile(file), now);
    }

    private static AofOutput begin(FileChannel channel, AofPosition now) throws IOException {
        try {
            return AofOutput.begin(channel, now);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private long sizeOf(AofFile file) throws IOException {
        return Files.size(directory.path(file));
    }

    private long sizeOfAllBut(AofFile one) throws IOException {
        long bytes = 0;
        for (AofFile file : manifest.loaded()) {
            bytes += file.equals(one) ? 0 : sizeOf(file);
        }
        return bytes;
    }

    private void reached(AofPosition now) {
        last = now;
        appendedTo = now.offset();
        durableTo = now.offset();
    }

    // What is appended.

    /**
     * Appends a batch. Once one could not be appended, none of those behind it is until that one is tried again.
     *
     * @param again whether this is the one that failed
     */
    void append(AofBatch batch, boolean again) throws IOException {
        if (output == null) {
            throw new IOException("there is no file");
        }
        if (failed && !again) {
            throw new IOException("what comes before it is not written");
        }
        failed = true;
        output.append(batch);
        failed = false;
        last = batch.position();
        appendedTo = last.offset();
    }

    /** Notes that all is on the disk, if it is: for a moment in which nothing else is to be done. */
    void claim() throws IOException {
        if (output != null) {
            output.claim(last);
        }
    }

    /** Returns when all that was appended is on the disk. */
    void sync() throws IOException {
        if (output == null) {
            return;
        }
        long upTo = appendedTo;
        output.sync();
        if (!temporary) {
            durableTo = upTo;
        }
    }

    // A new base.

    /** From now on another file is appended to, which follows a base that is being made. */
    void startIncremental() throws IOException {
        if (failed || output.isBroken()) {
            throw new IOException("the current file lacks what could not be written to it");
        }
        sync();
        log.notice("Creating AOF incr file "
                + manifest.nextIncremental(directory.prefix()).name() + " on background rewrite");
        createIncremental();
    }

    /** From now on nothing is appended, until a base is there. What is on disk stays as it is. */
    void startAlone() throws IOException {
        closeOutput();
        output = null;
        directory.create();
        try {
            manifest = directory.readManifest();
        } catch (AofException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * From now on a file is appended to that no manifest names, until it has a base. What is on disk stays as it is.
     *
     * @param now where the data stand of which the base is made
     */
    void startTemporary(AofPosition now) throws IOException {
        startAlone();
        log.notice(
                "Creating AOF incr file " + directory.temporaryIncremental().getFileName() + " on background rewrite");
        output = create(directory.temporaryIncremental(), now);
        last = now;
        appendedTo = now.offset(); // the base will hold it, though nothing may ever be appended behind
        temporary = true;
        failed = false;
        bytesBefore = 0;
    }

    /** Gives up what follows no base. */
    void dropTemporary() throws IOException {
        if (temporary) {
            log.notice("Removing the temp incr aof file "
                    + directory.temporaryIncremental().getFileName() + " in the background");
            closeOutput();
            output = null;
            temporary = false;
            Files.deleteIfExists(directory.temporaryIncremental());
        }
    }

    /**
     * Puts a new base in its place, before the file that is appended to.
     *
     * @param draft where it lies, whole and on the disk
     * @param isRdb its format
     */
    void install(Path draft, boolean isRdb) throws IOException {
        AofFile base = manifest.nextBase(directory.prefix(), isRdb);
        if (temporary) {
            output.sync();
        }
        directory.move(draft, directory.path(base));
        log.notice("Successfully renamed the temporary AOF base file " + draft.getFileName() + " into " + base.name());
        if (temporary) {
            installTemporary(base);
        } else {
            adopt(manifest.rewritten(base, output == null ? null : manifest.current()));
        }
        bytesBefore = sizeOf(base);
    }

    private void installTemporary(AofFile base) throws IOException {
        Path incremental = directory.temporaryIncremental();
        AofFile current = manifest.nextIncremental(directory.prefix());
        directory.move(incremental, directory.path(current));
        AofManifest wanted = manifest.rewritten(base, current);
        try {
            adopt(wanted);
        } catch (IOException e) {
            if (manifest == wanted) {
                temporary = false;
                output.giveUp(); // the manifest that may come back does not know it
            } else {
                directory.move(directory.path(current), incremental);
            }
            throw e;
        }
        log.notice("Successfully renamed the temporary AOF incr file " + incremental.getFileName() + " into "
                + current.name());
        temporary = false;
        durableTo = appendedTo;
    }

    /** Deletes what a new base has made needless, or says why that cannot be done now. */
    void deleteHistory() {
        try {
            if (!manifest.history().isEmpty()) {
                deleteAll();
            }
        } catch (IOException e) {
            log.warning("Can't remove files of the AOF that are not needed any more: " + RdbFile.reason(e));
        }
    }

    private void deleteAll() throws IOException {
        for (AofFile file : manifest.history()) {
            log.notice("Removing the history file " + file.name() + " in the background");
        }
        if (unsettled) {
            adopt(manifest); // before what the other one names is gone
        }
        directory.delete(manifest.history());
        adopt(manifest.withoutHistory());
    }

    /** Flushes what was appended, and lets go. */
    void close() throws IOException {
        try {
            if (output != null && !temporary && !output.isBroken()) {
                sync();
                claim();
                output.flush();
            }
        } finally {
            closeOutput();
            output = null;
        }
    }

    private void closeOutput() throws IOException {
        if (output != null) {
            output.close();
        }
    }
}
