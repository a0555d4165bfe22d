package io.vireo.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CLIENT TRACKING, CACHING, TRACKINGINFO and GETREDIR: what is refused, and what is told of a client. */
class TrackingCommandsTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void end() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maybe | ERR syntax error",
                "ON nonsense | ERR syntax error",
                "ON REDIRECT | ERR syntax error",
                "ON REDIRECT 999 | ERR The client ID you want redirect to does not exist",
                "ON REDIRECT x | ERR value is not an integer or out of range",
                "ON REDIRECT 1 REDIRECT 1 | ERR A client can only redirect to a single other client",
                "ON PREFIX a | ERR PREFIX option requires BCAST mode to be enabled",
                "ON BCAST OPTIN | ERR OPTIN and OPTOUT are not compatible with BCAST",
                "ON OPTIN OPTOUT | ERR You can't specify both OPTIN mode and OPTOUT mode",
                "ON BCAST PREFIX a PREFIX ab | ERR Prefix 'a' overlaps with another provided prefix 'ab'. Prefixes for"
                        + " a single client must not overlap.",
            })
    void aWishThatCannotBeIsRefusedAndChangesNothing(String words, String error) {
        assertEquals("-" + error + "\r\n", server.run("CLIENT TRACKING " + words));
        assertEquals(":-1\r\n", server.run("CLIENT GETREDIR"));
        assertEquals(0, server.tracking().clients());
    }

    @Test
    void aModeIsLeftBeforeItsOppositeIsEntered() {
        server.run("CLIENT TRACKING ON BCAST PREFIX foo");
        assertEquals(
                "-ERR Prefix 'foobar' overlaps with an existing prefix 'foo'. Prefixes for a single client must not"
                        + " overlap.\r\n",
                server.run("CLIENT TRACKING ON BCAST PREFIX foobar"));
        String switches = server.run("CLIENT TRACKING ON");
        assertTrue(switches.startsWith("-ERR You can't switch BCAST mode on/off before"), switches);
        server.run("CLIENT TRACKING OFF");
        server.run("CLIENT TRACKING ON OPTIN");
        switches = server.run("CLIENT TRACKING ON OPTOUT");
        assertTrue(switches.startsWith("-ERR You can't switch OPTIN/OPTOUT mode before"), switches);
    }

    @Test
    void cachingIsSaidOnlyWhereItMeansSomething() {
        String none = server.run("CLIENT CACHING YES");
        assertTrue(none.startsWith("-ERR CLIENT CACHING can be called only when"), none);
        server.run("CLIENT TRACKING ON OPTIN");
        assertEquals("+OK\r\n", server.run("CLIENT CACHING YES"));
        assertEquals("-ERR syntax error\r\n", server.run("CLIENT CACHING maybe"));
        assertEquals(
                "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.\r\n",
                server.run("CLIENT CACHING NO"));
    }

    @Test
    void aClientLineShowsHowItTracks() {
        long id = server.client().session().id();
        server.run("CLIENT TRACKING ON BCAST REDIRECT " + id);
        String line = server.run("CLIENT INFO");
        assertTrue(line.contains(" flags=tB ") && line.contains(" redir=" + id + " "), line);
        server.run("CLIENT TRACKING OFF");
        line = server.run("CLIENT INFO");
        assertTrue(line.contains(" flags=N ") && line.contains(" redir=-1 "), line);
    }

    @Test
    void aRedirectionThatIsGoneIsToldAndShown() {
        TestClient target = server.client();
        TestClient reader = server.client();
        reader.run("HELLO 3");
        reader.run("CLIENT TRACKING ON REDIRECT " + target.session().id());
        reader.run("GET a");
        target.disconnect();
        server.run("SET a 1");
        assertEquals(
                ">2\r\n$21\r\ntracking-redir-broken\r\n:" + target.session().id() + "\r\n", reader.take());
        String info = reader.run("CLIENT TRACKINGINFO");
        assertTrue(info.startsWith("%3\r\n$5\r\nflags\r\n~2\r\n$2\r\non\r\n$15\r\nbroken_redirect\r\n"), info);
        assertTrue(reader.run("CLIENT INFO").contains(" flags=tR "));
    }

    @Test
    void aClientOfTheOldProtocolIsToldThroughAnotherThatListens() {
        TestClient target = server.client();
        server.run("CLIENT TRACKING ON REDIRECT " + target.session().id());
        server.run("GET a");
        server.client().run("SET a 1");
        assertEquals("", target.take(), "it listens to no channel yet");
        target.session().listensTo(1, 0, 0);
        server.run("GET a");
        server.client().run("SET a 1");
        assertEquals("*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n*1\r\n$1\r\na\r\n", target.take());
    }

    @Test
    void trackingInfoNamesThePrefixesInOrder() {
        server.run("CLIENT TRACKING ON BCAST NOLOOP PREFIX b PREFIX a");
        assertEquals(
                "*6\r\n$5\r\nflags\r\n*3\r\n$2\r\non\r\n$5\r\nbcast\r\n$6\r\nnoloop\r\n$8\r\nredirect\r\n:0\r\n"
                        + "$8\r\nprefixes\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n",
                server.run("CLIENT TRACKINGINFO"));
    }
}
