package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** Which keys clients watch. Costs one look while nobody watches. */
@RunsOn(Loop.KEYSPACE)
final class Watches {
    private record WatchedKey(int db, Bytes key) {}

    /** What a key is to who looks at it, and whether there is something to delete. */
    enum Presence {
        ABSENT,
        LIVE,
        /** Its time is over, but nobody has deleted it yet. */
        OVER
    }

    private static final class Watch {
        private final Watcher watcher;
        /** Whether the key's time was over when it was watched: that it is deleted is then no change. */
        private boolean wasOver;

        private Watch(Watcher watcher, boolean wasOver) {
            this.watcher = watcher;
            this.wasOver = wasOver;
        }
    }

    private final Map<WatchedKey, List<Watch>> byKey = new HashMap<>();
    private final Map<Watcher, List<WatchedKey>> byWatcher = new HashMap<>();

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** Returns whether this key was not watched by this client so far. */
    boolean add(Watcher watcher, int db, Bytes key, boolean isOver) {
        WatchedKey watched = new WatchedKey(db, key.copy());
        List<WatchedKey> keys = byWatcher.computeIfAbsent(watcher, any -> new ArrayList<>());
        if (keys.contains(watched)) {
            return false;
        }
        keys.add(watched);
        byKey.computeIfAbsent(watched, any -> new ArrayList<>()).add(new Watch(watcher, isOver));
        return true;
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
                if (!watch.wasOver) {
                    watch.watcher.keyChanged();
                }
            }
        }
    }

    /**
     * Tells who watches keys of a database that it is given other entries, if the key is not to them what it was: absent
     * and over are the same, until somebody has seen the key alive.
     *
     * @param now what a key is in the entries it has
     * @param then what it will be in those it gets
     */
    void replaced(int db, Function<Bytes, Presence> now, Function<Bytes, Presence> then) {
        byKey.forEach((key, watches) -> {
            if (key.db == db) {
                replaced(watches, now.apply(key.key), then.apply(key.key));
            }
        });
    }

    private static void replaced(List<Watch> watches, Presence now, Presence then) {
        if (now == Presence.ABSENT && then == Presence.ABSENT) {
            return;
        }
        for (Watch watch : watches) {
            if (watch.wasOver && then != Presence.LIVE) {
                watch.wasOver = then == Presence.OVER;
            } else if (!watch.wasOver && now == Presence.ABSENT && then == Presence.OVER) {
                watch.wasOver = true;
            } else {
                watch.watcher.keyChanged();
            }
        }
    }

    /** Whether a key that this client watches and that was there has expired since. */
    boolean hasExpired(Watcher watcher, BiPredicate<Integer, Bytes> isExpired) {
        for (WatchedKey key : byWatcher.getOrDefault(watcher, List.of())) {
            for (Watch watch : byKey.get(key)) {
                if (watch.watcher == watcher && !watch.wasOver && isExpired.test(key.db, key.key)) {
                    return true;
                }
            }
        }
        return false;
    }
}
