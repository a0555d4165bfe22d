package io.vireo.tracking;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.command.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Clients that are told of all changes of keys that begin with some words, whether they have read them or not. What
 * changes is gathered until the turn ends, so that each key is told once.
 */
@RunsOn(Loop.KEYSPACE)
final class Broadcasts {
    /** Keys that are gathered at the most: they lie on the heap. */
    private static final int MOST_GATHERED = 10_000;

    /** About what a prefix of a client takes besides its name. */
    private static final int PREFIX_BYTES = 200;

    /** One prefix: who is told of it, and what has changed, with the client that changed it last or null. */
    private static final class Prefix {
        private final Set<Session> clients = new LinkedHashSet<>();
        private Map<byte[], Session> changed = none();

        private static Map<byte[], Session> none() {
            return new TreeMap<>(Arrays::compareUnsigned);
        }
    }

    private final Invalidations invalidations;
    private final Map<Bytes, Prefix> prefixes = new TreeMap<>();
    private final Map<Session, Set<Bytes>> bySession = new HashMap<>();
    private int gathered;

    Broadcasts(Invalidations invalidations) {
        this.invalidations = invalidations;
    }

    /** How many prefixes there are. */
    int size() {
        return prefixes.size();
    }

    boolean isEmpty() {
        return prefixes.isEmpty();
    }

    /** The prefixes of a client, in the order of their bytes. */
    Collection<Bytes> of(Session session) {
        return bySession.getOrDefault(session, Set.of());
    }

    /** Has a client told of what begins so. */
    void add(Session session, Bytes prefix) {
        Set<Bytes> own = bySession.computeIfAbsent(session, any -> new TreeSet<>());
        if (own.contains(prefix)) {
            return;
        }
        Bytes kept = prefix.copy();
        own.add(kept);
        prefixes.computeIfAbsent(kept, any -> new Prefix()).clients.add(session);
        session.keeps(PREFIX_BYTES + kept.length());
    }

    /** A client is told of nothing more. */
    void forget(Session session) {
        Set<Bytes> own = bySession.remove(session);
        if (own == null) {
            return;
        }
        for (Bytes name : own) {
            session.keeps(-PREFIX_BYTES - name.length());
            Prefix prefix = prefixes.get(name);
            prefix.clients.remove(session);
            if (prefix.clients.isEmpty()) {
                gathered -= prefix.changed.size();
                prefixes.remove(name);
            }
        }
    }

    /** Whether anything is to be told. */
    boolean isPending() {
        return gathered > 0;
    }

    /** A key has changed, by this client or, with null, by itself. */
    void changed(Bytes key, Session by) {
        byte[] copy = null;
        for (Map.Entry<Bytes, Prefix> entry : prefixes.entrySet()) {
            if (!begins(key, entry.getKey())) {
                continue;
            }
            if (copy == null) {
                copy = key.toArray();
            }
            Map<byte[], Session> changed = entry.getValue().changed;
            int before = changed.size();
            changed.put(copy, by);
            gathered += changed.size() - before;
        }
        if (gathered >= MOST_GATHERED) {
            send();
        }
    }

    static boolean begins(Bytes key, Bytes with) {
        return key.length() >= with.length() && RawMemory.equal(key.address(), with.address(), with.length());
    }

    /** Tells what was gathered. */
    void send() {
        gathered = 0;
        for (Prefix prefix : List.copyOf(prefixes.values())) {
            if (!prefix.changed.isEmpty()) {
                Map<byte[], Session> changed = prefix.changed;
                prefix.changed = Prefix.none();
                send(List.copyOf(prefix.clients), changed);
            }
        }
    }

    private void send(List<Session> clients, Map<byte[], Session> changed) {
        List<byte[]> all = List.copyOf(changed.keySet());
        for (Session session : clients) {
            List<byte[]> keys = session.tracking().isNoLoop() ? byOthers(session, changed) : all;
            if (!keys.isEmpty()) {
                invalidations.keys(session, keys);
            }
        }
    }

    private static List<byte[]> byOthers(Session session, Map<byte[], Session> changed) {
        List<byte[]> keys = new ArrayList<>();
        changed.forEach((key, by) -> {
            if (by != session) {
                keys.add(key);
            }
        });
        return keys;
    }
}
