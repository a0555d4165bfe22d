package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EvictionPoolTest {
    private final EvictionPool pool = new EvictionPool();

    private record Key(long hash, int db) {}

    @Test
    void theHighestScoreComesFirst() {
        pool.offer(5, 1, 0);
        pool.offer(9, 2, 0);
        pool.offer(7, 3, 1);

        assertEquals(9, pool.bestScore());
        assertEquals(2, pool.bestHash());
        pool.removeBest();
        assertEquals(7, pool.bestScore());
        assertEquals(1, pool.bestDb());
        pool.removeBest();
        pool.removeBest();
        assertTrue(pool.isEmpty());
    }

    @Test
    void aKeyOfferedAgainIsThereOnceWithItsNewScore() {
        pool.offer(9, 1, 0);
        pool.offer(5, 2, 0);
        pool.offer(1, 1, 0);

        assertEquals(2, pool.size());
        assertEquals(2, pool.bestHash());
    }

    @Test
    void theSameHashInAnotherDatabaseIsAnotherKey() {
        pool.offer(9, 1, 0);
        pool.offer(9, 1, 1);

        assertEquals(2, pool.size());
    }

    @Test
    void theBestOfManyDistinctScoresStay() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            pool.clear();
            Map<Key, Long> model = new HashMap<>();
            for (int i = 0; i < 100; i++) {
                Key key = new Key(random.nextInt(40), random.nextInt(2));
                long score = random.nextLong(1L << 40);
                if (!model.containsKey(key)) {
                    model.put(key, score);
                    pool.offer(score, key.hash, key.db);
                }
            }
            List<Map.Entry<Key, Long>> best = model.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .limit(EvictionPool.SIZE)
                    .toList();
            for (Map.Entry<Key, Long> expected : best) {
                assertFalse(pool.isEmpty());
                assertEquals(expected.getKey(), new Key(pool.bestHash(), pool.bestDb()));
                assertEquals(expected.getValue(), pool.bestScore());
                pool.removeBest();
            }
            assertTrue(pool.isEmpty());
        }
    }
}
