package io.vireo.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    private final Arena arena = Arena.reserve(1L << 30);
    private final NumberKeys keys = new NumberKeys(arena);
    private final Table table = new Table(arena, keys);

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void agreesWithAHashMap(long seed) {
        Random random = new Random(seed);
        HashMap<Long, Integer> model = new HashMap<>();
        for (int step = 0; step < 60_000; step++) {
            boolean growing = step / 15_000 % 2 == 0;
            long key = random.nextInt(20_000);
            long hash = keys.hash((Long) key);
            long slot = table.find(hash, keys.at(key), 8);
            Integer known = model.get(key);
            assertEquals(known != null, slot != Table.ABSENT);
            if (known != null) {
                assertEquals((int) known, table.refAt(slot));
            }
            if (random.nextInt(10) < (growing ? 8 : 2)) {
                int ref = keys.blob(key, 8 + random.nextInt(40));
                if (known == null) {
                    table.insert(hash, ref);
                } else {
                    table.setRef(slot, ref);
                    arena.free(known);
                }
                model.put(key, ref);
            } else if (known != null) {
                assertEquals((int) known, table.remove(slot));
                arena.free(known);
                model.remove(key);
            }
            assertEquals(model.size(), table.size());
        }
        assertTrue(model.size() > 100);
        table.clear(arena::free);
        keys.close();
        assertEquals(0, arena.usedBytes());
        assertEquals(0, arena.liveBlobs().length);
    }
}
