package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.memory.Arena;
import io.vireo.value.StringValue;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of every mutation, against a map. Cuts begin at random moments and run interleaved with the
 * mutations; what each yields must be the map as it was when it began.
 */
class KeyspaceModelTest {
    private static final int DBS = 3;
    private static final int LARGE = 300_000;

    private record Item(String value, long expireAtMs) {
        @Override
        public String toString() {
            return value + "@" + expireAtMs;
        }
    }

    private final Keyspace keyspace = new Keyspace(DBS);
    private final TreeMap<String, Item> model = new TreeMap<>();
    private Random random;
    private long nowMs = 1_700_000_000_000L;
    private RecordedCut cut;
    private String wanted;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void everyHistoryIsThatOfAMapAndEveryCutIsOneMoment(long seed) {
        random = new Random(seed);
        keyspace.owner().claim();
        keyspace.newTurn(nowMs);
        int keys = random.nextBoolean() ? 60 : 3000;
        int steps = keys * 8 + 4000;
        for (int i = 0; i < steps; i++) {
            mutate(keys);
            moveCutOn();
            if (random.nextInt(200) == 0) {
                nowMs += random.nextInt(5000);
                keyspace.newTurn(nowMs);
            }
            if (random.nextInt(500) == 0) {
                keyspace.defragmentStep(50_000);
            }
            if (random.nextInt(50) == 0) {
                keyspace.expireCycle(nowMs, 100_000);
            }
            if (random.nextInt(50) == 0) {
                keyspace.freeStep(20_000);
            }
        }
        while (cut != null) {
            moveCutOn();
        }
        checkAll();
        keyspace.flushAll();
        while (keyspace.freeStep(1_000_000)) {
            // goes on until nothing is left to free
        }
        assertEquals(0, keyspace.usedBytes(), "nothing leaks");
        if (Arena.CHECKING) {
            assertEquals(0, keyspace.arena().liveBlobs().length);
        }
        keyspace.close();
    }

