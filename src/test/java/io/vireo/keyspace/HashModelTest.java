package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vireo.base.Bytes;
import io.vireo.memory.Arena;
import io.vireo.value.HashValue;
import io.vireo.value.StringValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of hashes, small and large, against maps. Cuts run interleaved with the changes; what each yields
 * must be the maps as they were when it began.
 */
class HashModelTest {
    private static final int DBS = 2;

    private final Keyspace keyspace = new Keyspace(DBS);
    private final TreeMap<String, TreeMap<String, String>> model = new TreeMap<>();
    private final StringValue view = new StringValue();
    private Random random;
    private CollectionCut cut;
    private TreeMap<String, TreeMap<String, String>> wanted;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyHistoryIsThatOfMapsAndEveryCutIsOneMoment(long seed) {
        random = new Random(seed);
        keyspace.owner().claim();
        keyspace.valueLimits().hashMaxListpackEntries = seed % 2 == 0 ? 128 : 4;
        int fields = seed % 3 == 0 ? 3000 : 40;
        for (int i = 0; i < 25_000; i++) {
            mutate(fields);
            moveCutOn();
            if (random.nextInt(500) == 0) {
                keyspace.defragmentStep(50_000);
            }
            if (random.nextInt(50) == 0) {
                keyspace.freeStep(20_000);
            }
        }
        while (cut != null) {
            moveCutOn();
        }
        assertEquals(model, content());
        keyspace.flushAll();
        while (keyspace.freeStep(1_000_000)) {
            // goes on until nothing is left to free
        }
        assertEquals(0, keyspace.usedBytes(), "nothing leaks");
        assertEquals(0, keyspace.values().count());
        if (Arena.CHECKING) {
            assertEquals(0, keyspace.arena().liveBlobs().length);
        }
        keyspace.close();
    }

    private void mutate(int fields) {
        int db = random.nextInt(DBS);
        Database database = keyspace.db(db);
        String key = "key:" + random.nextInt(8);
        String name = db + "/" + key;
        Bytes k = Bytes.copyOf(key);
        TreeMap<String, String> fieldsOf = model.get(name);
        int choice = random.nextInt(1000);
        if (choice < 600) {
            String field = "f" + random.nextInt(fields);
            String value = value();
            boolean isNew = database.write(k, HashValue.TYPE).put(Bytes.copyOf(field), Bytes.copyOf(value));
            String old = model.computeIfAbsent(name, any -> new TreeMap<>()).put(field, value);
            assertEquals(old == null, isNew);
        } else if (choice < 960) {
            HashValue hash = database.change(k, HashValue.TYPE);
            assertEquals(fieldsOf == null, hash == null);
            if (hash != null) {
                String field = "f" + random.nextInt(fields);
                assertEquals(fieldsOf.remove(field) != null, hash.remove(Bytes.copyOf(field)));
                assertEquals(fieldsOf.isEmpty(), database.removeIfEmpty(k, HashValue.TYPE));
                if (fieldsOf.isEmpty()) {
                    model.remove(name);
                }
            }
        } else if (choice < 965) {
            assertEquals(fieldsOf != null, database.delete(k));
            model.remove(name);
        } else if (choice < 975 && fieldsOf != null) {
            String to = "key:" + random.nextInt(8);
            if (!to.equals(key)) {
                database.rename(k, Bytes.copyOf(to));
                model.remove(name);
                model.put(db + "/" + to, fieldsOf);
            }
        } else if (choice < 985 && fieldsOf != null) {
            String to = "key:" + random.nextInt(8);
            if (!to.equals(key)) {
                database.copyTo(database, k, Bytes.copyOf(to), true);
                model.put(db + "/" + to, new TreeMap<>(fieldsOf));
            }
        } else if (choice < 990) {
            database.setExpireAt(k, keyspace.nowMs() + 1_000_000_000);
        } else if (choice == 999 && random.nextInt(10) == 0) {
            database.flush();
            model.keySet().removeIf(other -> other.startsWith(db + "/"));
        } else if (fieldsOf != null) {
            String field = "f" + random.nextInt(fields);
            StringValue value = database.read(k, HashValue.TYPE).get(Bytes.copyOf(field), view);
            assertEquals(
                    fieldsOf.get(field), value == null ? null : value.bytes().toString());
        }
    }

    private String value() {
        return switch (random.nextInt(40)) {
            case 0 -> "l".repeat(random.nextInt(100_000));
            case 1 -> "m".repeat(random.nextInt(6000));
            case 2, 3, 4, 5 -> Integer.toString(random.nextInt(100_000) - 50_000);
            default -> "v".repeat(random.nextInt(60));
        };
    }

    private void moveCutOn() {
        if (cut == null) {
            if (random.nextInt(100) == 0) {
                cut = new CollectionCut();
                keyspace.beginCut(cut);
                wanted = new TreeMap<>();
                model.forEach((name, fields) -> wanted.put(name, new TreeMap<>(fields)));
            }
            return;
        }
        cut.full = random.nextInt(3) == 0;
        if (random.nextInt(6) == 0) {
            keyspace.cuts().step(0);
        }
        if (cut.finished) {
            TreeMap<String, TreeMap<String, String>> got = new TreeMap<>();
            cut.contents.forEach((name, content) -> got.put(name, fieldsOf(content)));
            assertEquals(wanted, got);
            assertFalse(keyspace.cuts().isRunning());
            cut = null;
        } else if (random.nextInt(500) == 0) {
            keyspace.cuts().abort();
            cut = null;
        }
    }

    private TreeMap<String, String> fieldsOf(CollectionCut.Content content) {
        TreeMap<String, String> fields = new TreeMap<>();
        if (content.packed()) {
            for (int i = 0; i < content.words().size(); i += 2) {
                fields.put(content.words().get(i), content.words().get(i + 1));
            }
            return fields;
        }
        ByteBuffer in = ByteBuffer.wrap(content.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            String field = CollectionCut.text(in, in.getInt());
            assertEquals(null, fields.put(field, CollectionCut.text(in, in.getInt())), field);
        }
        assertEquals(content.size(), fields.size());
        return fields;
    }

    private TreeMap<String, TreeMap<String, String>> content() {
        TreeMap<String, TreeMap<String, String>> all = new TreeMap<>();
        for (int db = 0; db < DBS; db++) {
            Database database = keyspace.db(db);
            int index = db;
            database.forEachKey(key -> {
                TreeMap<String, String> fields = new TreeMap<>();
                database.peek(key, HashValue.TYPE)
                        .forEach((field, value) -> fields.put(
                                field.bytes().toString(), value.bytes().toString()));
                all.put(index + "/" + key, fields);
            });
        }
        return all;
    }
}
