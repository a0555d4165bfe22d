package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.log.StreamPosition;
import io.vireo.replication.LinkState.Course;
import io.vireo.replication.LinkState.Question;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every state of the link against every event. */
class PrimaryLinkTableTest {
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final long NOW = 50_000;
    private static final long TIMEOUT_MS = 60_000;
    private static final LinkSettings SETTINGS = new LinkSettings(7000, "", "", "", TIMEOUT_MS, true);
    private static final Course COURSE = new Course(
            new Target("h", 1), new StreamPosition(A, 9), 0, LinkState.Standing.KNOWN, true, LinkState.ToLead.NO);
    private static final StreamPosition PROMISED = new StreamPosition(B, 70);

    /** @param dueMs when something has to have happened */
    private static List<LinkState> states(long dueMs) {
        long heardMs = dueMs - TIMEOUT_MS;
        return List.of(
                new LinkState.Unlinked(),
                new LinkState.Waiting(COURSE, dueMs),
                new LinkState.Connecting(COURSE, heardMs),
                new LinkState.Pinging(COURSE, heardMs),
                new LinkState.Greeting(COURSE, heardMs, List.of(Question.CAPABILITIES)),
                new LinkState.Asking(COURSE, heardMs),
                new LinkState.Expecting(COURSE, heardMs, PROMISED),
                new LinkState.Receiving(COURSE, heardMs, PROMISED),
                new LinkState.Checking(COURSE, dueMs, PROMISED, true),
                new LinkState.Loading(COURSE, dueMs, PROMISED, true),
                new LinkState.Streaming(COURSE, heardMs, dueMs));
    }

    private static String table(List<LinkState> states, LinkEvent... events) {
        return new MachineTable<>(
                        states,
                        List.of(events),
                        (LinkState state, LinkEvent event) -> PrimaryLink.on(state, event, SETTINGS, NOW))
                .arrows()
                .replace("REPLCONF listening-port 7000", "PORT")
                .replace("REPLCONF capa eof capa psync2 capa vireo", "CAPABILITIES")
                .replace(A, "A")
                .replace(B, "B");
    }

    private static void assertTable(String expected, long dueMs, LinkEvent... events) {
        assertTable(expected, states(dueMs), events);
    }

    private static void assertTable(String expected, List<LinkState> states, LinkEvent... events) {
        assertEquals(expected, table(states, events));
    }

    @Test
    void followingBeginsAtOnceFromEveryState() {
        assertTable(
                """
                Unlinked + Follow[g:2, B:6] -> Connecting
                  : say, Connect[g:2], say
                Unlinked + FollowSoon[g:2, B:6] -> Waiting
                Waiting + Follow[g:2, B:6] -> Connecting
                  : say, Connect[g:2], say
                Waiting + Repoint[g:2] -> Connecting: say, Connect[g:2], say
                Waiting + Unfollow -> Unlinked: say
                Connecting + Follow[g:2, B:6] -> Connecting
                  : Close, say, Connect[g:2], say
                Connecting + Repoint[g:2] -> Connecting: Close, say, Connect[g:2], say
                Connecting + Unfollow -> Unlinked: Close, say
                Pinging + Follow[g:2, B:6] -> Connecting
                  : Close, say, Connect[g:2], say
                Pinging + Repoint[g:2] -> Connecting: Close, say, Connect[g:2], say
                Pinging + Unfollow -> Unlinked: Close, say
                Greeting + Follow[g:2, B:6] -> Connecting
                  : Close, say, Connect[g:2], say
                Greeting + Repoint[g:2] -> Connecting: Close, say, Connect[g:2], say
                Greeting + Unfollow -> Unlinked: Close, say
                Asking + Follow[g:2, B:6] -> Connecting
                  : Close, say, Connect[g:2], say
                Asking + Repoint[g:2] -> Connecting: Close, say, Connect[g:2], say
                Asking + Unfollow -> Unlinked: Close, say
                Expecting + Follow[g:2, B:6] -> Connecting
                  : Close, say, Connect[g:2], say
                Expecting + Repoint[g:2] -> Connecting: Close, say, Connect[g:2], say
                Expecting + Unfollow -> Unlinked: Close, say
                Receiving + Follow[g:2, B:6] -> Connecting
                  : Close, say, Connect[g:2], say
                Receiving + Repoint[g:2] -> Connecting: Close, say, Connect[g:2], say
                Receiving + Unfollow -> Unlinked: Close, say
                Checking + Follow[g:2, B:6] -> Connecting
                  : Close, say, Connect[g:2], say
                Checking + Repoint[g:2] -> Connecting: Close, say, Connect[g:2], say
                Checking + Unfollow -> Unlinked: Close, say
                Loading + Follow[g:2, B:6] -> Connecting
                  : Close, say, Connect[g:2], say
                Loading + Repoint[g:2] -> Connecting: Close, say, Connect[g:2], say
                Loading + Unfollow -> Unlinked: Close, say
                Streaming + Follow[g:2, B:6] -> Connecting
                  : say, say, Close, say, Connect[g:2], say
                Streaming + Repoint[g:2] -> Connecting: say, say, Close, say, Connect[g:2], say
                Streaming + Unfollow -> Unlinked: say, say, Close, say
                """,
                NOW + 1,
                new LinkEvent.Follow(new Target("g", 2), new StreamPosition(B, 5)),
                new LinkEvent.FollowSoon(new Target("g", 2), new StreamPosition(B, 5)),
                new LinkEvent.Repoint(new Target("g", 2)),
                new LinkEvent.Unfollow());
    }

