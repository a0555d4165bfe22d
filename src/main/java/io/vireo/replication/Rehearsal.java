package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.log.ReplicationHistory;
import io.vireo.log.ReplicationLog;
import io.vireo.log.StreamPosition;

/**
 * Plays once, among stand-ins and on a thread that has time, what a primary does when a replica comes. The JVM links and
 * makes much of that code when it runs first, which would keep clients waiting for some ten milliseconds when the first
 * replica asks for its copy. The thread that runs it is the keyspace thread of all it plays with.
 */
@RunsOn(Loop.KEYSPACE)
public final class Rehearsal {
    private static final int BACKLOG_BYTES = 16 << 10;
    private static final String ID = "0".repeat(40);

    private final ReplicationLog log = new ReplicationLog(ReplicationHistory.fresh(ID), BACKLOG_BYTES);
    private final Stage stage = new Stage();
    private final Replication replication = new Replication(
            new Surroundings(
                    null,
                    null,
                    null,
                    stage,
                    stage,
                    () -> -1,
                    paused -> {},
                    () -> ID,
                    line -> {},
                    () -> stage.nowMs), // no primary
            log);

    Rehearsal() {}

    /** Plays it: a copy by way of a file and one without, the stream after it, and what is said of it meanwhile. */
    public static void run() {
        Rehearsal rehearsal = new Rehearsal();
        for (Medium medium : Medium.values()) {
            rehearsal.play(medium);
        }
        rehearsal.log.freeBacklog();
    }

    /** Returns how much of the stream the replica was sent, in bytes. */
    long play(Medium medium) {
        stage.diskless = medium == Medium.SOCKETS;
        Counting replica = new Counting();
        replication.psync(new Replica("rehearsal", 1, true, true, false, true, true), replica, "?", -1);
        stage.nowMs += 1_000;
        replication.tick(true);
        replication.cutEnded(medium, true);
        replica.feed.progressed();
        replica.feed.fileSent();
        replica.feed.acked(log.endOffset());
        log.begin(1).word(new byte[] {'P'});
        log.commit();
        replication.pump();
        replica.feed.acked(log.endOffset());
        replication.tick(true);
        replica.feed.lost();
        return replica.bytes;
    }

    /** Cuts that are made as soon as they begin, with settings that suit. */
    private static final class Stage implements CutSource, ReplicationSettings {
        private boolean diskless;
        private long nowMs;

        @Override
        public CutPlan.Running running() {
            return new CutPlan.Running.Nothing();
        }

        @Override
        public boolean begin(Medium medium, StreamPosition position, int database) {
            return true;
        }

        @Override
        public void abandonDisk() {
            // There is nobody to tell.
        }

        @Override
        public void abandonSockets() {
            // There is nobody to tell.
        }

        @Override
        public LinkSettings link() {
            return new LinkSettings(1, "", "", "", timeoutMs(), false);
        }

        @Override
        public CutPlan.Settings cut() {
            return new CutPlan.Settings(diskless, 0, 0);
        }

        @Override
        public long timeoutMs() {
            return Integer.MAX_VALUE;
        }

        @Override
        public long pingPeriodMs() {
            return 1;
        }

        @Override
        public long backlogTtlSeconds() {
            return 0;
        }

        @Override
        public OutputLimit outputLimit() {
            return new OutputLimit(0, 0, 0);
        }
    }

    /** A replica that takes everything at once. */
    private static final class Counting implements ReplicaConnection {
        private Feed feed;
        private long bytes;

        @Override
        public void serves(Feed newFeed) {
            feed = newFeed;
        }

        @Override
        public void send(byte[] sent) {
            // Words before the copy.
        }

        @Override
        public void send(byte[] sent, int length) {
            // Bytes of the copy.
        }

        @Override
        public void send(long address, int length) {
            bytes += length;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public long pendingBytes() {
            return 0;
        }

        @Override
        public void joinCut() {
            // The copy is made of nothing.
        }

        @Override
        public void sendFile() {
            // As above.
        }

        @Override
        public void sendWithoutKeys(boolean withFunctions) {
            // As above.
        }

        @Override
        public void close() {
            // It was never open.
        }

        @Override
        public String describe() {
            return "rehearsal";
        }
    }
}
