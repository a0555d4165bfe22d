package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A replica that its clients write to. */
class OwnExpiriesTest {
    private static final Bytes VALUE = Bytes.copyOf("value");
    private static final long BUDGET_NANOS = 1_000_000_000;

    private final Keyspace keyspace = new Keyspace(2);
    private final List<String> expired = new ArrayList<>();
    private long nowMs = 1_700_000_000_000L;

    OwnExpiriesTest() {
        keyspace.newTurn(nowMs);
        keyspace.replica(true);
        keyspace.ownExpiries().writable(true);
        keyspace.expiryListener((db, key) -> expired.add(db + "/" + key));
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private void passes(long ms) {
        nowMs += ms;
        keyspace.newTurn(nowMs);
        assertFalse(keyspace.expireCycle(nowMs, BUDGET_NANOS));
    }

    private void byPrimary(Runnable change) {
        keyspace.viewAsPrimaryStream(true);
        change.run();
        keyspace.viewAsPrimaryStream(false);
    }

    @Test
    void whatAClientGaveATimeToExpireIsDeletedAndWhatThePrimaryDidStays() {
        Bytes own = Bytes.copyOf("own");
        Bytes other = Bytes.copyOf("other");
        keyspace.db(1).setString(own, VALUE, nowMs + 10);
        byPrimary(() -> keyspace.db(1).setString(other, VALUE, nowMs + 10));
        assertEquals(1, keyspace.ownExpiries().size());

        passes(10);
        assertEquals(2, keyspace.db(1).size());
        passes(1);

        assertEquals(List.of("1/own"), expired);
        assertEquals(1, keyspace.db(1).size());
        assertEquals(0, keyspace.ownExpiries().size());
        assertEquals(1, keyspace.expiredKeys());
    }

    @Test
    void theLastWhoSaidWhenDecides() {
        Bytes later = Bytes.copyOf("later");
        Bytes never = Bytes.copyOf("never");
        Bytes primarys = Bytes.copyOf("primarys");
        Bytes gone = Bytes.copyOf("gone");
        Database db = keyspace.db(0);
        for (Bytes key : List.of(later, never, primarys, gone)) {
            db.setString(key, VALUE);
            db.setExpireAt(key, nowMs + 10);
        }
        db.setExpireAt(later, nowMs + 100);
        db.persist(never);
        byPrimary(() -> db.setExpireAt(primarys, nowMs + 20));
        db.delete(gone);

        passes(1);
        assertEquals(1, keyspace.ownExpiries().size(), "of the others somebody else has decided");
        passes(49);
        assertEquals(List.of(), expired);
        passes(51);
        assertEquals(List.of("0/later"), expired);
        assertEquals(2, db.size());
    }

    @Test
    void aCopyWithATimeToExpireIsNotedToo() {
        Bytes from = Bytes.copyOf("from");
        byPrimary(() -> keyspace.db(0).setString(from, VALUE, nowMs + 10));
        keyspace.db(0).copyTo(keyspace.db(1), from, from, false);
        passes(11);
        assertEquals(List.of("1/from"), expired);
    }

    @Test
    void nothingIsNotedWhereClientsDoNotWriteOrTheDataComeFromElsewhere() {
        keyspace.ownExpiries().writable(false);
        keyspace.db(0).setString(Bytes.copyOf("a"), VALUE, nowMs + 10);
        keyspace.ownExpiries().writable(true);
        keyspace.ownExpiries().filled(true);
        keyspace.db(0).setString(Bytes.copyOf("b"), VALUE, nowMs + 10);
        keyspace.ownExpiries().filled(false);
        passes(100);
        assertEquals(List.of(), expired);
        assertEquals(2, keyspace.db(0).size());
    }

    @Test
    void manyAreDeletedInSlices() {
        for (int i = 0; i < 1000; i++) {
            keyspace.db(0).setString(Bytes.copyOf("key:" + i), VALUE, nowMs + 1 + i % 7);
        }
        keyspace.newTurn(nowMs + 100);
        int slices = 0;
        while (keyspace.expireCycle(nowMs + 100, 0)) {
            slices++;
        }
        assertTrue(slices > 50, slices + " slices");
        assertEquals(0, keyspace.db(0).size());
    }
}
