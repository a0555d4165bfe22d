package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vireo.base.Bytes;
import io.vireo.memory.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Expired keys on a primary and on a replica, what is counted, and what nothing is allocated for. */
class DatabaseTest {
    private static final Bytes KEY = Bytes.copyOf("key");
    private static final Bytes VALUE = Bytes.copyOf("value");

    private final Keyspace keyspace = new Keyspace(2);
    private final Database db = keyspace.db(0);
    private final List<String> expired = new ArrayList<>();
    private long nowMs = 1_700_000_000_000L;

    @BeforeEach
    void begin() {
        keyspace.newTurn(nowMs);
        keyspace.expiryListener((index, key) -> expired.add(index + "/" + key));
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
    void aKeyIsThereThroughItsLastMillisecond() {
        db.setString(KEY, VALUE, nowMs + 10);
        passes(10);
        assertNotNull(db.readString(KEY));
        passes(1);
        assertNull(db.readString(KEY));
        assertEquals(List.of("0/key"), expired);
        assertEquals(1, keyspace.expiredKeys());
        assertEquals(0, db.size());
    }

    @Test
    void onAReplicaAnExpiredKeyIsAbsentButStays() {
        db.setString(KEY, VALUE, nowMs + 10);
        keyspace.replica(true);
        passes(11);
        assertNull(db.readString(KEY));
        assertFalse(db.exists(KEY));
        assertNull(db.typeOf(KEY));
        assertEquals(-2, db.expireAtMs(KEY));
        assertFalse(keyspace.expireCycle(nowMs + 100_000, 1_000_000));
        assertEquals(1, db.size());
        db.forEachKey(key -> assertTrue(false, "no visit shows it"));
        assertEquals(0, db.scan(0, 100, key -> assertTrue(false, "no scan shows it")));
        assertEquals(List.of(), expired);

        keyspace.viewAsPrimaryStream(true);
        assertEquals("value", db.readString(KEY).bytes().toString());
        assertEquals(6, db.append(KEY, Bytes.copyOf("!")));
        assertTrue(db.setExpireAt(KEY, nowMs + 5));
        keyspace.viewAsPrimaryStream(false);
        assertEquals("value!", db.readString(KEY).bytes().toString());

        passes(6);
        keyspace.replica(false);
        assertNull(db.readString(KEY), "a promoted replica deletes");
        assertEquals(List.of("0/key"), expired);
    }

    @Test
    void aWriteOnAReplicaMeetsNoOldValueOfAnExpiredKey() {
        keyspace.replica(true);
        Bytes other = Bytes.copyOf("other");
        for (Bytes key : List.of(KEY, other)) {
            db.setString(key, VALUE, nowMs + 10);
        }
        keyspace.db(1).setString(KEY, VALUE, nowMs + 10);
        passes(11);
        assertEquals(1, db.append(KEY, Bytes.copyOf("!")));
        assertEquals(-1, db.expireAtMs(KEY));
        assertTrue(db.moveTo(keyspace.db(1), KEY), "an expired key is not in the way");
        assertEquals(-1, keyspace.db(1).expireAtMs(KEY));
        db.setLong(other, 5);
        assertEquals(-1, db.expireAtMs(other));
        passes(1);
        db.setString(KEY, VALUE, nowMs + 10);
        passes(11);
        assertEquals(3, db.setRange(KEY, 2, Bytes.copyOf("x")));
        assertEquals("\0\0x", db.readString(KEY).bytes().toString());
        db.setString(KEY, VALUE, nowMs + 10);
        passes(11);
        db.setStringKeepTtl(KEY, VALUE);
        assertEquals(-1, db.expireAtMs(KEY), "the expiry of an absent key is not kept");
    }

    @Test
    void theCycleDeletesWhatNobodyAsksFor() {
        for (int i = 0; i < 3_000; i++) {
            keyspace.db(i % 2).setString(Bytes.copyOf("key:" + i), VALUE, nowMs + i);
        }
        passes(1_500);
        keyspace.setActiveExpire(false);
        assertFalse(keyspace.expireCycle(nowMs, 1_000_000));
        assertEquals(1_500, db.size());
        keyspace.setActiveExpire(true);
        int slices = 0;
        while (keyspace.expireCycle(nowMs, 0)) {
            slices++;
        }
        assertTrue(slices > 10, "in slices");
        long left = db.size() + keyspace.db(1).size();
        assertTrue(left >= 1_500 && left < 1_500 + 130, "all but those of the last tick");
        assertEquals(3_000 - left, keyspace.expiredKeys());
        assertEquals(keyspace.expiredKeys(), Set.copyOf(expired).size());
        assertTrue(db.averageTtlMs(nowMs) > 600 && db.averageTtlMs(nowMs) < 800);
    }

    @Test
    void scansAndVisitsDeleteTheExpiredKeysTheyMeet() {
        for (int i = 0; i < 100; i++) {
            db.setString(Bytes.copyOf("key:" + i), VALUE, i % 2 == 0 ? nowMs + 10 : -1);
        }
        passes(11);
        TreeSet<String> seen = new TreeSet<>();
        long cursor = 0;
        do {
            cursor = db.scan(cursor, 10, key -> seen.add(key.toString()));
        } while (cursor != 0);
        assertEquals(50, seen.size());
        assertEquals(50, db.size());
        assertEquals(50, expired.size());
        db.setString(KEY, VALUE, nowMs + 10);
        passes(11);
        seen.clear();
        db.forEachKey(key -> seen.add(key.toString()));
        assertEquals(50, seen.size());
        assertEquals(50, db.size());
    }

    @Test
    void aRandomKeyIsNeverAnExpiredOneOnAPrimary() {
        assertNull(db.randomKey());
        db.setString(KEY, VALUE);
        for (int i = 0; i < 200; i++) {
            db.setString(Bytes.copyOf("gone:" + i), VALUE, nowMs + 1);
        }
        passes(2);
        for (int i = 0; i < 20; i++) {
            assertEquals(KEY, db.randomKey());
        }
        keyspace.replica(true);
        db.setString(KEY, VALUE, nowMs + 1);
        passes(2);
        assertNotNull(db.randomKey(), "a replica that has only such keys gives up looking");
    }

    @Test
    void hitsMissesAndIdleTimeAreCounted() {
        db.setString(KEY, VALUE);
        passes(5_000);
        assertEquals(5, db.idleSeconds(KEY));
        db.peekString(KEY);
        db.exists(KEY);
        assertEquals(0, keyspace.hits());
        assertTrue(db.lookUp(KEY));
        assertFalse(db.lookUp(VALUE));
        assertEquals(5, db.idleSeconds(KEY), "a look-up is no access");
        db.readString(KEY);
        assertEquals(0, db.idleSeconds(KEY));
        assertNull(db.readString(VALUE));
        assertEquals(2, keyspace.hits());
        assertEquals(2, keyspace.misses());
        passes(7_000);
        db.setLong(KEY, 1);
        assertEquals(0, db.idleSeconds(KEY));
    }

    @Test
    void readingSettingAndCountingAllocateNothing() {
        Assumptions.assumeFalse(Arena.CHECKING, "the checking mode's book of live blobs is on the heap");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Bytes number = Bytes.copyOf("number");
        Bytes longer = Bytes.copyOf("v".repeat(100));
        long allocated = 0;
        for (int i = 0; i < 30_000; i++) {
            if (i == 20_000) {
                allocated = threads.getCurrentThreadAllocatedBytes();
            }
            db.setString(KEY, (i & 1) == 0 ? VALUE : longer);
            db.readString(KEY).bytes();
            db.setString(KEY, VALUE, nowMs + i);
            db.setLong(number, i);
            db.readString(number).bytes();
            db.append(KEY, VALUE);
            db.setExpireAt(number, nowMs + i);
            db.delete(KEY);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
        assertTrue(bytes < 10_000, () -> bytes + " bytes of heap for 10,000 rounds");
    }
}
