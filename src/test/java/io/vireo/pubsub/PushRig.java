package io.vireo.pubsub;

import io.vireo.command.Gates;
import io.vireo.config.KeyspaceEvents;
import io.vireo.testkit.TestClient;
import io.vireo.testkit.TestServer;
import java.util.List;

/** A server with no sockets that has channels, events of keys and MONITOR. */
final class PushRig implements AutoCloseable {
    final Channels channels = new Channels();
    final KeyEvents keyEvents = new KeyEvents(channels);
    final Monitors monitors = new Monitors();
    final TestServer server;

    PushRig() {
        Gates gates = new Gates();
        SubscribedGate.add(gates, channels);
        monitors.addGate(gates);
        server = new TestServer(log -> List.of(new PubSubCommands(channels).rows(), monitors.rows()), gates);
        monitors.dispatcher(server.dispatcher());
    }

    /** Publishes events of keys: KEYSPACE, KEYEVENT and classes of {@link KeyspaceEvents}. */
    void publish(int flags) {
        keyEvents.publish(new KeyspaceEvents(flags));
        server.dispatcher().onKeyEvent(keyEvents.isOn() ? keyEvents : null);
    }

    TestClient client(int protocol) {
        TestClient client = server.client();
        if (protocol == 3) {
            client.run("HELLO 3");
        }
        return client;
    }

    /** An array, or a push where the kind is {@code >}, of bulk strings; what begins with a colon is a number. */
    static String array(char kind, String... items) {
        StringBuilder array =
                new StringBuilder().append(kind).append(items.length).append("\r\n");
        for (String item : items) {
            if (!item.startsWith(":")) {
                array.append('$').append(item.length()).append("\r\n");
            }
            array.append(item).append("\r\n");
        }
        return array.toString();
    }

    @Override
    public void close() {
        server.close();
    }
}
