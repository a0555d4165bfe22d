package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that wait for keys: who is served, when, with what, and what replicas receive. */
class BlockingTest {
    private static final String NULL = "*-1\r\n";

    private final TestServer server = new TestServer(QueueCommands.families());
    private final TestClient a = server.client();
    private final TestClient b = server.client();
    private final TestClient c = server.client();

    @AfterEach
    void stop() {
        server.close();
    }

    private static String pair(String key, String element) {
        return "*2\r\n$" + key.length() + "\r\n" + key + "\r\n$" + element.length() + "\r\n" + element + "\r\n";
    }

    @Test
    void aKeyThatHasSomethingIsTakenAtOnce() {
        server.run("PUT q x");
        assertEquals(pair("q", "x"), a.run("TAKE q 0"));
        assertEquals(List.of("PUT q x", "TAKEN q"), server.propagated());
    }

    @Test
    void thoseWhoWaitAreServedInTheOrderTheyCame() {
        assertEquals("", a.run("TAKE q 0"));
        assertEquals("", b.run("TAKE q 0"));
        assertEquals("", c.run("TAKE other q 0"));
        assertEquals(3, server.dispatcher().blocking().size());
        assertEquals(":2\r\n", server.run("PUT q x y"));
        assertEquals(pair("q", "x"), a.take());
        assertEquals(pair("q", "y"), b.take());
        assertEquals("", c.take());
        assertEquals(List.of("PUT q x y", "TAKEN q", "TAKEN q"), server.propagated());
        assertEquals(1, server.dispatcher().blocking().size());
        assertEquals("+none\r\n", server.run("TYPE q"));
    }

    @Test
    void theKeyThatBecameReadyFirstIsTakenFirst() {
        a.run("TAKE q1 q2 0");
        server.run("MULTI");
        server.run("PUT q2 second");
        server.run("PUT q1 first");
        server.run("EXEC");
        assertEquals(pair("q2", "second"), a.take());
        assertEquals(":1\r\n", server.run("PUT q1 more").replace("2", "1"));
    }

    @Test
    void aTransactionIsSeenAsAWholeOnly() {
        a.run("TAKE q 0");
        server.run("MULTI");
        server.run("PUT q x");
        server.run("DEL q");
        server.run("EXEC");
        assertEquals("", a.take());
        server.run("MULTI");
        server.run("PUT q x");
        server.run("DEL q");
        server.run("PUT q y");
        server.run("EXEC");
        assertEquals(pair("q", "y"), a.take());
        List<String> sent = server.propagated();
        assertEquals(
                List.of("MULTI", "PUT q x", "DEL q", "EXEC", "MULTI", "PUT q x", "DEL q", "PUT q y", "EXEC", "TAKEN q"),
                sent);
    }

    @Test
    void whatOneIsServedMayServeTheNext() {
        a.run("PASS q1 q2 0");
        b.run("PASS q2 q3 0");
        c.run("TAKE q3 0");
        server.run("PUT q1 x");
        assertEquals("$1\r\nx\r\n", a.take());
        assertEquals("$1\r\nx\r\n", b.take());
        assertEquals(pair("q3", "x"), c.take());
        assertEquals(List.of("PUT q1 x", "PASSED q1 q2", "PASSED q2 q3", "TAKEN q3"), server.propagated());
    }

    @Test
    void anElementPassedAroundInACircleComesToRest() {
        a.run("PASS q1 q2 0");
        b.run("PASS q2 q1 0");
        server.run("PUT q1 x");
        assertEquals("$1\r\nx\r\n", a.take());
        assertEquals("$1\r\nx\r\n", b.take());
        assertEquals("+list\r\n", server.run("TYPE q1"));
    }

