package io.vireo.replication;

import io.vireo.base.Disk;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.ServerLog;
import io.vireo.log.ReplicationId;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;
import io.vireo.persist.RdbFacts.ReplicationPoint;
import io.vireo.persist.RdbFile;
import io.vireo.persist.RdbSink;
import io.vireo.persist.Saving;
import io.vireo.persist.SnapshotSaving;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** Full copies for replicas, made by the node's one snapshot at a time: to the RDB file, or to sockets. */
@RunsOn(Loop.KEYSPACE)
final class SavingCuts implements CutSource {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long NONE = -1;

    private final Saving saving;
    private final BooleanSupplier savesByItself;
    private final BooleanSupplier removesFiles;
    private final ReplicationLog log;
    private final Executor loop;
    private final ServerLog serverLog;

    private StreamPosition position = StreamPosition.UNKNOWN;
    private ReplicaPipe pipe;
    private String mark;
    /** The number of the last save to the file, if it was made only for replicas; else {@link #NONE}. */
    private long saveForReplicas = NONE;

    /**
     * @param savesByItself whether there are save points, so that a snapshot on disk is wanted in any case
     * @param removesFiles whether a file that was saved only for replicas is to go, since no other is wanted
     */
    SavingCuts(
            Saving saving,
            BooleanSupplier savesByItself,
            BooleanSupplier removesFiles,
            ReplicationLog log,
            Executor loop,
            ServerLog serverLog) {
        this.saving = saving;
        this.savesByItself = savesByItself;
        this.removesFiles = removesFiles;
        this.log = log;
        this.loop = loop;
        this.serverLog = serverLog;
    }

    /** Notes of what the snapshot that begins now is a copy; null if of no stream. */
    void beginsAt(ReplicationPoint point) {
        position = point == null ? StreamPosition.UNKNOWN : new StreamPosition(point.id(), point.offset());
    }

    /** The way to the replicas that take part in the running cut to sockets. */
    ReplicaPipe pipe() {
        return pipe;
    }

    @Override
    public CutPlan.Running running() {
        return switch (saving.running()) {
            case NOTHING -> new CutPlan.Running.Nothing();
            case TO_SOCKETS -> new CutPlan.Running.ToSockets();
            case TO_DISK -> new CutPlan.Running.ToDisk(position, isStreamHeld());
            case TO_AOF -> new CutPlan.Running.OfAnotherKind();
        };
    }

    private boolean isStreamHeld() {
        return position.isKnown() && position.id().equals(log.history().id()) && log.holds(position.next());
    }

    @Override
    public boolean begin(Medium medium, StreamPosition from, int database) {
        if (medium == Medium.DISK) {
            saving.begin(this::saved);
        } else {
            mark = ReplicationId.random(RANDOM);
            pipe = new ReplicaPipe(loop);
            saving.beginTo(new Sink(pipe, mark), pipe::close, this::sent);
        }
        return true;
    }

    private void saved(SnapshotSaving.Outcome outcome) {
        if (outcome instanceof SnapshotSaving.Saved && removesFiles.getAsBoolean()) {
            saveForReplicas = saving.saves();
        }
    }

    /**
     * Removes the file that was saved only since replicas wanted a copy, where no file is wanted otherwise. One that
     * somebody has saved since stays.
     *
     * @param isWanted whether a replica has yet to get it
     */
    void removeFileInTime(BooleanSupplier isWanted) {
        if (saveForReplicas == NONE) {
            return;
        }
        if (!removesFiles.getAsBoolean() || saveForReplicas != saving.saves()) {
            saveForReplicas = NONE;
        } else if (!saving.isRunning() && !isWanted.getAsBoolean()) {
            saveForReplicas = NONE;
            serverLog.notice("Removing the RDB file used to feed replicas in a persistence-less instance");
            try {
                Disk.delete(saving.file().path());
            } catch (IOException e) {
                serverLog.warning("Cannot remove " + saving.file().path() + ": " + RdbFile.reason(e));
            }
        }
    }

    private void sent(SnapshotSaving.Outcome outcome) {
        switch (outcome) {
            case SnapshotSaving.Saved saved -> {
                serverLog.warning(
                        "Diskless rdb transfer, done reading from pipe, " + pipe.size() + " replicas still up.");
                pipe.send(mark.getBytes(StandardCharsets.US_ASCII));
                serverLog.notice("Background RDB transfer terminated with success");
            }
            case SnapshotSaving.Failed failed -> serverLog.warning("Background transfer error");
            case SnapshotSaving.Aborted aborted -> serverLog.warning("Background transfer terminated by signal 10");
        }
    }

    /** The file is kept where save points want one. */
    @Override
    public void abandonDisk() {
        if (saving.running() == Saving.Running.TO_DISK && !savesByItself.getAsBoolean()) {
            saving.abort();
        }
    }

    @Override
    public void abandonSockets() {
        serverLog.warning("Diskless rdb transfer, last replica dropped, killing fork child.");
        saving.abort();
    }

    /** Puts the announcement before the first bytes of the copy. */
    private static final class Sink implements RdbSink {
        private final ReplicaPipe pipe;
        private final byte[] announcement;
        private long position;

        private Sink(ReplicaPipe pipe, String mark) {
            this.pipe = pipe;
            this.announcement = ("$EOF:" + mark + "\r\n").getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (position == 0) {
                pipe.write(announcement, 0, announcement.length);
            }
            pipe.write(bytes, offset, length);
            position += length;
        }

        @Override
        public long position() {
            return position;
        }
    }
}
