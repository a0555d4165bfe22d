package io.vireo.pubsub;

import static io.vireo.pubsub.PushRig.array;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.testkit.TestClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who listens to what, who gets a message, and what is left of a client that goes. */
class ChannelsTest {
    private final PushRig rig = new PushRig();
    private final Channels channels = rig.channels;
    private final TestClient listener = rig.client(2);

    @AfterEach
    void end() {
        rig.close();
    }

    private static Bytes word(String text) {
        return Bytes.copyOf(text);
    }

    @Test
    void aMessageComesOnceForEachNameThatIsListenedTo() {
        channels.subscribe(listener.session(), ChannelKind.CHANNEL, word("news"));
        channels.subscribe(listener.session(), ChannelKind.CHANNEL, word("news"));
        channels.subscribe(listener.session(), ChannelKind.PATTERN, word("n*"));
        channels.subscribe(listener.session(), ChannelKind.SHARD, word("news"));
        assertEquals(2, channels.publish(word("news"), word("hello")));
        assertEquals(
                array('*', "message", "news", "hello") + array('*', "pmessage", "n*", "news", "hello"),
                listener.take());
        assertEquals(1, channels.publishToShard(word("news"), word("hello")));
        assertEquals(array('*', "smessage", "news", "hello"), listener.take());
        assertEquals(0, channels.publish(word("other"), word("hello")));
        assertEquals("", listener.take());
    }

    @Test
    void aNameIsKeptThoughTheBytesItCameInAreUsedAgain() {
        Bytes view = new Bytes();
        Bytes memory = word("one two");
        channels.subscribe(listener.session(), ChannelKind.CHANNEL, view.set(memory.address(), 3));
        view.set(memory.address() + 4, 3);
        assertEquals(List.of(word("one")), channels.of(listener.session(), ChannelKind.CHANNEL));
        assertEquals(1, channels.publish(word("one"), word("x")));
    }

    @Test
    void nothingIsLeftOfAClientThatGoes() {
        TestClient other = rig.client(3);
        long before = listener.session().memoryBytes();
        for (ChannelKind kind : ChannelKind.values()) {
            channels.subscribe(listener.session(), kind, word("a"));
            channels.subscribe(listener.session(), kind, word("b"));
            channels.subscribe(other.session(), kind, word("b"));
        }
        assertTrue(listener.session().isListening());
        assertTrue(listener.session().memoryBytes() > before);
        channels.forget(listener.session());
        assertFalse(listener.session().isListening());
        assertEquals(before, listener.session().memoryBytes());
        for (ChannelKind kind : ChannelKind.values()) {
            assertEquals(List.of(word("b")), List.copyOf(channels.names(kind)));
            assertEquals(1, channels.listeners(kind, word("b")));
        }
        channels.forget(listener.session());
        channels.forget(other.session());
        assertTrue(channels.isEmpty());
        assertEquals(0, channels.channels() + channels.patterns() + channels.shardChannels());
    }

    @Test
    void theFirstListenerAndTheEndOfTheLastAreTold() {
        StringBuilder told = new StringBuilder();
        channels.onChange(() -> told.append(channels.isEmpty() ? "none " : "some "));
        channels.subscribe(listener.session(), ChannelKind.CHANNEL, word("a"));
        channels.subscribe(listener.session(), ChannelKind.PATTERN, word("a"));
        channels.unsubscribe(listener.session(), ChannelKind.CHANNEL, word("a"));
        channels.unsubscribe(listener.session(), ChannelKind.CHANNEL, word("unknown"));
        channels.unsubscribe(listener.session(), ChannelKind.PATTERN, word("a"));
        assertEquals("some none ", told.toString());
    }
}
