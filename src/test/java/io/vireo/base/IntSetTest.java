package io.vireo.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntSetTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyHistoryIsThatOfASet(long seed) {
        Random random = new Random(seed);
        IntSet set = new IntSet();
        Set<Integer> model = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            int number = (1 + random.nextInt(400)) * (seed % 2 == 0 ? 1 : 1 << 16);
            if (random.nextInt(2) == 0) {
                assertEquals(model.remove(number), set.remove(number));
            } else {
                assertEquals(model.add(number), set.add(number));
            }
            assertEquals(model.contains(number), set.contains(number));
            assertEquals(model.size(), set.size());
            if (random.nextInt(5000) == 0) {
                set.clear();
                model.clear();
            }
        }
        for (int number = 1; number <= 400; number++) {
            assertEquals(model.contains(number), set.contains(number));
        }
    }
}