    private void mutate(int keys) {
        int db = random.nextInt(DBS);
        Database database = keyspace.db(db);
        String key = "key:" + random.nextInt(keys);
        String name = db + "/" + key;
        Bytes k = bytes(key);
        Item item = live(name);
        switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4 -> {
                String value = value();
                long expire = random.nextInt(3) == 0 ? nowMs + random.nextInt(20_000) : -1;
                database.setString(k, bytes(value), expire);
                model.put(name, new Item(value, expire));
            }
            case 5, 6 -> {
                String value = value();
                database.setStringKeepTtl(k, bytes(value));
                model.put(name, new Item(value, item == null ? -1 : item.expireAtMs));
            }
            case 7, 8 -> {
                long number = random.nextLong();
                database.setLong(k, number);
                model.put(name, new Item(Long.toString(number), item == null ? -1 : item.expireAtMs));
            }
            case 9, 10 -> {
                String suffix = value();
                String old = item == null ? "" : item.value;
                if (old.length() + suffix.length() < 2 * LARGE) {
                    assertEquals(old.length() + suffix.length(), database.append(k, bytes(suffix)));
                    model.put(name, new Item(old + suffix, item == null ? -1 : item.expireAtMs));
                }
            }
            case 11, 12 -> {
                String part = random.nextBoolean() ? value() : "x".repeat(random.nextInt(100));
                int offset = item != null && random.nextBoolean()
                        ? random.nextInt(item.value.length() + 1)
                        : random.nextInt(400);
                StringBuilder changed = new StringBuilder(item == null ? "" : item.value);
                if (!part.isEmpty() && offset + part.length() < 2 * LARGE) {
                    while (changed.length() < offset) {
                        changed.append('\0');
                    }
                    changed.replace(offset, Math.min(changed.length(), offset + part.length()), part);
                    assertEquals(changed.length(), database.setRange(k, offset, bytes(part)));
                    model.put(name, new Item(changed.toString(), item == null ? -1 : item.expireAtMs));
                }
            }
            case 13, 14 -> {
                assertEquals(item != null, database.delete(k));
                model.remove(name);
            }
            case 15, 16 -> {
                long expire = nowMs + random.nextInt(1_000_000);
                assertEquals(item != null, database.setExpireAt(k, expire));
                if (item != null) {
                    model.put(name, new Item(item.value, expire));
                }
            }
            case 17 -> {
                assertEquals(item != null && item.expireAtMs >= 0, database.persist(k));
                if (item != null) {
                    model.put(name, new Item(item.value, -1));
                }
            }
            case 18, 19 -> {
                String to = random.nextInt(10) == 0 ? "long".repeat(100) + key : "key:" + random.nextInt(keys);
                if (item != null && !to.equals(key)) {
                    database.rename(k, bytes(to));
                    model.remove(name);
                    model.put(db + "/" + to, item);
                }
            }
            case 20, 21 -> {
                int other = random.nextInt(DBS);
                if (other != db) {
                    boolean moves = item != null && live(other + "/" + key) == null;
                    assertEquals(moves, database.moveTo(keyspace.db(other), k));
                    if (moves) {
                        model.remove(name);
                        model.put(other + "/" + key, item);
                    }
                }
            }
            case 22, 23 -> {
                int other = random.nextInt(DBS);
                String to = "key:" + random.nextInt(keys);
                boolean replace = random.nextBoolean();
                String target = other + "/" + to;
                if (!target.equals(name)) {
                    boolean copies = item != null && (replace || live(target) == null);
                    assertEquals(copies, database.copyTo(keyspace.db(other), k, bytes(to), replace));
                    if (copies) {
                        model.put(target, item);
                    }
                }
            }
            case 24 -> check(name, k, database);
            default -> rarely(db);
        }
    }

    private void rarely(int db) {
        int choice = random.nextInt(300);
        if (choice == 0) {
            keyspace.flushAll();
            model.clear();
        } else if (choice < 3) {
            keyspace.db(db).flush();
            model.keySet().removeIf(name -> name.startsWith(db + "/"));
        } else if (choice < 8) {
            int other = random.nextInt(DBS);
            keyspace.swap(db, other);
            TreeMap<String, Item> swapped = new TreeMap<>();
            model.forEach((name, item) -> {
                int of = name.charAt(0) - '0';
                int now = of == db ? other : of == other ? db : of;
                swapped.put(now + name.substring(1), item);
            });
            model.clear();
            model.putAll(swapped);
        }
    }

    /** Begins, walks or breaks off a cut, and compares one that is over with what there was. */
    private void moveCutOn() {
        if (cut == null) {
            if (random.nextInt(200) == 0) {
                cut = new RecordedCut();
                keyspace.beginCut(cut);
                // What has expired and was not deleted may or may not be in a cut: so nothing is left to be seen.
                wanted = unexpired(model);
            }
            return;
        }
        cut.full = random.nextInt(3) == 0;
        if (random.nextInt(4) == 0) {
            keyspace.cuts().step(random.nextBoolean() ? 0 : random.nextInt(20_000));
        }
        if (cut.finished) {
            TreeMap<String, Item> got = new TreeMap<>();
            cut.entries.forEach((name, text) -> {
                int at = text.lastIndexOf('@');
                got.put(name, new Item(text.substring(0, at), Long.parseLong(text.substring(at + 1))));
            });
            assertEquals(wanted, unexpiredAt(got, wantedAtMs));
            assertFalse(keyspace.cuts().isRunning());
            cut = null;
        } else if (random.nextInt(2000) == 0) {
            keyspace.cuts().abort();
            cut = null;
        }
    }

    private long wantedAtMs;

    private String unexpired(SortedMap<String, Item> items) {
        wantedAtMs = nowMs;
        return unexpiredAt(items, nowMs);
    }

    private static String unexpiredAt(SortedMap<String, Item> items, long atMs) {
        StringBuilder text = new StringBuilder();
        items.forEach((name, item) -> {
            if (item.expireAtMs < 0 || item.expireAtMs >= atMs) {
                text.append(name)
                        .append('=')
                        .append(
                                item.value.length() > 100
                                        ? item.value.length() + "#" + item.value.hashCode()
                                        : item.value)
                        .append('@')
                        .append(item.expireAtMs)
                        .append('\n');
            }
        });
        return text.toString();
    }

    private void checkAll() {
        for (int db = 0; db < DBS; db++) {
            Database database = keyspace.db(db);
            int[] seen = {0};
            int index = db;
            database.forEachKey(key -> {
                seen[0]++;
                check(index + "/" + text(key), key.copy(), database);
            });
            long there = model.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(index + "/") && live(entry.getKey()) != null)
                    .count();
            assertEquals(there, seen[0]);
        }
    }

    private void check(String name, Bytes key, Database database) {
        Item item = live(name);
        StringValue value = database.readString(key);
        if (item == null) {
            assertTrue(value == null, () -> name + " is absent");
            assertEquals(-2, database.expireAtMs(key));
            return;
        }
        assertNotNull(value, () -> name + " is there");
        assertEquals(item.value, text(value.bytes()));
        assertEquals(item.expireAtMs, database.expireAtMs(key));
    }

    private Item live(String name) {
        Item item = model.get(name);
        return item == null || item.expireAtMs >= 0 && item.expireAtMs < nowMs ? null : item;
    }

    private String value() {
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1, 2 -> Integer.toString(random.nextInt());
            case 3 -> "v".repeat(random.nextInt(3000));
            case 4 -> random.nextInt(3) == 0 ? letters(random.nextInt(LARGE)) : "small";
            default -> letters(random.nextInt(80));
        };
    }

    private String letters(int length) {
        StringBuilder text = new StringBuilder(length);
        int start = random.nextInt(26);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + (start + i / 97 + i) % 26));
        }
        return text.toString();
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
    }
}
