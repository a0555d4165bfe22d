package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.log.LogReader;
import io.vireo.log.ReplicationLog;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** One replica of a node: owns its {@link ReplicaFeed}, performs its actions, and sends it the stream. */
@RunsOn(Loop.KEYSPACE)
public final class Feed {
    private static final long NEVER = Long.MAX_VALUE;

    private final Replica replica;
    private final ReplicaConnection connection;
    private final ReplicationLog log;
    private final Surroundings node;
    private final Consumer<Feed> changed;

    private FeedState state = new FeedState.Arrived();
    private LogReader reader;
    private boolean streaming;
    private long commit = -1;
    private long toldCommit = -1;
    private long stampMs;
    private long toldStampMs;
    private long overSoftLimitSinceMs = NEVER;

    /** @param changed is told when the replica acknowledged something or is gone */
    Feed(Replica replica, ReplicaConnection connection, ReplicationLog log, Surroundings node, Consumer<Feed> changed) {
        this.replica = replica;
        this.connection = connection;
        this.log = log;
        this.node = node;
        this.changed = changed;
    }

    public Replica replica() {
        return replica;
    }

    public FeedState state() {
        return state;
    }

    public boolean isClosed() {
        return state instanceof FeedState.Closed;
    }

    /** Says, beside the stream, up to where the group holds it: as soon as the replica has been sent all there is. */
    public void commit(long offset) {
        commit = offset;
    }

    /** The replica has told its time; it is told back behind all that there is. */
    public void stamp(long ms) {
        stampMs = ms;
    }

    /** Beside the stream, between two commands: what lies there is a whole stream up to here. */
    private void tellLine() {
        if (replica.isVireo() && (commit > toldCommit || stampMs > toldStampMs)) {
            toldCommit = commit;
            toldStampMs = stampMs;
            connection.send((":" + Math.max(0, commit) + " " + stampMs + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Whether it gets the stream. */
    public boolean isOnline() {
        return state instanceof FeedState.Online;
    }

    /** Whether a copy by way of a file is still to be sent, or has not been sent whole. */
    boolean waitsForFile() {
        return state instanceof FeedState.Queued
                || state instanceof FeedState.Saving
                || state instanceof FeedState.Sending;
    }

    /** How far the replica has told to be; 0 until it has. */
    public long acked() {
        return state instanceof FeedState.Online online ? online.acked() : 0;
    }

    /** The offset up to which the replica has told that its append-only file is on the disk; 0 until it has. */
    public long durable() {
        return state instanceof FeedState.Online online ? online.durable() : 0;
    }

    /** How long ago a replica that gets the stream was heard of, in milliseconds. */
    public long lagMs() {
        return state instanceof FeedState.Online online ? nowMs() - online.heardMs() : 0;
    }

    /** Bytes of the stream that wait for the replica. */
    public long waitingBytes() {
        return (reader == null ? 0 : reader.lagBytes()) + connection.pendingBytes();
    }

    // What the connection tells.

    /** The replica has applied the stream up to this offset. */
    public void acked(long offset) {
        acked(offset, 0);
    }

    /** As {@link #acked(long)}, and its append-only file is on the disk up to {@code durable}; 0 if it has not said. */
    public void acked(long offset, long durable) {
        tell(new FeedEvent.Acked(offset, durable));
    }

    /** The replica sent a newline. */
    public void heard() {
        tell(new FeedEvent.Newline());
    }

    /** The replica has taken a part of its copy. */
    public void progressed() {
        tell(new FeedEvent.SendProgress());
    }

    /** The replica has taken the whole file. */
    public void fileSent() {
        tell(new FeedEvent.FileSent());
    }

    public void lost() {
        tell(new FeedEvent.Lost());
    }

    /** Sends as much of the stream as the connection takes. */
    public void pump() {
        if (!streaming) {
            return;
        }
        while (connection.isWritable()) {
            int length = reader.spanLength();
            if (length == 0) {
                tellLine();
                return;
            }
            connection.send(reader.spanAddress(), length);
            reader.advance(length);
        }
    }

    // What the node tells.

    void tell(FeedEvent event) {
        Step<FeedState, FeedAction> step =
                ReplicaFeed.on(state, event, replica, node.settings().timeoutMs(), nowMs());
        boolean news = !step.state().equals(state);
        state = step.state();
        step.actions().forEach(this::perform);
        if (isClosed()) {
            stopReading();
        }
        if (news) {
            changed.accept(this);
        }
    }

    void checkOutput(OutputLimit limit) {
        long bytes = waitingBytes();
        if (!limit.isOverSoft(bytes)) {
            overSoftLimitSinceMs = NEVER;
        } else if (overSoftLimitSinceMs == NEVER) {
            overSoftLimitSinceMs = nowMs();
        }
        boolean tooLong = overSoftLimitSinceMs != NEVER && nowMs() - overSoftLimitSinceMs > limit.softMs();
        if (tooLong || limit.isOverHard(bytes)) {
            tell(new FeedEvent.OutputLimitPassed(connection.describe()));
        }
    }

    private void perform(FeedAction action) {
        switch (action) {
            case Say line -> node.say().accept(line);
            case FeedAction.Reply(String line) ->
                connection.send((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            case FeedAction.SendNewline newline -> connection.send(new byte[] {'\n'});
            case FeedAction.KeepStream(long from) -> reader = log.readFrom(from);
            case FeedAction.JoinPipe join -> connection.joinCut();
            case FeedAction.SendFile send -> {
                if (replica.wantsData()) {
                    connection.sendFile();
                } else {
                    connection.sendWithoutKeys(replica.parts() == Replica.Parts.FUNCTIONS);
                }
            }
            case FeedAction.SendStream send -> {
                streaming = true;
                pump();
            }
            case FeedAction.Close close -> connection.close();
        }
    }

    private void stopReading() {
        streaming = false;
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    private long nowMs() {
        return node.nowMs().getAsLong();
    }
}
