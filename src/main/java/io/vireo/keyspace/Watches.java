package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** Which keys clients watch. Costs one look while nobody watches. */
@RunsOn(Loop.KEYSPACE)
final class Watches {
    private record WatchedKey(int db, Bytes key) {}

    /** @param wasExpired whether the key's time was over when it was watched: its deletion is then no change */
    private record Watch(Watcher watcher, boolean wasExpired) {}

    private final Map<WatchedKey, List<Watch>> byKey = new HashMap<>();
    private final Map<Watcher, List<WatchedKey>> byWatcher = new HashMap<>();

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    void add(Watcher watcher, int db, Bytes key, boolean isExpired) {
        WatchedKey watched = new WatchedKey(db, key.copy());
        List<WatchedKey> keys = byWatcher.computeIfAbsent(watcher, any -> new ArrayList<>());
        if (!keys.contains(watched)) {
            keys.add(watched);
            byKey.computeIfAbsent(watched, any -> new ArrayList<>()).add(new Watch(watcher, isExpired));
        }
    }

    void removeAll(Watcher watcher) {
        List<WatchedKey> keys = byWatcher.remove(watcher);
        if (keys == null) {
            return;
        }
        for (WatchedKey key : keys) {
            List<Watch> watches = byKey.get(key);
            watches.removeIf(watch -> watch.watcher == watcher);
            if (watches.isEmpty()) {
                byKey.remove(key);
            }
        }
    }

    /** Tells who watches a key that it has changed. */
    void changed(int db, Bytes key) {
        if (!byKey.isEmpty()) {
            byKey.getOrDefault(new WatchedKey(db, key), List.of()).forEach(watch -> watch.watcher.keyChanged());
        }
    }

    /** Tells who watches a key that it was deleted because its time is over: no change to who knew it so. */
    void expired(int db, Bytes key) {
        if (!byKey.isEmpty()) {
            for (Watch watch : byKey.getOrDefault(new WatchedKey(db, key), List.of())) {
                if (!watch.wasExpired) {
                    watch.watcher.keyChanged();
                }
            }
        }
    }

    /** Tells everybody who watches a key of a database for which this holds: it takes the database and the key. */
    void changedWhere(BiPredicate<Integer, Bytes> changes) {
        byKey.forEach((key, watches) -> {
            if (changes.test(key.db, key.key)) {
                watches.forEach(watch -> watch.watcher.keyChanged());
            }
        });
    }

    /** Whether a key that this client watches and that was there has expired since. */
    boolean hasExpired(Watcher watcher, BiPredicate<Integer, Bytes> isExpired) {
        for (WatchedKey key : byWatcher.getOrDefault(watcher, List.of())) {
            for (Watch watch : byKey.get(key)) {
                if (watch.watcher == watcher && !watch.wasExpired && isExpired.test(key.db, key.key)) {
                    return true;
                }
            }
        }
        return false;
    }
}