    @Test
    void theConnectionIsMadeAndLost() {
        assertTable("""
            Connecting + Connected -> Pinging: say, send PING
            Connecting + Lost[gone] -> Waiting: say, Close
            Pinging + Lost[gone] -> Waiting: say, say, Close
            Greeting + Lost[gone] -> Waiting: say, say, Close
            Asking + Lost[gone] -> Waiting: say, say, Close
            Expecting + Lost[gone] -> Waiting: say, Close
            Receiving + Lost[gone] -> Waiting: say, Close
            Checking + Lost[gone] -> Checking
            Loading + Lost[gone] -> Loading
            Streaming + Lost[gone] -> Connecting: say, say, Close, say, Connect[h:1], say
            """, NOW + 1, new LinkEvent.Connected(), new LinkEvent.Lost("gone"));
    }

    @Test
    void aLineMeansWhatTheStateAskedFor() {
        assertTable(
                """
                Pinging + Line -> Pinging
                Pinging + Line[+OK] -> Greeting
                  : say, send PORT, send CAPABILITIES
                Pinging + Line[-ERR no] -> Waiting: say, Close
                Pinging + Line[-LOADING wait] -> Waiting: say, Close
                Pinging + Line[+FULLRESYNC B 70] -> Greeting
                  : say, send PORT, send CAPABILITIES
                Pinging + Line[+CONTINUE B] -> Greeting
                  : say, send PORT, send CAPABILITIES
                Pinging + Line[$12] -> Waiting: say, Close
                Greeting + Line -> Greeting
                Greeting + Line[+OK] -> Asking: say, send PSYNC A 10
                Greeting + Line[-ERR no] -> Asking
                  : say, say, send PSYNC A 10
                Greeting + Line[-LOADING wait] -> Asking
                  : say, say, send PSYNC A 10
                Greeting + Line[+FULLRESYNC B 70] -> Asking
                  : say, send PSYNC A 10
                Greeting + Line[+CONTINUE B] -> Asking
                  : say, send PSYNC A 10
                Greeting + Line[$12] -> Asking: say, send PSYNC A 10
                Asking + Line -> Asking
                Asking + Line[+OK] -> Expecting: say, say, send SYNC
                Asking + Line[-ERR no] -> Expecting: say, say, send SYNC
                Asking + Line[-LOADING wait] -> Waiting: say, Close
                Asking + Line[+FULLRESYNC B 70] -> Expecting: say
                Asking + Line[+CONTINUE B] -> Streaming
                  : say, say, Continue[B], say, Ack[9]
                Asking + Line[$12] -> Expecting: say, say, send SYNC
                Expecting + Line -> Expecting
                Expecting + Line[+OK] -> Waiting: say, Close
                Expecting + Line[-ERR no] -> Waiting: say, Close
                Expecting + Line[-LOADING wait] -> Waiting: say, Close
                Expecting + Line[+FULLRESYNC B 70] -> Waiting: say, Close
                Expecting + Line[+CONTINUE B] -> Waiting: say, Close
                Expecting + Line[$12] -> Receiving: Receive[Sized[12], false]
                """,
                NOW + 1,
                new LinkEvent.Line(""),
                new LinkEvent.Line("+OK"),
                new LinkEvent.Line("-ERR no"),
                new LinkEvent.Line("-LOADING wait"),
                new LinkEvent.Line("+FULLRESYNC " + B + " 70"),
                new LinkEvent.Line("+CONTINUE " + B),
                new LinkEvent.Line("$12"));
    }

    @Test
    void aFullCopyIsTakenLoadedAndAdopted() {
        assertTable(
                """
                Receiving + PayloadProgress -> Receiving
                Receiving + PayloadReceived -> Checking
                Receiving + PayloadUnusable[crc] -> Waiting: say, Close
                Checking + PayloadComplete[false] -> Loading: say, Disown, Load
                Checking + PayloadComplete[true] -> Waiting: say, Close
                Checking + PayloadUnusable[crc] -> Waiting: say, Close
                Loading + Loaded[3] -> Streaming
                  : Adopt[B:71, 3], say, Ack[70]
                Loading + LoadFailed[bad] -> Waiting: say, Close
                """,
                NOW + 1,
                new LinkEvent.PayloadProgress(),
                new LinkEvent.PayloadReceived(),
                new LinkEvent.PayloadComplete(false),
                new LinkEvent.PayloadComplete(true),
                new LinkEvent.PayloadUnusable("crc"),
                new LinkEvent.Loaded(3),
                new LinkEvent.LoadFailed("bad"));
    }

