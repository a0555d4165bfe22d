package io.vireo.replication;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.base.Step;
import io.vireo.log.StreamPosition;
import io.vireo.replication.FeedAction.Close;
import io.vireo.replication.FeedAction.JoinPipe;
import io.vireo.replication.FeedAction.KeepStream;
import io.vireo.replication.FeedAction.Reply;
import io.vireo.replication.FeedAction.SendFile;
import io.vireo.replication.FeedAction.SendNewline;
import io.vireo.replication.FeedAction.SendStream;
import io.vireo.replication.FeedEvent.Acked;
import io.vireo.replication.FeedEvent.CutBegan;
import io.vireo.replication.FeedEvent.CutComplete;
import io.vireo.replication.FeedEvent.CutFailed;
import io.vireo.replication.FeedEvent.CutNotBegun;
import io.vireo.replication.FeedEvent.Dismissed;
import io.vireo.replication.FeedEvent.FileSent;
import io.vireo.replication.FeedEvent.Lost;
import io.vireo.replication.FeedEvent.MayContinue;
import io.vireo.replication.FeedEvent.NeedsCopy;
import io.vireo.replication.FeedEvent.Newline;
import io.vireo.replication.FeedEvent.OutputLimitPassed;
import io.vireo.replication.FeedEvent.SendProgress;
import io.vireo.replication.FeedEvent.Tick;
import io.vireo.replication.FeedState.Arrived;
import io.vireo.replication.FeedState.Closed;
import io.vireo.replication.FeedState.Online;
import io.vireo.replication.FeedState.Piping;
import io.vireo.replication.FeedState.Queued;
import io.vireo.replication.FeedState.Saving;
import io.vireo.replication.FeedState.Sending;
import io.vireo.replication.FeedState.Settling;
import java.util.ArrayList;
import java.util.List;

/**
 * A primary's side of replication, for one replica: from its question to the stream.
 *
 * <pre>
 *            MayContinue
 *  Arrived ------------------------------------------------------------------+
 *     |                                                                      v
 *     | NeedsCopy        CutBegan, to disk           CutComplete            FileSent
 *     +---------> Queued -------------------> Saving -----------> Sending -------> Online
 *                   |    CutBegan, to sockets        CutComplete             Acked   ^
 *                   +-----------------------> Piping -----------> Settling ----------+
 *
 *  Closed: from every state, when the connection is lost, silent too long, too far behind, or dismissed
 * </pre>
 *
 * <p>An event without an arrow changes nothing.
 */
@RunsOn(Loop.ANY)
public final class ReplicaFeed {
    private static final long NEWLINE_PERIOD_MS = 1_000;

    private final Replica replica;
    private final long timeoutMs;
    private final long nowMs;

    private ReplicaFeed(Replica replica, long timeoutMs, long nowMs) {
        this.replica = replica;
        this.timeoutMs = timeoutMs;
        this.nowMs = nowMs;
    }

    private record On(FeedState state, FeedEvent event) {}

    /**
     * Moves the feed one event on.
     *
     * @param timeoutMs silence after which a replica is taken for gone
     */
    public static Step<FeedState, FeedAction> on(
            FeedState state, FeedEvent event, Replica replica, long timeoutMs, long nowMs) {
        return new ReplicaFeed(replica, timeoutMs, nowMs).on(state, event);
    }

