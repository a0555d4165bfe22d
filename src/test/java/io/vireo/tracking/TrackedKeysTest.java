package io.vireo.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.memory.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of keys and clients, against a map. */
class TrackedKeysTest {
    private static final int CLIENTS = 40;

    private final SortedMap<String, TreeSet<Long>> model = new TreeMap<>();

    private static Bytes key(String name) {
        return Bytes.copyOf(name);
    }

    private static List<Long> take(TrackedKeys keys, String name) {
        List<Long> clients = new ArrayList<>();
        keys.take(key(name), clients::add);
        return clients;
    }

    private List<Long> takeFromModel(String name) {
        TreeSet<Long> clients = model.remove(name);
        return clients == null ? List.of() : List.copyOf(clients);
    }

    private long itemsOfModel() {
        return model.values().stream().mapToInt(TreeSet::size).sum();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyHistoryIsThatOfAMap(long seed) {
        Random random = new Random(seed);
        int names = random.nextBoolean() ? 30 : 3000;
        try (TrackedKeys keys = new TrackedKeys()) {
            for (int i = 0; i < 20_000; i++) {
                String name = name(random.nextInt(names));
                long client = 1 + random.nextInt(CLIENTS);
                switch (random.nextInt(2000)) {
                    case 0 -> sweep(keys, client);
                    case 1 -> {
                        keys.clear();
                        model.clear();
                    }
                    case 2, 3, 4, 5, 6, 7, 8, 9 -> takeAny(keys, random);
                    default -> {
                        if (random.nextInt(4) == 0) {
                            assertEquals(takeFromModel(name), take(keys, name));
                        } else {
                            assertTrue(keys.add(key(name), client));
                            model.computeIfAbsent(name, any -> new TreeSet<>()).add(client);
                        }
                    }
                }
                assertEquals(model.size(), keys.size());
                assertEquals(itemsOfModel(), keys.items());
            }
            for (String name : List.copyOf(model.keySet())) {
                assertEquals(takeFromModel(name), take(keys, name));
            }
            assertEquals(0, keys.size());
            assertEquals(0, keys.items());
            assertEquals(0, keys.memoryBytes(), "a table without keys holds nothing of the arena");
        }
    }

    /** Names of all lengths, the empty one too. */
    private static String name(int i) {
        return i == 0 ? "" : "k".repeat(i % 37) + i;
    }

    private void sweep(TrackedKeys keys, long client) {
        long at = 0;
        while (at < Table.END) {
            at = keys.sweep(at, 2, id -> id == client);
        }
        model.values().forEach(clients -> clients.remove(client));
        model.values().removeIf(TreeSet::isEmpty);
    }

    private void takeAny(TrackedKeys keys, Random random) {
        if (model.isEmpty()) {
            return;
        }
        List<String> name = new ArrayList<>();
        List<Long> clients = new ArrayList<>();
        keys.takeAny(random, key -> name.add(key.toString()), clients::add);
        assertEquals(takeFromModel(name.getFirst()), clients);
    }

    @Test
    void aKeyOfVeryManyClientsIsForgottenForEachOfThem() {
        try (TrackedKeys keys = new TrackedKeys()) {
            for (long client = 20_000; client > 0; client -= 2) {
                keys.add(key("popular"), client);
            }
            for (long client = 1; client <= 20_000; client++) {
                keys.add(key("popular"), client);
            }
            assertEquals(20_000, keys.items());
            List<Long> clients = take(keys, "popular");
            assertEquals(20_000, clients.size());
            assertEquals(clients, clients.stream().sorted().distinct().toList());
        }
    }

    @Test
    void whatThereIsNoRoomForIsRefusedAndTheRestStays() {
        try (TrackedKeys keys = new TrackedKeys(1 << 20)) {
            int added = 0;
            while (keys.add(key("a key with a rather long name " + added), 7)) {
                added++;
            }
            assertTrue(added > 1000, "added " + added);
            assertEquals(added, keys.size());
            assertFalse(keys.add(key("a key with a rather long name " + added), 7));
            assertEquals(List.of(7L), take(keys, "a key with a rather long name 0"));
            assertEquals(added - 1, keys.items());
        }
    }
}
