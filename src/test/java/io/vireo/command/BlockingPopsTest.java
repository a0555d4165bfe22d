package io.vireo.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of lists and sorted sets that wait for an element. How clients wait at all is in {@link BlockingTest}. */
class BlockingPopsTest {
    private static final String NULL_ARRAY = "*-1\r\n";
    private static final String NULL = "$-1\r\n";
    private static final String WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

    private final TestServer server = new TestServer();
    private final TestClient a = server.client();
    private final TestClient b = server.client();
    private final TestClient c = server.client();

    @AfterEach
    void stop() {
        server.close();
    }

    private static String array(String... words) {
        StringBuilder reply = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            reply.append(bulk(word));
        }
        return reply.toString();
    }

    private static String bulk(String word) {
        return "$" + word.length() + "\r\n" + word + "\r\n";
    }

    /** What a waiting client gets of what another adds, and what replicas receive after that. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BLPOP q 0|RPUSH q x y|q x|LPOP q",
                "BRPOP q 0|RPUSH q x y|q y|RPOP q",
                "BLPOP none q 0|RPUSH q x y|q x|LPOP q",
                "BZPOPMIN z 0|ZADD z 2 b 1 a|z a 1|ZPOPMIN z",
                "BZPOPMAX none z 0|ZADD z 2 b 1 a|z b 2|ZPOPMAX z",
            })
    void whoWaitsGetsTheEndThatWasAskedFor(String wait, String add, String got, String effect) {
        assertEquals("", a.run(wait));
        server.run(add);
        assertEquals(array(got.split(" ")), a.take());
        assertEquals(List.of(add, effect), server.propagated());
        assertEquals(":1\r\n", server.run("EXISTS q z"));
    }

    @Test
    void manyElementsAtOnceAreServedAtOnce() {
        assertEquals("", a.run("BLMPOP 0 2 none q LEFT COUNT 2"));
        assertEquals("", b.run("BZMPOP 0 2 none z MAX COUNT 5"));
        server.run("RPUSH q x y z");
        assertEquals("*2\r\n" + bulk("q") + array("x", "y"), a.take());
        server.run("ZADD z 1 m 2 n");
        assertEquals("*2\r\n" + bulk("z") + "*2\r\n" + array("n", "2") + array("m", "1"), b.take());
        assertEquals(":0\r\n", server.run("EXISTS z"));
    }

    @ParameterizedTest
    @CsvSource({
        "BLMOVE q to LEFT RIGHT 0, x, LMOVE q to left right",
        "BLMOVE q to RIGHT LEFT 0, y, LMOVE q to right left",
        "BRPOPLPUSH q to 0, y, RPOPLPUSH q to"
    })
    void whatIsMovedIsThereAndTold(String wait, String moved, String effect) {
        assertEquals("", a.run(wait));
        server.run("RPUSH q x y");
        assertEquals(bulk(moved), a.take());
        assertEquals(array(moved), server.run("LRANGE to 0 -1"));
        assertEquals(List.of("RPUSH q x y", effect), server.propagated());
    }

    @Test
    void aMoveServesWhoWaitsAtItsEnd() {
        assertEquals("", a.run("BLPOP last 0"));
        assertEquals("", b.run("BLMOVE first last LEFT RIGHT 0"));
        server.run("RPUSH first x");
        assertEquals(bulk("x"), b.take());
        assertEquals(array("last", "x"), a.take());
        assertEquals(":0\r\n", server.run("EXISTS first last"));
    }

    @Test
    void aMoveToWhatIsNoListIsRefusedAndTheElementStays() {
        server.run("SET to text");
        assertEquals("", a.run("BLMOVE q to LEFT RIGHT 0"));
        assertEquals("", b.run("BRPOPLPUSH q to 0"));
        server.run("RPUSH q x");
        assertEquals(WRONG_TYPE, a.take());
        assertEquals(WRONG_TYPE, b.take());
        assertEquals(array("x"), server.run("LRANGE q 0 -1"));
    }

    @ParameterizedTest
    @CsvSource({"BLPOP q 0,RPUSH q x,RPUSH q y", "BZPOPMIN q 0,ZADD q 1 x,ZADD q 1 y"})
    void whoCameFirstIsServedFirst(String wait, String first, String second) {
        a.run(wait);
        b.run(wait);
        c.run(wait);
        server.run(first);
        assertTrue(a.take().contains("x"));
        assertEquals("", b.take());
        server.run(second);
        assertTrue(b.take().contains("y"));
        assertEquals("", c.take());
    }

    @Test
    void aListDoesNotServeWhoWaitsForASortedSet() {
        a.run("BZPOPMIN k 0");
        b.run("BLPOP k 0");
        server.run("RPUSH k x");
        assertEquals("", a.take());
        assertEquals(array("k", "x"), b.take());
        server.run("ZADD k 1 m");
        assertEquals(array("k", "m", "1"), a.take());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"BLPOP k 0", "BRPOP none k 0", "BLMOVE k to LEFT LEFT 0", "BZPOPMAX k 0", "BZMPOP 0 1 k MIN"})
    void aKeyOfAnotherTypeIsRefusedAtOnce(String line) {
        server.run("SET k text");
        assertEquals(WRONG_TYPE, a.run(line));
        assertEquals(0, server.dispatcher().blocking().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"BLPOP q 1", "BRPOP q 1", "BLMPOP 1 1 q LEFT", "BZPOPMIN q 1", "BZMPOP 1 1 q MIN"})
    void theTimeOverWithNothingIsANullArray(String line) {
        assertEquals("", a.run(line));
        server.advanceMs(999);
        server.answerLate();
        assertEquals("", a.take());
        server.advanceMs(1);
        server.answerLate();
        assertEquals(NULL_ARRAY, a.take());
        server.run("RPUSH q x");
        assertEquals(":1\r\n", server.run("LLEN q"));
    }

    @ParameterizedTest
    @CsvSource({
        "BLPOP q 0,NULL_ARRAY",
        "BLMPOP 0 1 q LEFT,NULL_ARRAY",
        "BLMOVE q to LEFT LEFT 0,NULL",
        "BRPOPLPUSH q to 0,NULL",
        "BZPOPMAX q 0,NULL_ARRAY",
        "BZMPOP 0 1 q MAX,NULL_ARRAY"
    })
    void inATransactionNobodyWaits(String line, String reply) {
        a.run("MULTI");
        a.run(line);
        assertEquals("*1\r\n" + (reply.equals("NULL") ? NULL : NULL_ARRAY), a.run("EXEC"));
        assertEquals(0, server.dispatcher().blocking().size());
        assertEquals(List.of(), server.propagated());
    }

    @Test
    void aTransactionServesWhenItIsOver() {
        a.run("BLPOP q 0");
        b.run("BZPOPMIN z 0");
        for (String line : List.of("MULTI", "RPUSH q x", "LPUSH q y", "ZADD z 5 m", "ZADD z 4 n", "EXEC")) {
            server.run(line);
        }
        assertEquals(array("q", "y"), a.take());
        assertEquals(array("z", "n", "4"), b.take());
    }

    @ParameterizedTest
    @ValueSource(strings = {"BLPOP q 0", "BLMOVE q to LEFT LEFT 0", "BZPOPMIN q 0"})
    void whoWaitsIsSentAwayWhenTheNodeIsNoPrimaryAnyMore(String line) {
        a.run(line);
        server.dispatcher().blocking().dismissAll();
        assertEquals(
                "-UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)\r\n",
                a.take());
        assertTrue(a.isClosed());
    }

    @Test
    void whatSortAndUnionStoreServesToo() {
        server.run("RPUSH src 3 1 2");
        a.run("BLPOP sorted 0");
        server.run("SORT src STORE sorted");
        assertEquals(array("sorted", "1"), a.take());
        server.run("ZADD zsrc 1 m");
        b.run("BZPOPMIN union 0");
        server.run("ZUNIONSTORE union 1 zsrc");
        assertEquals(array("union", "m", "1"), b.take());
        c.run("BZPOPMAX near 0");
        server.run("GEOADD geo 13.361389 38.115556 Palermo");
        server.run("GEOSEARCHSTORE near geo FROMLONLAT 13 38 BYRADIUS 100 km STOREDIST");
        assertTrue(c.take().contains("Palermo"));
    }
}
