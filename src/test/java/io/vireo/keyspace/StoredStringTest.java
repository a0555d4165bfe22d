package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.memory.Arena;
import io.vireo.memory.ArenaFullException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How strings lie in memory: their encodings, their growth, and what a full arena leaves of them. */
class StoredStringTest {
    private static final long LATER = 2_000_000_000_000L;

    private Keyspace keyspace = new Keyspace(2);
    private Database db = keyspace.db(0);

    @AfterEach
    void close() {
        keyspace.close();
    }

    @Test
    void aKeyOf16BytesWithAValueOf32FitsIn56() {
        long before = keyspace.usedBytes();
        db.setString(Bytes.copyOf("key:000000000001"), Bytes.copyOf("v".repeat(32)));
        long withSegment = keyspace.usedBytes() - before;
        db.setString(Bytes.copyOf("key:000000000002"), Bytes.copyOf("v".repeat(32)));
        assertEquals(56, keyspace.usedBytes() - before - withSegment);
    }

    @Test
    void encodingsAreNamedAsRedisNamesThem() {
        Bytes key = Bytes.copyOf("k");
        db.setString(key, Bytes.copyOf("-9223372036854775808"));
        assertEquals("int", db.encodingOf(key));
        for (String text : List.of("9223372036854775808", "007", "-0", "+1", " 1", "", "1".repeat(44))) {
            db.setString(key, Bytes.copyOf(text));
            assertEquals("embstr", db.encodingOf(key), text);
        }
        db.setString(key, Bytes.copyOf("x".repeat(45)));
        assertEquals("raw", db.encodingOf(key));
        db.setString(key, Bytes.copyOf("12"));
        db.append(key, Bytes.copyOf("3"));
        assertEquals("raw", db.encodingOf(key), "a string changed in place is raw, however short");
        assertEquals("123", db.readString(key).bytes().toString());
        db.setRange(Bytes.copyOf("new"), 1, Bytes.copyOf("1"));
        assertEquals("raw", db.encodingOf(Bytes.copyOf("new")));
        db.append(Bytes.copyOf("other"), Bytes.copyOf("5"));
        assertEquals("int", db.encodingOf(Bytes.copyOf("other")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 255, 256, 5_000, 20_000, 70_000, 300_000})
    void aKeyOfAnyLengthKeepsItsValueWhileItGrowsAndExpires(int keyLength) {
        Bytes key = Bytes.copyOf("k".repeat(keyLength));
        StringBuilder model = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            String suffix = Character.toString('a' + i % 26).repeat(1 + i % 7 * i);
            db.append(key, Bytes.copyOf(suffix));
            model.append(suffix);
            if (i % 3 == 0) {
                db.setExpireAt(key, LATER + i);
            } else if (i % 5 == 0) {
                db.persist(key);
            }
            if (i % 50 == 0 || model.length() < 1000) {
                assertEquals(model.toString(), db.readString(key).bytes().toString());
            }
        }
        assertEquals(model.toString(), db.readString(key).bytes().toString());
        Bytes renamed = Bytes.copyOf("r".repeat(keyLength + 1));
        db.rename(key, renamed);
        assertEquals(model.toString(), db.readString(renamed).bytes().toString());
        assertTrue(db.delete(renamed));
        assertEquals(0, keyspace.usedBytes());
    }

    @Test
    void aValueMayBeStoredFromTheViewOfItself() {
        Bytes key = Bytes.copyOf("k");
        for (String text : List.of("short", "y".repeat(5_000), "z".repeat(200_000))) {
            db.setString(key, Bytes.copyOf(text), LATER);
            db.setString(key, db.readString(key).bytes());
            assertEquals(text, db.readString(key).bytes().toString());
            assertEquals(-1, db.expireAtMs(key));
            db.setString(key, db.readString(key).bytes(), LATER);
            assertEquals(text, db.readString(key).bytes().toString());
        }
    }

    @Test
    void aFullArenaRefusesAndLeavesEverythingAsItWas() {
        keyspace.close();
        keyspace = new Keyspace(2, 2 << 20);
        db = keyspace.db(0);
        Map<String, String> model = new TreeMap<>();
        int full = 0;
        for (int i = 0; full < 400; i++) {
            String key = "key:" + i % 3000;
            String value = "v".repeat(i % 97 * (i % 89 == 0 ? 900 : 9));
            Bytes k = Bytes.copyOf(key);
            try {
                switch (i % 7) {
                    case 0, 1, 2 -> {
                        db.setString(k, Bytes.copyOf(value));
                        model.put(key, value);
                    }
                    case 3 -> {
                        db.append(k, Bytes.copyOf(value));
                        model.merge(key, value, String::concat);
                    }
                    case 4 -> {
                        if (db.setExpireAt(k, LATER + i)) {
                            assertEquals(LATER + i, db.expireAtMs(k));
                        }
                    }
                    case 5 -> {
                        if (model.containsKey(key)) {
                            String to = "key:" + i * 7 % 3000;
                            db.rename(k, Bytes.copyOf(to));
                            model.put(to, model.remove(key));
                        }
                    }
                    default -> {
                        if (model.containsKey(key) && !keyspace.db(1).exists(k)) {
                            db.copyTo(keyspace.db(1), k, k, false);
                        }
                    }
                }
            } catch (ArenaFullException e) {
                full++;
                String stored = db.exists(k) ? db.readString(k).bytes().toString() : null;
                assertEquals(model.get(key), stored, "step " + i);
                if (full % 50 == 0) {
                    keyspace.db(1).flush();
                    while (keyspace.freeStep(1_000_000)) {
                        // goes on until there is room again
                    }
                }
            }
        }
        assertEquals(model.size(), db.size());
        model.forEach((key, value) ->
                assertEquals(value, db.readString(Bytes.copyOf(key)).bytes().toString()));
        keyspace.flushAll();
        while (keyspace.freeStep(1_000_000)) {
            // goes on until nothing is left to free
        }
        assertEquals(0, keyspace.usedBytes(), "nothing leaks");
        assertTrue(!Arena.CHECKING || keyspace.arena().liveBlobs().length == 0);
    }

    @Test
    void aValueTooLargeForTheArenaIsRefused() {
        keyspace.close();
        keyspace = new Keyspace(1, 1 << 20);
        db = keyspace.db(0);
        Bytes key = Bytes.copyOf("k");
        db.setString(key, Bytes.copyOf("kept"));
        Bytes large = Bytes.copyOf("x".repeat(3 << 20));
        assertThrows(ArenaFullException.class, () -> db.setString(key, large));
        assertThrows(ArenaFullException.class, () -> db.append(key, large));
        assertThrows(ArenaFullException.class, () -> db.setRange(key, 2 << 20, Bytes.copyOf("x")));
        assertEquals("kept", db.readString(key).bytes().toString());
        assertThrows(ArenaFullException.class, () -> db.setString(Bytes.copyOf("new"), large));
        assertNull(db.readString(Bytes.copyOf("new")));
    }
}
