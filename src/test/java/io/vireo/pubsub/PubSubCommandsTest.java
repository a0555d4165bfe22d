package io.vireo.pubsub;

import static io.vireo.pubsub.PushRig.array;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.testkit.TestClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SUBSCRIBE, PUBLISH, PUBSUB and what a client may say while it listens. */
class PubSubCommandsTest {
    private final PushRig rig = new PushRig();

    @AfterEach
    void end() {
        rig.close();
    }

    @Test
    void eachSubscriptionIsAnsweredWithHowManyThereAreByThen() {
        TestClient client = rig.client(2);
        assertEquals(
                array('*', "subscribe", "a", ":1")
                        + array('*', "subscribe", "b", ":2")
                        + array('*', "subscribe", "a", ":2"),
                client.run("SUBSCRIBE a b a"));
        assertEquals(array('*', "psubscribe", "p*", ":3"), client.run("PSUBSCRIBE p*"));
        assertEquals(array('*', "ssubscribe", "s", ":1"), client.run("SSUBSCRIBE s"));
        assertEquals(
                array('*', "unsubscribe", "a", ":2") + array('*', "unsubscribe", "b", ":1"), client.run("UNSUBSCRIBE"));
        assertEquals("*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:1\r\n", client.run("UNSUBSCRIBE"));
        assertEquals(array('*', "punsubscribe", "none", ":1"), client.run("PUNSUBSCRIBE none"));
    }

    @Test
    void inResp3TheyArePushes() {
        TestClient client = rig.client(3);
        assertEquals(array('>', "subscribe", "a", ":1"), client.run("SUBSCRIBE a"));
        rig.server.run("PUBLISH a hello");
        assertEquals(array('>', "message", "a", "hello"), client.take());
    }

    @Test
    void aClientThatWantsNoRepliesIsToldOfItsSubscriptions() {
        TestClient client = rig.client(3);
        client.run("CLIENT REPLY OFF");
        assertEquals(array('>', "subscribe", "a", ":1"), client.run("SUBSCRIBE a"));
        assertEquals(array('>', "message", "a", "x"), client.run("PUBLISH a x"));
    }

    @Test
    void whatAClientPublishesToItselfComesBehindItsReply() {
        TestClient client = rig.client(3);
        client.run("SUBSCRIBE a");
        assertEquals(":1\r\n" + array('>', "message", "a", "x"), client.run("PUBLISH a x"));
        client.run("MULTI");
        client.run("PUBLISH a y");
        client.run("PING");
        assertEquals("*2\r\n:1\r\n+PONG\r\n" + array('>', "message", "a", "y"), client.run("EXEC"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET k", "MULTI", "CLIENT ID", "PUBLISH a x"})
    void inResp2AListenerMaySayLittleElse(String line) {
        TestClient client = rig.client(2);
        client.run("SSUBSCRIBE a");
        String name =
                line.startsWith("CLIENT") ? "client|id" : line.split(" ", -1)[0].toLowerCase(java.util.Locale.ROOT);
        assertEquals(
                "-ERR Can't execute '" + name + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                        + " allowed in this context\r\n",
                client.run(line));
        assertEquals(array('*', "pong", ""), client.run("PING"));
        client.run("SUNSUBSCRIBE a");
        assertEquals("+PONG\r\n", client.run("PING"));
    }

    @Test
    void inResp3AListenerMaySayAll() {
        TestClient client = rig.client(3);
        client.run("SUBSCRIBE a");
        assertEquals("_\r\n", client.run("GET k"));
    }

    @Test
    void publishGoesToReplicasAsItIs() {
        assertEquals(":0\r\n", rig.server.run("PUBLISH a hello"));
        assertEquals(":0\r\n", rig.server.run("SPUBLISH a hello"));
        assertEquals(List.of("PUBLISH a hello", "SPUBLISH a hello"), rig.server.propagated());
    }

    @Test
    void pubsubTellsWhoListensToWhat() {
        TestClient client = rig.client(3);
        client.run("SUBSCRIBE one two");
        client.run("PSUBSCRIBE o* t*");
        client.run("SSUBSCRIBE three");
        assertEquals(array('*', "one", "two"), rig.server.run("PUBSUB CHANNELS"));
        assertEquals(array('*', "two"), rig.server.run("PUBSUB CHANNELS t*"));
        assertEquals(array('*', "three"), rig.server.run("PUBSUB SHARDCHANNELS"));
        assertEquals(array('*', "one", ":1", "three", ":0"), rig.server.run("PUBSUB NUMSUB one three"));
        assertEquals(array('*', "three", ":1"), rig.server.run("PUBSUB SHARDNUMSUB three"));
        assertEquals(":2\r\n", rig.server.run("PUBSUB NUMPAT"));
        assertEquals(
                "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.\r\n",
                rig.server.run("PUBSUB CHANNELS a b"));
    }
}