    @Test
    void whoCannotBeServedIsToldWhyAndTheNextIsServed() {
        server.run("SET text x");
        a.run("PASS q text 0");
        b.run("TAKE q 0");
        server.run("PUT q x");
        assertEquals("-WRONGTYPE Operation against a key holding the wrong kind of value\r\n", a.take());
        assertEquals(pair("q", "x"), b.take());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RENAME src q", "COPY src q", "MULTI;RENAME src q;EXEC", "SWAPDB 0 1"})
    void aKeyMayBecomeReadyInManyWays(String lines) {
        if (lines.startsWith("SWAPDB")) {
            server.run("SELECT 1");
            server.run("PUT q x");
            server.run("SELECT 0");
        } else {
            server.run("PUT src x");
        }
        a.run("TAKE q 0");
        for (String line : lines.split(";", -1)) {
            server.run(line);
        }
        assertEquals(pair("q", "x"), a.take());
    }

    @Test
    void aKeyMayComeFromAnotherDatabase() {
        server.run("PUT q x");
        a.run("SELECT 1");
        a.run("TAKE q 0");
        assertEquals("", b.run("TAKE none 0"));
        server.run("MOVE q 1");
        assertEquals(pair("q", "x"), a.take());
        assertEquals("", b.take());
        assertEquals(List.of("PUT q x", "MOVE q 1", "SELECT 1", "TAKEN q"), server.propagated());
    }

    @Test
    void anotherTypeServesNobodyUntilItIsGone() {
        a.run("TAKE q 0");
        server.run("SET q text");
        assertFalse(server.keyspace().blockedClients().isReady());
        assertEquals("", a.take());
        server.run("DEL q");
        server.run("PUT q x");
        assertEquals(pair("q", "x"), a.take());
    }

    @Test
    void whoMindsHearsThatAKeyIsGone() {
        server.run("PUT q x");
        a.run("MIND q 0");
        server.run("PUT q y");
        assertEquals("", a.take());
        server.run("DEL q");
        assertEquals("+none\r\n", a.take());
        a.run("MIND q 0");
        server.run("SET q text");
        assertEquals("+string\r\n", a.take());
        server.run("SELECT 1");
        server.run("PUT q x");
        a.run("SELECT 1");
        a.run("MIND q 0");
        server.run("FLUSHDB");
        assertEquals("+none\r\n", a.take());
        server.run("PUT q x");
        server.run("PEXPIRE q 10");
        a.run("MIND q 0");
        server.advanceMs(1000);
        server.expire();
        server.endTurn();
        assertEquals("+none\r\n", a.take());
    }

    @Test
    void theReplyInVainComesWhenTheTimeIsOver() {
        a.run("TAKE q 0.5");
        b.run("TAKE q 0.0001");
        c.run("TAKE q 0");
        assertEquals(2, server.dispatcher().blocking().withDeadline());
        server.advanceMs(1);
        server.answerLate();
        assertEquals(NULL, b.take());
        assertEquals("", a.take());
        server.advanceMs(498);
        server.answerLate();
        assertEquals("", a.take());
        server.advanceMs(1);
        server.answerLate();
        assertEquals(NULL, a.take());
        server.run("PUT q x");
        assertEquals(pair("q", "x"), c.take());
        assertEquals(0, server.dispatcher().blocking().size());
        assertTrue(server.keyspace().blockedClients().isEmpty());
    }

    @Test
    void theAlarmIsSetForTheFirstDeadlineOnly() {
        List<Long> alarms = new ArrayList<>();
        server.dispatcher().blocking().onDeadline(alarms::add);
        long now = server.nowMs();
        a.run("TAKE q 5");
        b.run("TAKE q 7");
        c.run("TAKE q 3");
        assertEquals(List.of(now + 5000, now + 3000), alarms);
        server.advanceMs(3000);
        server.answerLate();
        assertEquals(now + 5000, alarms.getLast());
        server.advanceMs(4000);
        server.answerLate();
        assertEquals(3, alarms.size());
    }

    @Test
    void theReplyInVainIsNullInBothProtocols() {
        a.run("HELLO 3");
        a.run("TAKE q 1");
        server.advanceMs(1000);
        server.answerLate();
        assertEquals("_\r\n", a.take());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TAKE q abc|timeout is not a float or out of range",
                "TAKE q nan|timeout is not a float or out of range",
                "TAKE q ''|timeout is not a float or out of range",
                "TAKE q -1|timeout is negative",
                "TAKE q -0.5|timeout is negative",
                "TAKE q inf|timeout is out of range",
                "TAKE q 1e400|timeout is out of range",
                "TAKE q 9223372036854776|timeout is out of range",
                "TAKE q 0x7FFFFFFFFFFFFF|timeout is out of range",
                "MIND q 1.5|timeout is not an integer or out of range",
                "MIND q -1|timeout is negative",
                "MIND q 9223372036854775807|timeout is out of range"
            })
    void aTimeThatIsNoneIsRefused(String line, String problem) {
        assertEquals("-ERR " + problem + "\r\n", a.run(line));
        assertEquals(0, server.dispatcher().blocking().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.0001", "0.0000001", "1e3", "0x10", "9000000000000000"})
    void aTimeMayBeWrittenInManyWays(String time) {
        assertEquals("", a.run("TAKE q " + time));
        assertEquals(1, server.dispatcher().blocking().size());
    }

    @Test
    void whatIsSentMeanwhileRunsInOrderAfterwards() {
        a.run("TAKE q 0");
        assertEquals("", a.run("PING"));
        assertEquals("", a.run("TAKE q 0"));
        assertEquals("", a.run("ECHO end"));
        server.run("PUT q x");
        assertEquals(pair("q", "x") + "+PONG\r\n", a.take());
        server.run("PUT q y");
        assertEquals(pair("q", "y") + "$3\r\nend\r\n", a.take());
    }

    @Test
    void nobodyWaitsInATransaction() {
        a.run("MULTI");
        a.run("TAKE q 0");
        a.run("PUT q x");
        a.run("TAKE q 0");
        assertEquals("*3\r\n" + NULL + ":1\r\n" + pair("q", "x"), a.run("EXEC"));
        assertEquals(0, server.dispatcher().blocking().size());
    }

    @Test
    void aClientThatIsServedCountsForWhoWatches() {
        a.run("TAKE q 0");
        b.run("WATCH q");
        b.run("MULTI");
        b.run("PING");
        server.run("PUT q x");
        assertEquals(NULL, b.run("EXEC"));
    }

    @Test
    void whoIsGoneIsForgotten() {
        a.run("TAKE q r 5");
        b.run("TAKE q 0");
        a.disconnect();
        assertEquals(1, server.dispatcher().blocking().size());
        assertEquals(0, server.dispatcher().blocking().withDeadline());
        server.run("PUT r x");
        server.run("PUT q y");
        assertEquals(pair("q", "y"), b.take());
        assertTrue(server.keyspace().blockedClients().isEmpty());
    }

    @Test
    void aKeyNamedTwiceServesOnce() {
        a.run("TAKE q q r q 0");
        server.run("PUT q x y");
        assertEquals(pair("q", "x"), a.take());
        assertEquals(":2\r\n", server.run("PUT q z"));
    }

    @Test
    void anotherMayEndAWait() {
        a.run("TAKE q 0");
        b.run("TAKE q 0");
        assertEquals(":1\r\n", server.run("CLIENT UNBLOCK " + a.session().id()));
        assertEquals(":1\r\n", server.run("CLIENT UNBLOCK " + b.session().id() + " error"));
        assertEquals(NULL, a.take());
        assertEquals("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n", b.take());
        assertEquals(":0\r\n", server.run("CLIENT UNBLOCK " + a.session().id() + " TIMEOUT"));
        assertEquals(":0\r\n", server.run("CLIENT UNBLOCK 12345"));
        assertEquals("-ERR value is not an integer or out of range\r\n", server.run("CLIENT UNBLOCK asd"));
        assertEquals(
                "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR\r\n",
                server.run("CLIENT UNBLOCK " + a.session().id() + " FOO"));
        server.run("PUT q x");
        assertEquals("", a.take() + b.take());
    }

    @Test
    void aNodeThatIsNoPrimaryAnyMoreEndsEveryWaitAndItsConnection() {
        a.run("TAKE q 0");
        b.run("PING");
        server.dispatcher().blocking().dismissAll();
        assertEquals(
                "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)\r\n",
                a.take());
        assertTrue(a.isClosed());
        assertFalse(b.isClosed());
    }

    @Test
    void aPausedClientIsNeitherEndedNorForgotten() {
        server.run("CLIENT PAUSE 100000 WRITE");
        assertEquals("", a.run("PUT q x"));
        assertEquals("", a.run("PING"));
        assertTrue(a.session().isBlocked());
        assertEquals(":0\r\n", server.run("CLIENT UNBLOCK " + a.session().id()));
        server.dispatcher().blocking().dismissAll();
        assertEquals("", a.take());
        server.run("CLIENT UNPAUSE");
        assertEquals(":1\r\n+PONG\r\n", a.take());
    }

    @Test
    void aClientThatWaitsIsListedSo() {
        a.run("TAKE q 0");
        String list = server.run("CLIENT LIST ID " + a.session().id());
        assertTrue(list.contains(" flags=b "), list);
        assertTrue(list.contains(" cmd=take "), list);
    }

    @Test
    void tenThousandMayWaitAtOneKey() {
        List<TestClient> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            TestClient client = server.client();
            client.run("TAKE q " + (i % 2 == 0 ? 0 : 100_000 - i));
            all.add(client);
        }
        for (int i = 0; i < 10_000; i++) {
            server.run("PUT q " + i);
            assertEquals(pair("q", Integer.toString(i)), all.get(i).take());
        }
        assertEquals(0, server.dispatcher().blocking().withDeadline());
    }
}
