package io.vireo.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.config.MaxmemoryPolicy;
import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of a client's reading, when it is told, and what is left when it goes. */
class TrackingTest {
    private final TestServer server = new TestServer();
    private final TestClient reader = server.client();
    private final TestClient writer = server.client();

    @BeforeEach
    void speakResp3() {
        reader.run("HELLO 3");
    }

    @AfterEach
    void end() {
        server.close();
    }

    private static String invalidated(String... keys) {
        StringBuilder push = new StringBuilder(">2\r\n$10\r\ninvalidate\r\n*" + keys.length + "\r\n");
        for (String key : keys) {
            push.append("$").append(key.length()).append("\r\n").append(key).append("\r\n");
        }
        return push.toString();
    }

    private String told() {
        return reader.take();
    }

    @Test
    void aKeyThatWasReadIsToldOnceWhenItChanges() {
        reader.run("CLIENT TRACKING ON");
        reader.run("GET a");
        assertEquals("", told());
        writer.run("SET a 1");
        writer.run("SET a 2");
        writer.run("SET b 2");
        assertEquals(invalidated("a"), told());
        assertEquals(0, server.tracking().keys());
    }

    @Test
    void onlyTheKeysOfCommandsThatReadAreRemembered() {
        reader.run("CLIENT TRACKING ON");
        reader.run("MGET a b c");
        reader.run("SET d 1");
        reader.run("GETSET e 1");
        reader.run("SINTERCARD 2 f g LIMIT 1");
        reader.run("LRANGE d 0 1"); // refused, and remembered all the same
        assertEquals(6, server.tracking().keys());
        assertEquals(6, server.tracking().items());
        assertTrue(server.tracking().memoryBytes() > 0);
    }

    @Test
    void whatAClientChangesItselfIsToldBehindItsReply() {
        reader.run("CLIENT TRACKING ON");
        reader.run("GET a");
        assertEquals("+OK\r\n" + invalidated("a"), reader.run("SET a 1"));
    }

    @Test
    void withNoloopItIsNotTold() {
        reader.run("CLIENT TRACKING ON NOLOOP");
        reader.run("GET a");
        assertEquals("+OK\r\n", reader.run("SET a 1"));
        reader.run("GET a");
        writer.run("SET a 2");
        assertEquals(invalidated("a"), told());
    }

    @Test
    void aTransactionIsAnsweredAsAWholeFirst() {
        reader.run("CLIENT TRACKING ON");
        reader.run("GET a");
        reader.run("MULTI");
        reader.run("SET a 1");
        reader.run("GET b");
        reader.run("SET b 1");
        assertEquals("*3\r\n+OK\r\n_\r\n+OK\r\n" + invalidated("a") + invalidated("b"), reader.run("EXEC"));
    }

    @Test
    void optinRemembersOnlyWhatFollowsCaching() {
        reader.run("CLIENT TRACKING ON OPTIN");
        reader.run("GET a");
        reader.run("CLIENT CACHING YES");
        reader.run("CLIENT ID"); // says nothing about keys, and leaves that as it is
        reader.run("GET b");
        reader.run("GET c");
        assertEquals(1, server.tracking().keys());
        reader.run("CLIENT CACHING YES");
        reader.run("nonsense");
        reader.run("GET d");
        assertEquals(1, server.tracking().keys());
        writer.run("MSET a 1 b 1 c 1 d 1");
        assertEquals(invalidated("b"), told());
    }

    @Test
    void cachingHoldsForAllOfATransaction() {
        reader.run("CLIENT TRACKING ON OPTIN");
        reader.run("CLIENT CACHING YES");
        reader.run("MULTI");
        reader.run("GET a");
        reader.run("GET b");
        reader.run("EXEC");
        reader.run("GET c");
        assertEquals(2, server.tracking().keys());
    }

    @Test
    void optoutRemembersAllButWhatFollowsCaching() {
        reader.run("CLIENT TRACKING ON OPTOUT");
        reader.run("GET a");
        reader.run("CLIENT CACHING NO");
        reader.run("GET b");
        reader.run("GET c");
        writer.run("MSET a 1 b 1 c 1");
        assertEquals(invalidated("a") + invalidated("c"), told());
    }

    @Test
    void keysThatExpireAreTold() {
        reader.run("CLIENT TRACKING ON");
        writer.run("SET a 1 PX 100");
        reader.run("GET a");
        server.advanceMs(200);
        assertEquals("", told());
        server.expire();
        assertEquals(invalidated("a"), told());
    }

    @Test
    void aKeyThatIsFoundExpiredIsToldAndRememberedAgain() {
        reader.run("CLIENT TRACKING ON");
        writer.run("SET a 1 PX 100");
        reader.run("GET a");
        server.advanceMs(200);
        assertEquals("_\r\n" + invalidated("a"), reader.run("GET a"));
        assertEquals(1, server.tracking().keys());
    }

