package io.vireo.pubsub;

import io.vireo.base.Bytes;
import io.vireo.base.Glob;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.command.Session;
import io.vireo.resp.RespWriter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who listens to what. A message is written into the outputs of all listeners at once, for each in its own protocol; a
 * client that runs a command meanwhile gets it behind the reply.
 */
@RunsOn(Loop.KEYSPACE)
public final class Channels {
    /** About what one subscription takes besides its name. */
    private static final int SUBSCRIPTION_BYTES = 200;

    /** What one client listens to. */
    private static final class Subscriptions {
        private final Map<ChannelKind, Set<Bytes>> names = new EnumMap<>(ChannelKind.class);

        Subscriptions() {
            for (ChannelKind kind : ChannelKind.values()) {
                names.put(kind, new LinkedHashSet<>());
            }
        }

        Set<Bytes> of(ChannelKind kind) {
            return names.get(kind);
        }

        boolean isEmpty() {
            return names.values().stream().allMatch(Set::isEmpty);
        }
    }

    private final Map<ChannelKind, Map<Bytes, Set<Session>>> listeners = new EnumMap<>(ChannelKind.class);
    private final Map<Session, Subscriptions> bySession = new HashMap<>();
    private final RespWriter writer = new RespWriter();
    private Runnable onChange = () -> {};

    public Channels() {
        for (ChannelKind kind : ChannelKind.values()) {
            listeners.put(kind, new LinkedHashMap<>());
        }
    }

    /** Sets who is told when the first client begins to listen, or the last one ends. */
    void onChange(Runnable listener) {
        onChange = listener;
    }

    /** Whether nobody listens to anything. */
    public boolean isEmpty() {
        return bySession.isEmpty();
    }

    /** How many names of a kind are listened to. */
    int count(ChannelKind kind) {
        return listeners.get(kind).size();
    }

    public int channels() {
        return count(ChannelKind.CHANNEL);
    }

    public int patterns() {
        return count(ChannelKind.PATTERN);
    }

    public int shardChannels() {
        return count(ChannelKind.SHARD);
    }

    Set<Bytes> names(ChannelKind kind) {
        return listeners.get(kind).keySet();
    }

    /** How many clients listen to a name. */
    int listeners(ChannelKind kind, Bytes name) {
        return listeners.get(kind).getOrDefault(name, Set.of()).size();
    }

    // Coming and going.

    /** Has a client listen to a name, if it does not yet. */
    void subscribe(Session session, ChannelKind kind, Bytes name) {
        Subscriptions own = bySession.get(session);
        if (own == null) {
            own = new Subscriptions();
            bySession.put(session, own);
            if (bySession.size() == 1) {
                onChange.run();
            }
        }
        if (own.of(kind).contains(name)) {
            return;
        }
        Bytes kept = name.copy();
        own.of(kind).add(kept);
        listeners.get(kind).computeIfAbsent(kept, any -> new LinkedHashSet<>()).add(session);
        session.keeps(SUBSCRIPTION_BYTES + kept.length());
        tell(session, own);
    }

    /** Has a client listen to a name no more. */
    void unsubscribe(Session session, ChannelKind kind, Bytes name) {
        Subscriptions own = bySession.get(session);
        if (own == null || !own.of(kind).remove(name)) {
            return;
        }
        forget(session, kind, name);
        tell(session, own);
        if (own.isEmpty()) {
            bySession.remove(session);
            if (bySession.isEmpty()) {
                onChange.run();
            }
        }
    }

    private void forget(Session session, ChannelKind kind, Bytes name) {
        Set<Session> rest = listeners.get(kind).get(name);
        rest.remove(session);
        if (rest.isEmpty()) {
            listeners.get(kind).remove(name);
        }
        session.keeps(-SUBSCRIPTION_BYTES - name.length());
    }

    private static void tell(Session session, Subscriptions own) {
        session.listensTo(
                own.of(ChannelKind.CHANNEL).size(),
                own.of(ChannelKind.PATTERN).size(),
                own.of(ChannelKind.SHARD).size());
    }

    /** A client is gone, or listens to nothing any more. */
    public void forget(Session session) {
        Subscriptions own = bySession.remove(session);
        if (own == null) {
            return;
        }
        for (ChannelKind kind : ChannelKind.values()) {
            own.of(kind).forEach(name -> forget(session, kind, name));
        }
        session.listensTo(0, 0, 0);
        if (bySession.isEmpty()) {
            onChange.run();
        }
    }

    /** What a client listens to, in the order it began. */
    List<Bytes> of(Session session, ChannelKind kind) {
        Subscriptions own = bySession.get(session);
        return own == null ? List.of() : List.copyOf(own.of(kind));
    }

    /** The count that replies tell: channels and patterns together, or those of shards. */
    int countFor(Session session, ChannelKind kind) {
        Subscriptions own = bySession.get(session);
        if (own == null) {
            return 0;
        }
        return kind == ChannelKind.SHARD
                ? own.of(kind).size()
                : own.of(ChannelKind.CHANNEL).size()
                        + own.of(ChannelKind.PATTERN).size();
    }

    // Messages.

    /** Sends a message to all who listen to a channel, or to a pattern that it matches. Returns to how many. */
    public int publish(Bytes channel, Bytes message) {
        if (bySession.isEmpty()) {
            return 0;
        }
        int receivers = send(ChannelKind.CHANNEL, channel, message);
        for (Map.Entry<Bytes, Set<Session>> entry :
                listeners.get(ChannelKind.PATTERN).entrySet()) {
            if (Glob.matches(entry.getKey(), channel, false)) {
                for (Session session : entry.getValue()) {
                    begin(session, 4).bulk(ChannelKind.PATTERN.message());
                    writer.bulk(entry.getKey());
                    writer.bulk(channel);
                    writer.bulk(message);
                    session.connection().outputChanged();
                    receivers++;
                }
            }
        }
        return receivers;
    }

    /** Sends a message to all who listen to a channel of a shard. Returns to how many. */
    int publishToShard(Bytes channel, Bytes message) {
        return send(ChannelKind.SHARD, channel, message);
    }

    private int send(ChannelKind kind, Bytes channel, Bytes message) {
        Set<Session> all = listeners.get(kind).get(channel);
        if (all == null) {
            return 0;
        }
        for (Session session : all) {
            begin(session, 3).bulk(kind.message());
            writer.bulk(channel);
            writer.bulk(message);
            session.connection().outputChanged();
        }
        return all.size();
    }

    private RespWriter begin(Session session, int elements) {
        writer.to(session.pushOutput(), session.protocol());
        writer.push(elements);
        return writer;
    }
}