    @Test
    void theStreamIsAppliedAndAcknowledged() {
        assertTable(
                """
                Streaming + Applied[12] -> Streaming: Ack[12]
                Streaming + AckWanted -> Streaming: Ack[9]
                Streaming + Flushed -> Streaming: Ack[9]
                Streaming + CommandRefused[what, false] -> Waiting: say, Close
                Streaming + CommandRefused[what, true] -> Waiting: say, Close, Disown
                """,
                NOW + 1,
                new LinkEvent.Applied(12),
                new LinkEvent.AckWanted(),
                new LinkEvent.Flushed(),
                new LinkEvent.CommandRefused("what", false),
                new LinkEvent.CommandRefused("what", true));
    }

    @Test
    void timeChangesNothingBeforeTheDeadline() {
        assertTable("", NOW + 1, new LinkEvent.Tick());
    }

    @Test
    void timeEndsWhatTakesTooLong() {
        assertTable("""
            Waiting + Tick -> Connecting: say, Connect[h:1], say
            Connecting + Tick -> Waiting: say, Close
            Pinging + Tick -> Waiting: say, Close
            Greeting + Tick -> Waiting: say, Close
            Asking + Tick -> Waiting: say, Close
            Expecting + Tick -> Waiting: say, Close
            Receiving + Tick -> Waiting: say, Close
            Checking + Tick -> Checking: SendNewline
            Loading + Tick -> Loading: SendNewline
            Streaming + Tick -> Connecting: say, say, say, Close, say, Connect[h:1], say
            """, NOW, new LinkEvent.Tick());
    }

    private static LinkState asking(LinkState.ToLead asked) {
        return new LinkState.Asking(COURSE.asking(asked), NOW + 1 - TIMEOUT_MS);
    }

    @Test
    void anHeirIsAskedToLead() {
        assertTable(
                """
                Unlinked + FollowHeir[g:2, B:6] -> Connecting
                  : say, Connect[g:2], say
                Streaming + FollowHeir[g:2, B:6] -> Connecting
                  : say, say, Close, say, Connect[g:2], say
                """,
                List.of(new LinkState.Unlinked(), new LinkState.Streaming(COURSE, NOW + 1 - TIMEOUT_MS, NOW + 1)),
                new LinkEvent.FollowHeir(new Target("g", 2), new StreamPosition(B, 5)));
        Course toHeir = COURSE.asking(LinkState.ToLead.YES);
        assertTable(
                """
                Greeting + Line[+OK] -> Asking
                  : say, send PSYNC A 10 FAILOVER
                """,
                List.of(new LinkState.Greeting(toHeir, NOW + 1 - TIMEOUT_MS, List.of(Question.CAPABILITIES))),
                new LinkEvent.Line("+OK"));
    }

    @Test
    void anHeirAnswers() {
        assertTable(
                """
                Asking + Line -> Asking
                Asking + Line[+CONTINUE B] -> Streaming
                  : HeirLeads, say, say, Continue[B], say, Ack[9]
                Asking + Line[+FULLRESYNC B 70] -> Expecting
                  : HeirLeads, say
                Asking + Line[-LOADING wait] -> Waiting: say, Close, HeirRefuses
                Asking + Line[-NOPERM no] -> Waiting: say, Close, HeirRefuses
                Asking + Line[-ERR PSYNC FAILOVER can't be sent to a master.] -> Waiting
                  : say, Close, HeirRefuses
                """,
                List.of(asking(LinkState.ToLead.YES)),
                new LinkEvent.Line(""),
                new LinkEvent.Line("+CONTINUE " + B),
                new LinkEvent.Line("+FULLRESYNC " + B + " 70"),
                new LinkEvent.Line("-LOADING wait"),
                new LinkEvent.Line("-NOPERM no"),
                new LinkEvent.Line(PrimaryLink.LEADS_ALREADY));
    }

    /** The answer was lost: the heir may lead since, and is followed then, not fought. */
    @Test
    void anHeirWhoseAnswerWasLostIsAskedAgain() {
        LinkState asked = asking(LinkState.ToLead.YES);
        for (LinkEvent end : List.of(new LinkEvent.Lost("gone"), new LinkEvent.Tick())) {
            LinkState after = PrimaryLink.on(asked, end, SETTINGS, NOW + 1).state();
            assertEquals(
                    LinkState.ToLead.PERHAPS_DONE,
                    ((LinkState.Waiting) after).course().asking());
        }
        assertTable("""
            Asking + Line[-ERR PSYNC FAILOVER can't be sent to a master.] -> Asking
              : send PSYNC A 10, HeirLeads
            """, List.of(asking(LinkState.ToLead.PERHAPS_DONE)), new LinkEvent.Line(PrimaryLink.LEADS_ALREADY));
    }
}