    @Test
    void keysThatAreEvictedAreToldBeforeTheReplyOfTheCommandThatNeedsTheRoom() {
        writer.run("SET a " + "x".repeat(10_000));
        reader.run("CLIENT TRACKING ON");
        reader.run("STRLEN a");
        server.maxmemory(1, MaxmemoryPolicy.ALLKEYS_RANDOM);
        String all = reader.run("SET b 1");
        assertTrue(all.startsWith(invalidated("a")), all);
    }

    @Test
    void aFlushIsToldToAllAsNull() {
        String all = ">2\r\n$10\r\ninvalidate\r\n_\r\n";
        TestClient broadcast = server.client();
        broadcast.run("HELLO 3");
        broadcast.run("CLIENT TRACKING ON BCAST PREFIX none");
        reader.run("CLIENT TRACKING ON");
        reader.run("GET a");
        writer.run("FLUSHALL");
        assertEquals(all, told());
        assertEquals(all, broadcast.take());
        assertEquals(0, server.tracking().keys());
        assertEquals("+OK\r\n" + all, reader.run("FLUSHDB"));
    }

    @Test
    void broadcastsGatherUntilTheTurnEnds() {
        reader.run("CLIENT TRACKING ON BCAST PREFIX a PREFIX b");
        writer.run("MSET a2 1 b1 1 a1 1 c 1");
        writer.run("SET a2 2");
        reader.run("GET c");
        assertEquals("", told());
        server.endTurn();
        assertEquals(invalidated("a1", "a2") + invalidated("b1"), told());
        server.endTurn();
        assertEquals("", told());
        assertEquals(2, server.tracking().prefixes());
        assertEquals(0, server.tracking().keys());
    }

    @Test
    void broadcastsWithNoloopLeaveOutWhatTheClientChangedLast() {
        reader.run("CLIENT TRACKING ON BCAST NOLOOP");
        reader.run("MSET a 1 b 1");
        writer.run("MSET b 2 c 2");
        reader.run("SET c 3");
        server.endTurn();
        assertEquals(invalidated("b"), told());
    }

    @Test
    void aVeryLargeBatchIsToldBeforeTheTurnEnds() {
        reader.run("CLIENT TRACKING ON BCAST");
        for (int i = 0; i < 10_000; i++) {
            writer.run("SET k" + i + " 1");
        }
        assertTrue(told().startsWith(">2\r\n$10\r\ninvalidate\r\n*10000\r\n$2\r\nk0\r\n$2\r\nk1\r\n$3\r\nk10\r\n"));
        server.endTurn();
        assertEquals("", told());
    }

    @Test
    void whereThereAreTooManyKeysSomeAreGivenUpAndTold() {
        server.tracking().mostKeys(2);
        reader.run("CLIENT TRACKING ON");
        reader.run("MGET a b");
        String told = reader.run("GET c");
        assertEquals(2, server.tracking().keys());
        assertTrue(told.startsWith("_\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\n"), told);
    }

    @Test
    void aLowerLimitIsKeptByTheEndOfATurn() {
        reader.run("CLIENT TRACKING ON");
        reader.run("MGET a b c d");
        server.tracking().mostKeys(1);
        server.endTurn();
        assertEquals(1, server.tracking().keys());
        assertEquals(3 * invalidated("x").length(), told().length());
    }

    @Test
    void whatAClientHasReadThatIsGoneIsForgotten() {
        TestClient other = server.client();
        reader.run("CLIENT TRACKING ON");
        other.run("CLIENT TRACKING ON");
        reader.run("MGET a b");
        other.run("MGET b c");
        other.disconnect();
        assertEquals(1, server.tracking().clients());
        server.endTurn();
        assertEquals(2, server.tracking().keys());
        assertEquals(2, server.tracking().items());
    }

    @Test
    void nothingIsLeftOfTheLastClient() {
        reader.run("CLIENT TRACKING ON");
        reader.run("MGET a b");
        assertEquals("+RESET\r\n", reader.run("RESET"));
        server.endTurn();
        assertEquals(0, server.tracking().clients());
        assertEquals(0, server.tracking().keys());
        assertEquals(0, server.tracking().items());
        assertEquals(0, server.tracking().memoryBytes());
        reader.run("HELLO 3");
        writer.run("SET a 1");
        assertEquals("", told());
    }

    @Test
    void nothingIsLeftOfABroadcastClientThatGoesWithSomethingToTell() {
        reader.run("CLIENT TRACKING ON BCAST PREFIX a");
        long before = reader.session().memoryBytes();
        writer.run("SET a 1");
        reader.run("CLIENT TRACKING OFF");
        server.endTurn();
        assertEquals(0, server.tracking().prefixes());
        assertEquals(0, server.tracking().clients());
        assertEquals("", told());
        assertTrue(reader.session().memoryBytes() < before);
    }
}