    private Step<FeedState, FeedAction> on(FeedState state, FeedEvent event) {
        return switch (new On(state, event)) {
            case On(Closed s, FeedEvent e) -> Step.to(s);
            case On(Arrived s, Lost e) -> Step.to(new Closed());
            case On(FeedState s, Lost e) -> close();
            case On(FeedState s, Dismissed e) -> close();
            case On(FeedState s, OutputLimitPassed e) ->
                close(Say.warning("Client " + e.client()
                        + " scheduled to be closed ASAP for overcoming of output buffer limits."));

            case On(Arrived s, MayContinue e) -> continueFrom(e.id(), e.from());
            case On(Arrived s, NeedsCopy e) -> Step.to(new Queued(nowMs, nowMs + NEWLINE_PERIOD_MS));

            case On(Queued s, CutBegan e) -> begun(e.position(), e.medium());
            case On(Queued s, CutNotBegun e) ->
                Step.to(new Closed(), new Reply("-ERR BGSAVE failed, replication can't continue"), new Close());
            case On(Queued s, Tick t)
            when nowMs >= s.newlineAtMs() ->
                Step.to(new Queued(s.sinceMs(), nowMs + NEWLINE_PERIOD_MS), new SendNewline());

            case On(Saving s, CutComplete e) -> Step.to(new Sending(nowMs), new SendFile());
            case On(Saving s, CutFailed e) -> close(Say.warning("SYNC failed. BGSAVE child returned an error"));
            case On(Saving s, Tick t)
            when nowMs >= s.newlineAtMs() -> Step.to(new Saving(nowMs + NEWLINE_PERIOD_MS), new SendNewline());

            case On(Sending s, SendProgress e) -> Step.to(new Sending(nowMs));
            case On(Sending s, FileSent e) -> replica.wantsStream() ? online(new SendStream()) : copyWasAll();
            case On(Sending s, Tick t) when isTooLongSince(s.progressMs()) -> timedOut("full sync");

            case On(Piping s, SendProgress e) -> Step.to(new Piping(nowMs));
            case On(Piping s, CutComplete e) -> replica.wantsStream() ? settling() : copyWasAll();
            case On(Piping s, CutFailed e) -> close(Say.warning("SYNC failed. BGSAVE child returned an error"));
            case On(Piping s, Tick t) when isTooLongSince(s.progressMs()) -> timedOut("full sync");

            case On(Settling s, Acked e) -> Step.to(new Online(e.offset(), e.durable(), nowMs), new SendStream());
            case On(Settling s, Newline e) -> Step.to(new Settling(nowMs));
            case On(Settling s, Tick t) when isSilentSince(s.heardMs()) -> timedOut("streaming sync");

            case On(Online s, Acked e) ->
                Step.to(new Online(Math.max(s.acked(), e.offset()), Math.max(s.durable(), e.durable()), nowMs));
            case On(Online s, Newline e) -> Step.to(new Online(s.acked(), s.durable(), nowMs));
            case On(Online s, Tick t) when isSilentSince(s.heardMs()) -> timedOut("streaming sync");

            case On(FeedState s, FeedEvent e) -> Step.to(s);
        };
    }

    private Step<FeedState, FeedAction> continueFrom(String id, long from) {
        return Step.to(
                new Online(0, 0, nowMs),
                new Reply(replica.takesNewId() ? "+CONTINUE " + id : "+CONTINUE"),
                new KeepStream(from),
                new SendStream());
    }

    private Step<FeedState, FeedAction> begun(StreamPosition position, Medium medium) {
        List<FeedAction> actions = new ArrayList<>();
        if (replica.acknowledges()) {
            actions.add(new Reply("+FULLRESYNC " + position.id() + " " + position.offset()));
        }
        if (replica.wantsStream()) {
            actions.add(new KeepStream(position.next()));
        }
        if (medium == Medium.DISK) {
            return new Step<>(new Saving(nowMs + NEWLINE_PERIOD_MS), actions);
        }
        actions.add(new JoinPipe());
        return new Step<>(new Piping(nowMs), actions);
    }

    /** A replica that looks for a mark must not find the stream behind it in the same read: it is asked to speak first. */
    private Step<FeedState, FeedAction> settling() {
        return Step.to(
                new Settling(nowMs),
                Say.notice("Streamed RDB transfer with replica " + replica.name()
                        + " succeeded (socket). Waiting for REPLCONF ACK from slave to enable streaming"),
                Say.notice("Synchronization with replica " + replica.name() + " succeeded"));
    }

    private Step<FeedState, FeedAction> online(FeedAction action) {
        return Step.to(
                new Online(0, 0, nowMs),
                Say.notice("Synchronization with replica " + replica.name() + " succeeded"),
                action);
    }

    private Step<FeedState, FeedAction> copyWasAll() {
        return close(Say.notice(
                "RDB transfer completed, rdb only replica (" + replica.name() + ") should be disconnected asap"));
    }

    private Step<FeedState, FeedAction> timedOut(String during) {
        return close(Say.warning("Disconnecting timedout replica (" + during + "): " + replica.name()));
    }

    private Step<FeedState, FeedAction> close(Say... why) {
        List<FeedAction> actions = new ArrayList<>(List.of(why));
        actions.add(Say.warning("Connection with replica " + replica.name() + " lost."));
        actions.add(new Close());
        return new Step<>(new Closed(), actions);
    }

    private boolean isSilentSince(long heardMs) {
        return replica.acknowledges() && isTooLongSince(heardMs);
    }

    private boolean isTooLongSince(long ms) {
        return nowMs - ms > timeoutMs;
    }
}
