package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a watching client is told that a key has changed, in the cases where it is not plain. */
class WatchesTest {
    private static final Bytes KEY = Bytes.copyOf("key");
    private static final Bytes VALUE = Bytes.copyOf("value");

    private final Keyspace keyspace = new Keyspace(3);
    private long nowMs = 1_000_000;
    private int told;
    private final Watcher watcher = () -> told++;

    @BeforeEach
    void begin() {
        keyspace.newTurn(nowMs);
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private void passes(long ms) {
        nowMs += ms;
        keyspace.newTurn(nowMs);
    }

    @Test
    void onlyWhoWatchesTheKeyInThatDatabaseIsTold() {
        keyspace.watch(watcher, 0, KEY);
        keyspace.keyChanged(1, KEY);
        keyspace.keyChanged(0, VALUE);
        assertEquals(0, told);
        keyspace.keyChanged(0, KEY);
        assertEquals(1, told);
    }

    @Test
    void watchingTwiceIsWatchingOnceAndUnwatchingEndsIt() {
        keyspace.watch(watcher, 0, KEY);
        keyspace.watch(watcher, 0, KEY);
        keyspace.keyChanged(0, KEY);
        assertEquals(1, told);
        keyspace.unwatchAll(watcher);
        keyspace.keyChanged(0, KEY);
        assertEquals(1, told);
    }

    @Test
    void aKeyThatExpiresAfterItWasWatchedHasChanged() {
        keyspace.db(0).setString(KEY, VALUE, nowMs + 10);
        keyspace.watch(watcher, 0, KEY);
        assertFalse(keyspace.hasExpiredWatched(watcher));
        passes(11);
        assertTrue(keyspace.hasExpiredWatched(watcher), "also while it is not deleted");
        keyspace.db(0).exists(KEY);
        assertEquals(1, told);
    }

    @Test
    void aKeyThatWasExpiredWhenItWasWatchedChangesOnlyWhenItComesToLife() {
        keyspace.db(0).setString(KEY, VALUE, nowMs + 10);
        passes(11);
        keyspace.watch(watcher, 0, KEY);
        assertFalse(keyspace.hasExpiredWatched(watcher));
        keyspace.db(0).exists(KEY);
        assertEquals(0, told, "its deletion is no change");
        keyspace.db(0).setString(KEY, VALUE);
        keyspace.keyChanged(0, KEY);
        assertEquals(1, told);
    }

    @Test
    void aFlushChangesKeysThatAreThereAndAlive() {
        keyspace.watch(watcher, 0, KEY);
        keyspace.flushAll();
        assertEquals(0, told, "an absent key");
        keyspace.db(0).setString(KEY, VALUE, nowMs + 10);
        keyspace.db(1).flush();
        assertEquals(0, told, "another database");
        keyspace.db(0).flush();
        assertEquals(1, told);
    }

    @Test
    void aFlushOfAKeyThatWasExpiredWhenItWasWatchedChangesNothing() {
        keyspace.db(0).setString(KEY, VALUE, nowMs + 10);
        passes(11);
        keyspace.watch(watcher, 0, KEY);
        keyspace.flushAll();
        assertEquals(0, told);
    }

    @Test
    void swappingChangesAKeyThatIsInEitherDatabase() {
        keyspace.watch(watcher, 0, KEY);
        keyspace.swap(0, 1);
        keyspace.swap(0, 0);
        assertEquals(0, told, "it is in neither");
        keyspace.db(1).setString(KEY, VALUE);
        keyspace.swap(1, 2);
        assertEquals(0, told, "its database is not swapped");
        keyspace.swap(0, 2);
        assertEquals(1, told);
        keyspace.swap(0, 2);
        assertEquals(2, told);
    }

    @Test
    void swappingAnAbsentKeyForAnExpiredOneIsNoChangeUntilItIsSwappedForALiveOne() {
        keyspace.db(1).setString(KEY, VALUE, nowMs + 10);
        keyspace.db(2).setString(KEY, VALUE);
        passes(11);
        keyspace.watch(watcher, 0, KEY);
        keyspace.swap(0, 1);
        assertEquals(0, told);
        keyspace.db(0).exists(KEY);
        assertEquals(0, told, "nor is its deletion");
        keyspace.swap(0, 2);
        assertEquals(1, told);
    }

    @Test
    void swappingAnExpiredKeyForAnExpiredOneIsNoChange() {
        keyspace.db(0).setString(KEY, VALUE, nowMs + 10);
        keyspace.db(1).setString(KEY, VALUE, nowMs + 10);
        passes(11);
        keyspace.watch(watcher, 0, KEY);
        keyspace.swap(0, 1);
        keyspace.swap(0, 2);
        assertEquals(0, told);
    }
}
