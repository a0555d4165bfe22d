package io.vireo.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Step;
import io.vireo.log.StreamPosition;
import io.vireo.replication.LinkState.Streaming;
import io.vireo.replication.LinkState.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrimaryLinkTest {
    private static final String OWN = "1".repeat(40);
    private static final String THEIRS = "2".repeat(40);
    private static final Target PRIMARY = new Target("127.0.0.1", 7379);

    private LinkSettings settings = new LinkSettings(7380, "", "", "", 60_000, true);
    private long nowMs = 1_000;
    private LinkState state = new LinkState.Unlinked();
    private final List<String> said = new ArrayList<>();
    private final List<LinkAction> done = new ArrayList<>();

    private void happens(LinkEvent event) {
        Step<LinkState, LinkAction> step = PrimaryLink.on(state, event, settings, nowMs);
        state = step.state();
        for (LinkAction action : step.actions()) {
            if (action instanceof Say(var level, String text)) {
                said.add(level.sign() + " " + text);
            } else {
                done.add(action);
            }
        }
    }

    private void primarySays(String... lines) {
        for (String line : lines) {
            happens(new LinkEvent.Line(line));
        }
    }

    private void connectWith(StreamPosition position) {
        happens(new LinkEvent.Follow(PRIMARY, position));
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", "+OK");
    }

    private void streamFrom(StreamPosition position) {
        connectWith(position);
        primarySays("+CONTINUE " + position.id());
        done.clear();
        said.clear();
    }

    private long retryAtMs() {
        return assertInstanceOf(Waiting.class, state).retryAtMs();
    }

    private List<String> sent() {
        List<String> lines = new ArrayList<>();
        for (LinkAction action : done) {
            switch (action) {
                case LinkAction.Send(List<String> words) -> lines.add(String.join(" ", words));
                case LinkAction.Ack(long offset) -> lines.add("REPLCONF ACK " + offset);
                default -> {}
            }
        }
        return lines;
    }

    @Test
    void aFullSyncIsToldAsRedisTellsIt() {
        connectWith(new StreamPosition(OWN, 0));
        primarySays("+FULLRESYNC " + THEIRS + " 81", "", "$183");
        happens(new LinkEvent.PayloadProgress());
        happens(new LinkEvent.PayloadReceived());
        happens(new LinkEvent.PayloadComplete(false));
        happens(new LinkEvent.Loaded(3));

        assertEquals(
                List.of(
                        "* Connecting to MASTER 127.0.0.1:7379",
                        "* MASTER <-> REPLICA sync started",
                        "* Non blocking connect for SYNC fired the event.",
                        "* Master replied to PING, replication can continue...",
                        "* Trying a partial resynchronization (request " + OWN + ":1).",
                        "* Full resync from master: " + THEIRS + ":81",
                        "* Discarding previously cached master state.",
                        "* MASTER <-> REPLICA sync: Finished with success"),
                said);
        assertEquals(
                List.of(
                        "PING",
                        "REPLCONF listening-port 7380",
                        "REPLCONF capa eof capa psync2 capa vireo",
                        "PSYNC " + OWN + " 1",
                        "REPLCONF ACK 81"),
                sent());
        assertTrue(done.contains(new LinkAction.Adopt(new StreamPosition(THEIRS, 81), 3)));
    }

    @Test
    void aContinuationUnderANewIdIsToldAsRedisTellsIt() {
        connectWith(new StreamPosition(OWN, 534));
        said.clear();
        primarySays("+CONTINUE " + THEIRS);

        assertEquals(
                List.of(
                        "* Successful partial resynchronization with master.",
                        "# Master replication ID changed to " + THEIRS,
                        "* MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization."),
                said);
        Streaming streaming = assertInstanceOf(Streaming.class, state);
        assertEquals(new StreamPosition(THEIRS, 534), streaming.course().position());
    }

    @Test
    void aLostPrimaryIsSoughtAtOnceAndThenEachSecond() {
        streamFrom(new StreamPosition(OWN, 534));
        happens(new LinkEvent.Lost("Connection reset by peer"));
        happens(new LinkEvent.Lost("Connection refused"));
        nowMs += 999;
        happens(new LinkEvent.Tick());
        nowMs += 1;
        happens(new LinkEvent.Tick());
        happens(new LinkEvent.Unfollow());

        assertEquals(
                List.of(
                        "# Connection with master lost.",
                        "* Caching the disconnected master state.",
                        "* Reconnecting to MASTER 127.0.0.1:7379",
                        "* MASTER <-> REPLICA sync started",
                        "# Error condition on socket for SYNC: Connection refused",
                        "* Connecting to MASTER 127.0.0.1:7379",
                        "* MASTER <-> REPLICA sync started",
                        "* Discarding previously cached master state."),
                said);
    }

    @Test
    void aReplicaWithoutDataAsksForAFullCopy() {
        connectWith(StreamPosition.UNKNOWN);

        assertEquals("PSYNC ? -1", sent().getLast());
        assertEquals("* Partial resynchronization not possible (no cached master)", said.getLast());
    }

    @Test
    void theGreetingBringsPasswordUserAndAddress() {
        settings = new LinkSettings(7380, "10.0.0.7", "repl", "secret", 60_000, true);
        happens(new LinkEvent.Follow(PRIMARY, StreamPosition.UNKNOWN));
        happens(new LinkEvent.Connected());
        primarySays("-NOAUTH Authentication required.");
        assertEquals(
                List.of(
                        "PING",
                        "AUTH repl secret",
                        "REPLCONF listening-port 7380",
                        "REPLCONF ip-address 10.0.0.7",
                        "REPLCONF capa eof capa psync2 capa vireo"),
                sent());

        primarySays("+OK", "+OK", "+OK");
        assertInstanceOf(LinkState.Greeting.class, state);
        primarySays("+OK");
        assertInstanceOf(LinkState.Asking.class, state);
    }

    @Test
    void aWrongPasswordEndsTheAttempt() {
        settings = new LinkSettings(7380, "", "", "wrong", 60_000, true);
        happens(new LinkEvent.Follow(PRIMARY, StreamPosition.UNKNOWN));
        happens(new LinkEvent.Connected());
        primarySays("-NOAUTH Authentication required.", "-WRONGPASS invalid");

        assertEquals("AUTH wrong", sent().get(1));
        assertEquals("# Unable to AUTH to MASTER: -WRONGPASS invalid", said.getLast());
        assertInstanceOf(Waiting.class, state);
    }

    @Test
    void aPrimaryThatDoesNotKnowReplconfIsStillAPrimary() {
        happens(new LinkEvent.Follow(PRIMARY, StreamPosition.UNKNOWN));
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "-ERR unknown", "-ERR unknown");

        assertTrue(said.contains("* (Non critical) Master does not understand REPLCONF listening-port: -ERR unknown"));
        assertTrue(said.contains("* (Non critical) Master does not understand REPLCONF capa: -ERR unknown"));
        assertInstanceOf(LinkState.Asking.class, state);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-NOMASTERLINK Can't SYNC while not connected with my master", "-LOADING Redis is loading"})
    void aPrimaryThatCannotYetIsAskedAgain(String reply) {
        connectWith(StreamPosition.UNKNOWN);
        primarySays(reply);

        assertEquals("* Master is currently unable to PSYNC but should be in the future: " + reply, said.getLast());
        assertEquals(nowMs + 1_000, retryAtMs());
    }

    @Test
    void aPrimaryThatDoesNotKnowPsyncIsAskedBySyncAndGetsNoAcks() {
        connectWith(new StreamPosition(OWN, 5));
        primarySays("-ERR unknown command 'PSYNC'", "$10");
        happens(new LinkEvent.PayloadReceived());
        happens(new LinkEvent.PayloadComplete(false));
        happens(new LinkEvent.Loaded(3));
        nowMs += 2_000;
        happens(new LinkEvent.Tick());
        happens(new LinkEvent.AckWanted());
        happens(new LinkEvent.Applied(99));

        assertEquals("SYNC", sent().getLast());
        assertTrue(done.contains(new LinkAction.Adopt(StreamPosition.UNKNOWN, 3)));
        assertTrue(said.containsAll(List.of(
                "* Master does not support PSYNC or is in error state (reply: -ERR unknown command 'PSYNC')",
                "* Retrying with SYNC...")));

        happens(new LinkEvent.Lost("gone"));
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", "+OK");
        assertEquals("PSYNC ? -1", sent().getLast());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+FULLRESYNC",
                "+FULLRESYNC abc 1",
                "+FULLRESYNC 2222222222222222222222222222222222222222",
                "+FULLRESYNC 2222222222222222222222222222222222222222 x",
                "+FULLRESYNC 2222222222222222222222222222222222222222 1 2"
            })
    void aWrongPromiseIsACopyOfNothingWeCouldContinue(String reply) {
        connectWith(new StreamPosition(OWN, 5));
        primarySays(reply, "$10");
        happens(new LinkEvent.PayloadReceived());
        happens(new LinkEvent.PayloadComplete(false));
        happens(new LinkEvent.Loaded(3));

        assertTrue(said.contains("# Master replied with wrong +FULLRESYNC syntax."));
        assertEquals(
                StreamPosition.UNKNOWN,
                assertInstanceOf(Streaming.class, state).course().position());
    }

    @Test
    void aPrimaryThatContinuesWhatWasNotAskedForIsNotBelieved() {
        connectWith(StreamPosition.UNKNOWN);
        primarySays("+CONTINUE " + THEIRS);

        assertEquals("SYNC", sent().getLast());
    }

    @Test
    void aContinuationWithoutIdIsOfTheIdAskedFor() {
        connectWith(new StreamPosition(OWN, 5));
        primarySays("+CONTINUE");

        assertTrue(done.contains(new LinkAction.Continue(OWN)));
    }

    @Test
    void aVireoPrimaryIsToldAfterEveryBatch() {
        happens(new LinkEvent.Follow(PRIMARY, new StreamPosition(OWN, 5)));
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", PrimaryLink.VIREO_GREETING, "+CONTINUE " + OWN);
        done.clear();
        happens(new LinkEvent.Applied(40));
        happens(new LinkEvent.Applied(40));

        assertEquals(List.of("REPLCONF ACK 40"), sent());
    }

    @Test
    void aRedisPrimaryIsToldEachSecondAndWhenItAsks() {
        streamFrom(new StreamPosition(OWN, 5));
        happens(new LinkEvent.Applied(40));
        assertEquals(List.of(), sent());
        nowMs += 1_000;
        happens(new LinkEvent.Tick());
        happens(new LinkEvent.Tick());
        happens(new LinkEvent.Applied(50));
        happens(new LinkEvent.AckWanted());

        assertEquals(List.of("REPLCONF ACK 40", "REPLCONF ACK 50"), sent());
    }

    @Test
    void aPrimaryThatLostUsWhileWeLoadedIsAskedToContinue() {
        connectWith(StreamPosition.UNKNOWN);
        primarySays("+FULLRESYNC " + THEIRS + " 81", "$183");
        happens(new LinkEvent.PayloadReceived());
        happens(new LinkEvent.PayloadComplete(false));
        happens(new LinkEvent.Lost("gone"));
        nowMs += 5_000;
        happens(new LinkEvent.Tick());
        done.clear();
        happens(new LinkEvent.Loaded(3));
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", "+OK");

        assertEquals(new LinkAction.Adopt(new StreamPosition(THEIRS, 81), 3), done.getFirst());
        assertEquals("PSYNC " + THEIRS + " 82", sent().getLast());
    }

    @Test
    void aFailedLoadLeavesACopyOfNothing() {
        connectWith(new StreamPosition(OWN, 5));
        primarySays("+FULLRESYNC " + THEIRS + " 81", "$183");
        happens(new LinkEvent.PayloadReceived());
        happens(new LinkEvent.PayloadComplete(false));
        happens(new LinkEvent.LoadFailed("disk on fire"));

        assertEquals("# Failed trying to load the MASTER synchronization DB from disk: disk on fire", said.getLast());
        Waiting waiting = assertInstanceOf(Waiting.class, state);
        assertEquals(StreamPosition.UNKNOWN, waiting.course().position());
    }

    @Test
    void aCopyThatCannotBeUsedLeavesOurData() {
        connectWith(new StreamPosition(OWN, 5));
        primarySays("+FULLRESYNC " + THEIRS + " 81", "$183");
        happens(new LinkEvent.PayloadUnusable("wrong checksum"));

        Waiting waiting = assertInstanceOf(Waiting.class, state);
        assertEquals(new StreamPosition(OWN, 5), waiting.course().position());
    }

    private void timeoutMs(long timeoutMs) {
        settings = new LinkSettings(7380, "", "", "", timeoutMs, true);
    }

    /** As CONFIG SET repl-timeout may do while a copy is on its way. */
    @Test
    void aTimeoutThatIsLoweredCountsAtOnce() {
        connectWith(new StreamPosition(OWN, 5));
        primarySays("+FULLRESYNC " + THEIRS + " 81", "$183");
        happens(new LinkEvent.PayloadProgress());
        nowMs += 9_999;
        timeoutMs(10_000);
        happens(new LinkEvent.Tick());
        assertInstanceOf(LinkState.Receiving.class, state);
        nowMs += 1;
        happens(new LinkEvent.Tick());
        assertInstanceOf(Waiting.class, state);
        assertTrue(said.getLast().startsWith("# Timeout receiving bulk data from MASTER..."));
    }

    @Test
    void aTimeoutThatIsRaisedCountsAtOnceToo() {
        streamFrom(new StreamPosition(OWN, 5));
        nowMs += 60_000;
        timeoutMs(60_001);
        happens(new LinkEvent.Tick());
        assertInstanceOf(Streaming.class, state);
        nowMs += 1;
        happens(new LinkEvent.Tick());
        assertEquals("# MASTER timeout: no data nor PING received...", said.getFirst());
    }

    @Test
    void aCommandThatIsRefusedAgainAndAgainIsAskedForLessAndLessOften() {
        happens(new LinkEvent.Follow(PRIMARY, new StreamPosition(OWN, 5)));
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            happens(new LinkEvent.Connected());
            primarySays("+PONG", "+OK", "+OK", "+CONTINUE " + OWN);
            happens(new LinkEvent.Applied(5));
            happens(new LinkEvent.CommandRefused("unknown command 'FOO'", false));
            waits.add(retryAtMs() - nowMs);
            nowMs = retryAtMs();
            happens(new LinkEvent.Tick());
        }
        assertEquals(List.of(1000L, 2000L, 4000L, 8000L, 16000L, 32000L, 60000L, 60000L, 60000L), waits);
        assertTrue(said.contains("# unknown command 'FOO'"));

        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", "+OK", "+CONTINUE " + OWN);
        happens(new LinkEvent.Applied(6));
        happens(new LinkEvent.CommandRefused("another", false));
        assertEquals(1_000, retryAtMs() - nowMs, "some of the stream was applied in between");
    }

    @Test
    void aPrimaryThatSaysNothingIsTakenForGone() {
        streamFrom(new StreamPosition(OWN, 5));
        nowMs += 60_000;
        happens(new LinkEvent.Tick());

        assertEquals("# MASTER timeout: no data nor PING received...", said.getFirst());
        assertInstanceOf(LinkState.Connecting.class, state);
        nowMs += 60_000;
        happens(new LinkEvent.Tick());
        assertEquals("* Timeout connecting to the MASTER...", said.getLast());
    }

    @Test
    void newlinesKeepALongCutAlive() {
        connectWith(StreamPosition.UNKNOWN);
        primarySays("+FULLRESYNC " + THEIRS + " 81");
        for (int i = 0; i < 10; i++) {
            nowMs += 59_000;
            happens(new LinkEvent.Tick());
            primarySays("");
        }
        assertInstanceOf(LinkState.Expecting.class, state);
        nowMs += 60_000;
        happens(new LinkEvent.Tick());
        assertTrue(said.getLast().startsWith("# Timeout receiving bulk data from MASTER..."));
    }

    @Test
    void anotherPrimaryIsAskedToContinueWhereTheFormerStopped() {
        streamFrom(new StreamPosition(OWN, 534));
        happens(new LinkEvent.Repoint(new Target("127.0.0.1", 7380)));
        assertEquals(
                List.of(
                        "# Connection with master lost.",
                        "* Caching the disconnected master state.",
                        "* Connecting to MASTER 127.0.0.1:7380",
                        "* MASTER <-> REPLICA sync started"),
                said);
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", "+OK");
        assertEquals("PSYNC " + OWN + " 535", sent().getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "$", "$-1", "$x", "$EOF:short", "*1"})
    void aPayloadMustBeAnnounced(String line) {
        connectWith(StreamPosition.UNKNOWN);
        primarySays("+FULLRESYNC " + THEIRS + " 81", line);

        assertEquals(
                "# Bad protocol from MASTER, the first byte is not '$' (we received '" + line
                        + "'), are you sure the host and port are right?",
                said.getLast());
    }

    @Test
    void aMarkedPayloadIsAnnouncedByItsMark() {
        connectWith(StreamPosition.UNKNOWN);
        primarySays("+FULLRESYNC " + THEIRS + " 81", "$EOF:" + "m".repeat(40));

        PayloadShape shape = new PayloadShape.Marked("m".repeat(40));
        assertEquals(new LinkAction.Receive(shape, false), done.getLast());
        assertEquals("receiving streamed RDB from master with EOF to disk", shape.announced(false));
        assertEquals("receiving 183 bytes from master to parser", new PayloadShape.Sized(183).announced(true));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCopyIsOfOurHistoryOrOfAnother(boolean same) {
        connectWith(new StreamPosition(OWN, 5));
        primarySays("+FULLRESYNC " + (same ? OWN : THEIRS) + " 81", "$183");

        assertEquals(new LinkAction.Receive(new PayloadShape.Sized(183), same), done.getLast());
    }

    @Test
    void aPrimaryHearsFromUsWhileItsCopyIsLookedThrough() {
        connectWith(StreamPosition.UNKNOWN);
        primarySays("+FULLRESYNC " + THEIRS + " 81", "$183");
        happens(new LinkEvent.PayloadReceived());
        done.clear();
        for (int i = 0; i < 100; i++) {
            nowMs += 1_000;
            happens(new LinkEvent.Tick());
        }
        assertEquals(java.util.Collections.nCopies(100, new LinkAction.SendNewline()), done);

        happens(new LinkEvent.Lost("gone"));
        happens(new LinkEvent.PayloadComplete(false));
        happens(new LinkEvent.Loaded(0));
        assertEquals("* MASTER <-> REPLICA sync started", said.getLast());
    }

    /** Follows a primary until its stream comes in, and is then offered an empty copy of another history. */
    private void comesBackEmpty() {
        connectWith(StreamPosition.UNKNOWN);
        primarySays("+FULLRESYNC " + THEIRS + " 81", "$183");
        happens(new LinkEvent.PayloadReceived());
        happens(new LinkEvent.PayloadComplete(true));
        happens(new LinkEvent.Loaded(0));
        happens(new LinkEvent.Lost("gone"));
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", "+OK", "+FULLRESYNC " + OWN + " 0", "$183");
        happens(new LinkEvent.PayloadReceived());
        done.clear();
        happens(new LinkEvent.PayloadComplete(true));
    }

    @Test
    void dataAreKeptFromTheirPrimaryWhenItComesBackWithNone() {
        comesBackEmpty();
        assertTrue(said.getLast().startsWith("# WIPE GUARD: MASTER 127.0.0.1:7379 has come back empty"));
        assertTrue(done.stream().noneMatch(LinkAction.Load.class::isInstance));
        Waiting waiting = assertInstanceOf(Waiting.class, state);
        assertEquals(new StreamPosition(THEIRS, 81), waiting.course().position());
        assertEquals(LinkState.Standing.HELD_OFF, waiting.course().standing());

        long first = waiting.retryAtMs() - nowMs;
        nowMs = waiting.retryAtMs();
        happens(new LinkEvent.Tick());
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", "+OK", "+FULLRESYNC " + OWN + " 0", "$183");
        happens(new LinkEvent.PayloadReceived());
        happens(new LinkEvent.PayloadComplete(true));
        assertEquals(2 * first, retryAtMs() - nowMs);
    }

    @Test
    void dataOfAPrimaryThatHasSomeAgainAreTaken() {
        comesBackEmpty();
        nowMs = retryAtMs();
        happens(new LinkEvent.Tick());
        happens(new LinkEvent.Connected());
        primarySays("+PONG", "+OK", "+OK", "+FULLRESYNC " + OWN + " 0", "$183");
        happens(new LinkEvent.PayloadReceived());
        happens(new LinkEvent.PayloadComplete(false));
        assertInstanceOf(LinkState.Loading.class, state);
    }

    @Test
    void withoutTheGuardAnEmptyPrimaryIsCopiedToo() {
        settings = new LinkSettings(7380, "", "", "", 60_000, false);
        comesBackEmpty();
        assertInstanceOf(LinkState.Loading.class, state);
    }
}
