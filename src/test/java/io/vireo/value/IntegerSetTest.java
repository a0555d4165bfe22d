package io.vireo.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.RawMemory;
import io.vireo.memory.Arena;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntegerSetTest {
    private final Arena arena = Arena.reserve(1 << 26);
    private int ref = arena.allocate(IntegerSet.EMPTY_BYTES);
    private int length = IntegerSet.EMPTY_BYTES;
    private final IntegerSet set = new IntegerSet();

    IntegerSetTest() {
        IntegerSet.writeEmpty(arena.address(ref));
        set.pointAt(new BlobRoom() {
            @Override
            public long address() {
                return arena.address(ref);
            }

            @Override
            public long resize(int newLength) {
                ref = arena.resize(ref, Math.min(length, newLength), newLength);
                length = newLength;
                return arena.address(ref);
            }
        });
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyHistoryIsThatOfASortedSet(long seed) {
        Random random = new Random(seed);
        TreeSet<Long> model = new TreeSet<>();
        for (int i = 0; i < 4000; i++) {
            long number = number(random, i);
            if (random.nextInt(3) == 0) {
                assertEquals(model.remove(number), set.remove(number));
            } else {
                assertEquals(model.add(number), set.add(number));
            }
            assertEquals(model.contains(number), set.contains(number));
            assertEquals(model.size(), set.count());
            assertEquals(length, set.bytes());
        }
        int index = 0;
        for (long number : model) {
            assertEquals(number, set.at(index++));
        }
        assertTrue(IntegerSet.isSound(set.address(), set.bytes(), true));
    }

    private static long number(Random random, int step) {
        return switch (random.nextInt(step > 2000 ? 3 : step > 1000 ? 2 : 1)) {
            case 0 -> random.nextInt(600) - 300;
            case 1 -> random.nextInt(600) * 100_000L;
            default -> random.nextInt(600) * -100_000_000_000L;
        };
    }

    @Test
    void aSetOfAnotherLengthWidthOrOrderIsUnsound() {
        set.add(1);
        set.add(2);
        long address = set.address();
        assertTrue(IntegerSet.isSound(address, length, true));
        assertFalse(IntegerSet.isSound(address, length - 1, true));
        assertFalse(IntegerSet.isSound(address, 7, true));
        RawMemory.putShort(address + 8, (short) 2);
        assertFalse(IntegerSet.isSound(address, length, true));
        assertTrue(IntegerSet.isSound(address, length, false));
        RawMemory.putInt(address, 3);
        assertFalse(IntegerSet.isSound(address, length, false));
    }
}
