package io.vireo.pubsub;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.CommandFamily;
import io.vireo.command.Dispatcher;
import io.vireo.command.Gates;
import io.vireo.command.Session;
import io.vireo.config.ChannelOptions;
import io.vireo.config.Config;
import io.vireo.config.KeyspaceEvents;
import io.vireo.keyspace.Keyspace;
import java.util.List;

/** All that one node pushes to its clients, with what it needs of the node. */
@RunsOn(Loop.KEYSPACE)
public final class PubSub {
    private final Keyspace keyspace;
    private final Channels channels = new Channels();
    private final KeyEvents keyEvents = new KeyEvents(channels);
    private final Monitors monitors = new Monitors();
    private Dispatcher dispatcher;

    public PubSub(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    public List<CommandFamily> families() {
        return List.of(new PubSubCommands(channels).rows(), monitors.rows());
    }

    public void addGate(Gates gates) {
        SubscribedGate.add(gates, channels);
        monitors.addGate(gates);
    }

    /** Begins to look at commands and keys, as the configuration has it, and goes on following that. */
    public void start(Config config, Dispatcher newDispatcher) {
        dispatcher = newDispatcher;
        monitors.dispatcher(newDispatcher);
        publishKeyEvents(config.get(ChannelOptions.NOTIFY_KEYSPACE_EVENTS));
        config.onChange(ChannelOptions.NOTIFY_KEYSPACE_EVENTS, this::publishKeyEvents);
    }

    private void publishKeyEvents(KeyspaceEvents wanted) {
        keyEvents.publish(wanted);
        dispatcher.onKeyEvent(keyEvents.isOn() ? keyEvents : null);
        keyspace.arrivals(wanted.has(KeyspaceEvents.NEW_KEY) ? (db, key) -> keyEvents.event(db, key, "new") : null);
        keyspace.misses(wanted.has(KeyspaceEvents.KEY_MISS) ? (db, key) -> keyEvents.event(db, key, "keymiss") : null);
    }

    public Channels channels() {
        return channels;
    }

    /** A key's time is over. */
    public void expired(int db, Bytes key) {
        keyEvents.event(db, key, "expired");
    }

    /** A key has to make room. */
    public void evicted(int db, Bytes key) {
        keyEvents.event(db, key, "evicted");
    }

    /** A client is gone, or is to be as a fresh one. */
    public void forget(Session session) {
        channels.forget(session);
        monitors.forget(session);
    }
}
