package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vireo.base.Step;
import io.vireo.log.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplicaFeedTest {
    private static final String ID = "a".repeat(40);
    private static final StreamPosition CUT = new StreamPosition(ID, 81);

    private final Replica replica = new Replica("127.0.0.1", 7381, true, true, false, true, true);
    private long timeoutMs = 60_000;
    private long nowMs = 1_000;
    private FeedState state = new FeedState.Arrived();
    private final List<String> said = new ArrayList<>();
    private final List<FeedAction> done = new ArrayList<>();

    private void happens(FeedEvent event) {
        Step<FeedState, FeedAction> step = ReplicaFeed.on(state, event, replica, timeoutMs, nowMs);
        state = step.state();
        for (FeedAction action : step.actions()) {
            if (action instanceof Say(var level, String text)) {
                said.add(level.sign() + " " + text);
            } else {
                done.add(action);
            }
        }
    }

    @Test
    void aSyncByDiskIsToldAsRedisTellsIt() {
        happens(new FeedEvent.NeedsCopy());
        happens(new FeedEvent.CutBegan(CUT, Medium.DISK));
        happens(new FeedEvent.CutComplete());
        happens(new FeedEvent.FileSent());
        happens(new FeedEvent.Lost());

        assertEquals(
                List.of(
                        "* Synchronization with replica 127.0.0.1:7381 succeeded",
                        "# Connection with replica 127.0.0.1:7381 lost."),
                said);
        assertEquals(
                List.of(
                        new FeedAction.Reply("+FULLRESYNC " + ID + " 81"),
                        new FeedAction.KeepStream(82),
                        new FeedAction.SendFile(),
                        new FeedAction.SendStream(),
                        new FeedAction.Close()),
                done);
    }

    @Test
    void aSyncBySocketWaitsForTheReplicaToSpeak() {
        happens(new FeedEvent.NeedsCopy());
        happens(new FeedEvent.CutBegan(CUT, Medium.SOCKETS));
        happens(new FeedEvent.SendProgress());
        happens(new FeedEvent.CutComplete());
        assertEquals("online", state.word());
        assertEquals(new FeedAction.JoinPipe(), done.getLast());

        happens(new FeedEvent.Acked(81, 0));
        assertEquals(new FeedAction.SendStream(), done.getLast());
        assertEquals(
                List.of(
                        "* Streamed RDB transfer with replica 127.0.0.1:7381 succeeded (socket). Waiting for REPLCONF"
                                + " ACK from slave to enable streaming",
                        "* Synchronization with replica 127.0.0.1:7381 succeeded"),
                said);
    }

    @Test
    void aReplicaThatWaitsHearsANewlineEachSecond() {
        happens(new FeedEvent.NeedsCopy());
        for (int i = 0; i < 50; i++) {
            nowMs += 100;
            happens(new FeedEvent.Tick());
        }
        happens(new FeedEvent.CutBegan(CUT, Medium.DISK));
        for (int i = 0; i < 50; i++) {
            nowMs += 100;
            happens(new FeedEvent.Tick());
        }

        assertEquals(
                10,
                done.stream().filter(FeedAction.SendNewline.class::isInstance).count());
    }

    @Test
    void aSilentReplicaIsTakenForGone() {
        happens(new FeedEvent.MayContinue(ID, 1));
        nowMs += 60_000;
        happens(new FeedEvent.Newline());
        nowMs += 60_000;
        happens(new FeedEvent.Tick());
        assertInstanceOf(FeedState.Online.class, state);
        nowMs += 1;
        happens(new FeedEvent.Tick());

        assertEquals("# Disconnecting timedout replica (streaming sync): 127.0.0.1:7381", said.getFirst());
    }

    /** As CONFIG SET repl-timeout may do while a copy is on its way. */
    @ParameterizedTest
    @EnumSource
    void aTimeoutThatIsLoweredCountsAtOnce(Medium medium) {
        happens(new FeedEvent.NeedsCopy());
        happens(new FeedEvent.CutBegan(CUT, medium));
        if (medium == Medium.DISK) {
            happens(new FeedEvent.CutComplete());
        }
        nowMs += 5_000;
        happens(new FeedEvent.SendProgress());
        nowMs += 10_000;
        timeoutMs = 10_000;
        happens(new FeedEvent.Tick());
        assertEquals(List.of(), said);
        nowMs += 1;
        happens(new FeedEvent.Tick());
        assertEquals("# Disconnecting timedout replica (full sync): 127.0.0.1:7381", said.getFirst());
        assertInstanceOf(FeedState.Closed.class, state);
    }

    @Test
    void anAckNeverTakesBackWhatWasAcknowledged() {
        happens(new FeedEvent.MayContinue(ID, 1));
        happens(new FeedEvent.Acked(100, 70));
        happens(new FeedEvent.Acked(90, 0));

        assertEquals(new FeedState.Online(100, 70, nowMs), state);
    }

    @Test
    void aReplicaTooFarBehindIsClosed() {
        happens(new FeedEvent.MayContinue(ID, 1));
        happens(new FeedEvent.OutputLimitPassed("id=7 addr=127.0.0.1:1"));

        assertEquals(
                List.of(
                        "# Client id=7 addr=127.0.0.1:1 scheduled to be closed ASAP for overcoming of output buffer"
                                + " limits.",
                        "# Connection with replica 127.0.0.1:7381 lost."),
                said);
    }
}
