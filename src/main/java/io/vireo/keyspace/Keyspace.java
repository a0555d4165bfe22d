package io.vireo.keyspace;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.OwnerThread;
import io.vireo.base.RunsOn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** All databases of a node, on the heap until the arena's take their place. */
@RunsOn(Loop.KEYSPACE)
public final class Keyspace {
    private record Watched(int db, Bytes key) {}

    private final OwnerThread owner = new OwnerThread();
    private final Database[] databases;
    private final Map<Watched, Set<Watcher>> watchers = new HashMap<>();
    private ExpiryListener expiryListener = (db, key) -> {};
    private long nowMs;
    private boolean activeExpire = true;
    private boolean deletesExpired = true;
    private boolean seesExpired;
    private long dirty;
    long hits;
    long misses;
    private long expiredKeys;

    public Keyspace(int databases) {
        this.databases = new Database[databases];
        for (int i = 0; i < databases; i++) {
            this.databases[i] = new Database(this, i);
        }
    }

    public OwnerThread owner() {
        return owner;
    }

    public Database db(int i) {
        return databases[i];
    }

    public int databases() {
        return databases.length;
    }

    public long nowMs() {
        return nowMs;
    }

    public void newTurn(long newNowMs) {
        nowMs = newNowMs;
    }

    /** Tells the watchers of all keys of one database that are in it or in another. */
    void touchAllWatched(int db, int other) {
        for (Map.Entry<Watched, Set<Watcher>> watched : watchers.entrySet()) {
            Bytes key = watched.getKey().key();
            if (watched.getKey().db() == db && (databases[db].holds(key) || databases[other].holds(key))) {
                watched.getValue().forEach(Watcher::keyChanged);
            }
        }
    }

    public void swap(int a, int b) {
        touchAllWatched(a, b);
        touchAllWatched(b, a);
        databases[a].swapWith(databases[b]);
    }

    public void flushAll() {
        for (Database db : databases) {
            db.flush();
        }
    }

    public void expiryListener(ExpiryListener listener) {
        expiryListener = listener;
    }

    void expired(int db, Bytes key) {
        expiredKeys++;
        touchWatched(db, key);
        expiryListener.expired(db, key);
    }

    /** On a replica, expired keys are absent but stay until the primary deletes them. */
    public void deletesExpired(boolean yes) {
        deletesExpired = yes;
    }

    public boolean deletesExpired() {
        return deletesExpired;
    }

    /** To the primary's stream, expired keys are there. */
    public void viewAsPrimaryStream(boolean yes) {
        seesExpired = yes;
    }

    boolean seesExpired() {
        return seesExpired;
    }

    public void watch(Watcher watcher, int db, Bytes key) {
        watchers.computeIfAbsent(new Watched(db, key.copy()), any -> new HashSet<>())
                .add(watcher);
    }

    public void unwatchAll(Watcher watcher) {
        watchers.values().forEach(set -> set.remove(watcher));
        watchers.values().removeIf(Set::isEmpty);
    }

    public boolean hasExpiredWatched(Watcher watcher) {
        return false;
    }

    public void touchWatched(int db, Bytes key) {
        if (!watchers.isEmpty()) {
            watchers.getOrDefault(new Watched(db, key), Set.of()).forEach(Watcher::keyChanged);
        }
    }

    public void addDirty(long n) {
        dirty += n;
    }

    public long dirty() {
        return dirty;
    }

    public void expireCycle(long atMs, long budgetNanos) {
        if (activeExpire && deletesExpired) {
            for (Database db : databases) {
                db.expireAll();
            }
        }
    }

    public void setActiveExpire(boolean on) {
        activeExpire = on;
    }

    public long usedBytes() {
        return 0;
    }

    public long peakBytes() {
        return 0;
    }

    public long residentBytes() {
        return 0;
    }

    public double fragmentation() {
        return 1;
    }

    public long lazyFreePending() {
        return 0;
    }

    public long lazyFreed() {
        return 0;
    }

    public long expiredKeys() {
        return expiredKeys;
    }

    public long evictedKeys() {
        return 0;
    }

    public long hits() {
        return hits;
    }

    public long misses() {
        return misses;
    }
}
