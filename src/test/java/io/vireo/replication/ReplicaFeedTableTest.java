package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.log.StreamPosition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every state of a feed against every event. */
class ReplicaFeedTableTest {
    private static final String A = "a".repeat(40);
    private static final long NOW = 500_000;
    private static final long TIMEOUT_MS = 60_000;
    private static final long LONG_AGO = NOW - TIMEOUT_MS - 1;
    private static final Replica REPLICA = new Replica("h", 1, true, true, false, true, true);
    private static final StreamPosition CUT = new StreamPosition(A, 9);

    /** @param dueMs the time of the next newline */
    private static List<FeedState> states(long dueMs, long heardMs) {
        return List.of(
                new FeedState.Arrived(),
                new FeedState.Queued(heardMs, dueMs),
                new FeedState.Saving(dueMs),
                new FeedState.Piping(heardMs),
                new FeedState.Sending(heardMs),
                new FeedState.Settling(heardMs),
                new FeedState.Online(5, 3, heardMs),
                new FeedState.Closed());
    }

    private static String table(Replica replica, List<FeedState> states, FeedEvent... events) {
        return new MachineTable<>(
                        states,
                        List.of(events),
                        (FeedState state, FeedEvent event) -> ReplicaFeed.on(state, event, replica, TIMEOUT_MS, NOW))
                .arrows()
                .replace(A, "A");
    }

    private static void assertTable(String expected, FeedEvent... events) {
        assertEquals(expected, table(REPLICA, states(NOW + 1, NOW - 1), events));
    }

    @Test
    void aReplicaContinuesOrWaitsForACut() {
        assertTable("""
            Arrived + MayContinue[A, 77] -> Online
              : Reply[+CONTINUE A], KeepStream[77], SendStream
            Arrived + NeedsCopy -> Queued
            """, new FeedEvent.MayContinue(A, 77), new FeedEvent.NeedsCopy());
    }

    @Test
    void aCutBeginsForAllThatWait() {
        assertTable(
                """
                Queued + CutBegan[A:10, DISK] -> Saving
                  : Reply[+FULLRESYNC A 9], KeepStream[10]
                Queued + CutBegan[A:10, SOCKETS] -> Piping
                  : Reply[+FULLRESYNC A 9], KeepStream[10], JoinPipe
                Queued + CutNotBegun -> Closed: Reply[-ERR BGSAVE failed, replication can't continue], Close
                """,
                new FeedEvent.CutBegan(CUT, Medium.DISK),
                new FeedEvent.CutBegan(CUT, Medium.SOCKETS),
                new FeedEvent.CutNotBegun());
    }

    @Test
    void aCutEndsWellOrNot() {
        assertTable("""
            Saving + CutComplete -> Sending: SendFile
            Saving + CutFailed -> Closed: say, say, Close
            Piping + CutComplete -> Settling: say, say
            Piping + CutFailed -> Closed: say, say, Close
            """, new FeedEvent.CutComplete(), new FeedEvent.CutFailed());
    }

    @Test
    void theCopyIsTakenAndTheStreamBegins() {
        assertTable(
                """
                Piping + SendProgress -> Piping
                Sending + SendProgress -> Sending
                Sending + FileSent -> Online: say, SendStream
                Settling + Acked[12, 8] -> Online: SendStream
                Settling + Newline -> Settling
                Online + Acked[12, 8] -> Online
                Online + Newline -> Online
                """,
                new FeedEvent.SendProgress(),
                new FeedEvent.FileSent(),
                new FeedEvent.Acked(12, 8),
                new FeedEvent.Newline());
    }

    @Test
    void aReplicaThatWantsNoStreamGetsOnlyTheCopy() {
        Replica copyOnly = new Replica("h", 1, true, false, false, false, false);
        assertEquals(
                """
                Queued + CutBegan[A:10, DISK] -> Saving
                Queued + CutBegan[A:10, SOCKETS] -> Piping: JoinPipe
                Saving + CutComplete -> Sending: SendFile
                Piping + CutComplete -> Closed: say, say, Close
                Sending + FileSent -> Closed: say, say, Close
                """,
                table(
                        copyOnly,
                        states(NOW + 1, NOW - 1),
                        new FeedEvent.CutBegan(CUT, Medium.DISK),
                        new FeedEvent.CutBegan(CUT, Medium.SOCKETS),
                        new FeedEvent.CutComplete(),
                        new FeedEvent.FileSent()));
    }

    @Test
    void anyStateEndsWithItsConnection() {
        assertTable("""
            Arrived + Lost -> Closed
            Arrived + Dismissed -> Closed: say, Close
            Arrived + OutputLimitPassed[3] -> Closed: say, say, Close
            Queued + Lost -> Closed: say, Close
            Queued + Dismissed -> Closed: say, Close
            Queued + OutputLimitPassed[3] -> Closed: say, say, Close
            Saving + Lost -> Closed: say, Close
            Saving + Dismissed -> Closed: say, Close
            Saving + OutputLimitPassed[3] -> Closed: say, say, Close
            Piping + Lost -> Closed: say, Close
            Piping + Dismissed -> Closed: say, Close
            Piping + OutputLimitPassed[3] -> Closed: say, say, Close
            Sending + Lost -> Closed: say, Close
            Sending + Dismissed -> Closed: say, Close
            Sending + OutputLimitPassed[3] -> Closed: say, say, Close
            Settling + Lost -> Closed: say, Close
            Settling + Dismissed -> Closed: say, Close
            Settling + OutputLimitPassed[3] -> Closed: say, say, Close
            Online + Lost -> Closed: say, Close
            Online + Dismissed -> Closed: say, Close
            Online + OutputLimitPassed[3] -> Closed: say, say, Close
            """, new FeedEvent.Lost(), new FeedEvent.Dismissed(), new FeedEvent.OutputLimitPassed("id=3"));
    }

    @Test
    void timeChangesNothingBeforeItIsUp() {
        assertTable("", new FeedEvent.Tick());
    }

    @Test
    void timeBringsNewlinesAndEndsSilence() {
        assertEquals("""
            Queued + Tick -> Queued: SendNewline
            Saving + Tick -> Saving: SendNewline
            Piping + Tick -> Closed: say, say, Close
            Sending + Tick -> Closed: say, say, Close
            Settling + Tick -> Closed: say, say, Close
            Online + Tick -> Closed: say, say, Close
            """, table(REPLICA, states(NOW - 1, LONG_AGO), new FeedEvent.Tick()));
    }

    @Test
    void aReplicaThatAskedBySyncMayBeSilent() {
        Replica old = new Replica("h", 1, false, false, false, false, true);
        assertEquals(
                """
                Arrived + MayContinue[A, 1] -> Online
                  : Reply[+CONTINUE], KeepStream[1], SendStream
                """,
                table(
                        old,
                        List.of(new FeedState.Online(0, 0, LONG_AGO), new FeedState.Arrived()),
                        new FeedEvent.Tick(),
                        new FeedEvent.MayContinue(A, 1)));
    }
}
