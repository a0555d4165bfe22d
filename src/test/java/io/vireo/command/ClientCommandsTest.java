package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CLIENT: who is listed and killed, who is answered, and what waits for the end of a pause. */
class ClientCommandsTest {
    private final TestServer server = new TestServer();
    private final TestClient other = server.client();

    @AfterEach
    void stop() {
        server.close();
    }

    private String field(TestClient client, String name) {
        String line = server.run("CLIENT LIST ID " + client.session().id());
        return line.replaceFirst("(?s).*[ \n]" + name + "=(\\S*) .*", "$1");
    }

    @Test
    void aLineHasTheFieldsOfRedisInItsOrder() {
        String line =
                server.run("CLIENT INFO").replaceFirst("(?s)^\\$\\d+\r\n", "").replaceFirst("\n\r\n$", "");
        String names = line.replaceAll("=[^ ]*", "");
        assertEquals(
                "id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free argv-mem multi-mem rbs rbp"
                        + " obl oll omem tot-mem events cmd user redir resp lib-name lib-ver",
                names);
    }

    @Test
    void aLineTellsWhatTheArgumentsTake() {
        assertTrue(server.run("CLIENT INFO").contains(" argv-mem=10 "));
        assertEquals("0", field(other, "argv-mem"));
    }

    @Test
    void whatIsQueuedAndWatchedCounts() {
        long before = Long.parseLong(field(other, "tot-mem"));
        other.run("WATCH " + "k".repeat(1000));
        long watching = Long.parseLong(field(other, "multi-mem"));
        assertTrue(watching > 1000, "watching " + watching);
        other.run("WATCH " + "k".repeat(1000));
        assertEquals(watching, Long.parseLong(field(other, "multi-mem")), "watched already");
        other.run("MULTI");
        other.run("SET k " + "v".repeat(5000));
        long queued = Long.parseLong(field(other, "multi-mem"));
        assertTrue(queued > watching + 5000, "queued " + queued);
        assertEquals(before + queued, Long.parseLong(field(other, "tot-mem")));
        other.run("DISCARD");
        assertEquals("0", field(other, "multi-mem"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CLIENT LIST TYPE x|Unknown client type 'x'",
                "CLIENT LIST TYPE|syntax error",
                "CLIENT LIST ID x|Invalid client ID",
                "CLIENT LIST ID 0|Invalid client ID",
                "CLIENT KILL ID 0|client-id should be greater than 0",
                "CLIENT KILL ID x|client-id should be greater than 0",
                "CLIENT KILL TYPE x|Unknown client type 'x'",
                "CLIENT KILL USER nobody|No such user 'nobody'",
                "CLIENT KILL SKIPME x|syntax error",
                "CLIENT KILL ID 1 SKIPME|syntax error",
                "CLIENT KILL MAXAGE x|maxage is not an integer or out of range",
                "CLIENT KILL MAXAGE 0|maxage should be greater than 0",
                "CLIENT KILL 1.2.3.4:5|No such client",
                "CLIENT PAUSE x|timeout is not an integer or out of range",
                "CLIENT PAUSE -1|timeout is negative",
                "CLIENT PAUSE 1 x|CLIENT PAUSE mode must be WRITE or ALL",
                "CLIENT PAUSE 1 WRITE x|unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.",
                "CLIENT UNBLOCK 1 ERROR x|unknown subcommand or wrong number of arguments for 'UNBLOCK'. Try CLIENT"
                        + " HELP.",
                "CLIENT REPLY x|syntax error",
                "CLIENT NO-EVICT x|syntax error"
            })
    void whatCannotBeMeantIsRefused(String line, String problem) {
        assertEquals("-ERR " + problem + "\r\n", server.run(line));
        assertFalse(other.isClosed());
    }

    @Test
    void killSparesWhoAsksUnlessToldOtherwise() {
        TestClient third = server.client();
        assertEquals(":2\r\n", server.run("CLIENT KILL TYPE normal"));
        assertTrue(other.isClosed() && third.isClosed());
        assertFalse(server.firstClient().isClosed());
        assertEquals(":1\r\n", server.run("CLIENT KILL SKIPME no"));
        assertTrue(server.firstClient().isClosed());
    }

    @Test
    void killTakesTheOldOnes() {
        server.advanceMs(9_999);
        TestClient young = server.client();
        assertEquals(":0\r\n", server.run("CLIENT KILL MAXAGE 10"));
        server.advanceMs(1);
        assertEquals(":1\r\n", server.run("CLIENT KILL MAXAGE 10 USER default"));
        assertTrue(other.isClosed());
        assertFalse(young.isClosed());
    }

    @Test
    void listeningClientsAreAClassOfTheirOwn() {
        other.session().listensTo(1, 0, 0);
        assertTrue(server.run("CLIENT LIST TYPE pubsub")
                .contains("id=" + other.session().id() + " "));
        assertEquals("P", field(other, "flags"));
        assertEquals(":0\r\n", server.run("CLIENT KILL TYPE normal"));
        assertEquals(":1\r\n", server.run("CLIENT KILL TYPE pubsub"));
    }

    @Test
    void repliesCanBeTurnedOff() {
        assertEquals("", other.run("CLIENT REPLY OFF"));
        assertEquals("", other.run("SET k v"));
        assertEquals("", other.run("CLIENT REPLY SKIP"));
        assertEquals("", other.run("PING"));
        assertEquals("", other.run("NONSENSE"));
        assertEquals("+OK\r\n", other.run("CLIENT REPLY ON"));
        assertEquals("$1\r\nv\r\n", other.run("GET k"));
    }

    @Test
    void oneReplyCanBeSkipped() {
        assertEquals("", other.run("CLIENT REPLY SKIP"));
        assertEquals("", other.run("PING"));
        assertEquals("+PONG\r\n", other.run("PING"));
        assertEquals("", other.run("CLIENT REPLY SKIP"));
        assertEquals("", other.run("NONSENSE"));
        assertEquals("+PONG\r\n", other.run("PING"));
        assertEquals("", other.run("CLIENT REPLY SKIP"));
        assertEquals("+OK\r\n", other.run("CLIENT REPLY ON"));
        assertEquals("+PONG\r\n", other.run("PING"));
    }

    @Test
    void resetBringsRepliesBack() {
        other.run("CLIENT NO-EVICT ON");
        assertEquals("e", field(other, "flags"));
        other.run("CLIENT REPLY OFF");
        other.run("RESET");
        assertEquals("+PONG\r\n", other.run("PING"));
        assertEquals("N", field(other, "flags"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET k v", "DEL k", "INCR n"})
    void writesWaitForTheEndOfAPause(String line) {
        assertEquals("+OK\r\n", server.run("CLIENT PAUSE 1000 WRITE"));
        assertEquals("$-1\r\n", other.run("GET k"));
        assertEquals("", other.run(line));
        assertEquals("b", field(other, "flags"));
        server.advanceMs(999);
        server.answerLate();
        assertEquals("", other.take());
        assertEquals(List.of(), server.propagated());
        server.advanceMs(1);
        server.answerLate();
        assertFalse(other.take().isEmpty());
        assertEquals("N", field(other, "flags"));
    }

    @Test
    void allWaitForTheEndOfAPauseOfAll() {
        server.run("CLIENT PAUSE 1000");
        assertEquals("", server.run("CLIENT UNPAUSE"));
        assertEquals("", other.run("PING"));
        server.advanceMs(1000);
        server.answerLate();
        assertEquals("+PONG\r\n", other.take());
        assertEquals("+OK\r\n", server.firstClient().take());
    }

    @Test
    void aPauseBecomesNoShorterAndNoNarrower() {
        server.run("CLIENT PAUSE 1000 WRITE");
        server.run("CLIENT PAUSE 10 WRITE");
        server.advanceMs(500);
        server.answerLate();
        assertEquals("", other.run("SET k v"));
        server.run("CLIENT PAUSE 100 ALL");
        server.advanceMs(400);
        server.answerLate();
        assertEquals("", server.run("PING"), "the whole pause lets all wait");
        server.advanceMs(100);
        server.answerLate();
        assertEquals("+OK\r\n", other.take());
        assertEquals("+PONG\r\n", server.firstClient().take());
    }

    @Test
    void aTransactionThatWritesWaitsAtItsExec() {
        other.run("MULTI");
        other.run("SET k v");
        TestClient reader = server.client();
        reader.run("MULTI");
        reader.run("GET k");
        server.run("CLIENT PAUSE 1000 WRITE");
        assertEquals("*1\r\n$-1\r\n", reader.run("EXEC"));
        assertEquals("", other.run("EXEC"));
        server.run("CLIENT UNPAUSE");
        assertEquals("*1\r\n+OK\r\n", other.take());
    }

    @Test
    void aPauseBeginsAtTheEndOfItsTransaction() {
        server.run("MULTI");
        server.run("CLIENT PAUSE 1000 WRITE");
        server.run("SET k v");
        assertEquals("*2\r\n+OK\r\n+OK\r\n", server.run("EXEC"));
        assertEquals("", other.run("SET k w"));
        assertEquals("$1\r\nv\r\n", server.run("GET k"));
    }

    @Test
    void nothingExpiresInAPause() {
        server.run("SET k v PX 10");
        server.run("SET l v PX 10");
        server.propagated();
        server.run("CLIENT PAUSE 100000 WRITE");
        server.keyspace().paused(true);
        server.advanceMs(5000);
        server.expire();
        assertEquals("$-1\r\n", server.run("GET k"));
        assertEquals(":2\r\n", server.run("DBSIZE"));
        assertEquals(List.of(), server.propagated());
        server.run("CLIENT UNPAUSE");
        server.keyspace().paused(false);
        assertEquals("$-1\r\n", server.run("GET k"));
        assertEquals(List.of("DEL k"), server.propagated());
    }

    @Test
    void aClientMayReadWithoutUsing() {
        server.run("SET k v");
        server.advanceMs(100_000);
        other.run("CLIENT NO-TOUCH ON");
        assertEquals("T", field(other, "flags"));
        assertEquals("$1\r\nv\r\n", other.run("GET k"));
        assertEquals(":100\r\n", server.run("OBJECT IDLETIME k"));
        other.run("TOUCH k");
        assertEquals(":0\r\n", server.run("OBJECT IDLETIME k"));
        server.advanceMs(100_000);
        other.run("CLIENT NO-TOUCH OFF");
        other.run("GET k");
        assertEquals(":0\r\n", server.run("OBJECT IDLETIME k"));
    }
}
