package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.memory.Arena;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wheel against a list of times, over days of a clock set by hand. */
class ExpiryIndexTest {
    private static final long TICK_MS = 1L << ExpiryIndex.TICK_BITS;
    private static final long START_MS = 1_700_000_000_123L;
    private static final Bytes KEY = Bytes.copyOf("k");

    private final Arena arena = Arena.reserve(1 << 24);
    private final ExpiryIndex index = new ExpiryIndex(arena);
    private final Map<Integer, Long> model = new HashMap<>();
    /** When each is due: at its time, or when it was added, if its time was over by then. */
    private final Map<Integer, Long> dueMs = new HashMap<>();

    private long nowMs = START_MS;

    @AfterEach
    void close() {
        arena.close();
    }

    private int add(long expireAtMs) {
        int shape = Entry.shape(KEY.length(), 0, true);
        int ref = arena.allocate(Entry.keyOffset(shape) + KEY.length());
        Entry.writeHead(arena.address(ref), 0, Entry.RAW, shape, 0, 0, KEY.address(), KEY.length(), 0);
        Entry.setExpireAtMs(arena.address(ref), expireAtMs);
        index.add(ref, nowMs);
        model.put(ref, expireAtMs);
        dueMs.put(ref, Math.max(expireAtMs, nowMs));
        return ref;
    }

    private void remove(int ref) {
        index.remove(ref);
        arena.free(ref);
        model.remove(ref);
        dueMs.remove(ref);
    }

    /** Takes out all that is due, and checks that it is just what should be. */
    private void expire(int steps) {
        int ref = 0;
        do {
            ref = index.due(nowMs, steps);
            if (ref != 0) {
                long at = model.get(ref);
                assertTrue(at < nowMs, "only what is over is due");
                remove(ref);
            }
        } while (ref != 0 || index.isBehind());
        for (long due : dueMs.values()) {
            assertTrue(due >= nowMs / TICK_MS * TICK_MS, "what is over is due within a tick");
        }
        assertEquals(model.size(), index.size());
    }

    private void checkAverage() {
        BigInteger sum = BigInteger.ZERO;
        for (long at : model.values()) {
            sum = sum.add(BigInteger.valueOf(at));
        }
        long wanted = model.isEmpty()
                ? 0
                : Math.max(0, sum.divide(BigInteger.valueOf(model.size())).longValue() - nowMs);
        long tolerated = 1 + wanted / 1_000_000;
        assertTrue(Math.abs(wanted - index.averageTtlMs(nowMs)) <= tolerated, "the average is exact");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyEntryIsDueInItsTickThroughMonths(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 8_000; i++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> add(nowMs + (1L << random.nextInt(36)) + random.nextInt(100) - 200);
                case 3 -> {
                    if (!model.isEmpty()) {
                        remove(any(random));
                    }
                }
                case 4 -> move(random);
                case 5 -> nowMs += random.nextInt(200);
                case 6 -> nowMs += 1L << random.nextInt(i % 50 == 0 ? 34 : 16);
                default -> expire(1 + random.nextInt(20));
            }
            if (i % 100 == 0) {
                checkAverage();
            }
        }
        nowMs += 1L << 37;
        expire(3);
        assertTrue(model.isEmpty());
        assertEquals(0, index.averageTtlMs(nowMs));
    }

    private int any(Random random) {
        List<Integer> refs = new ArrayList<>(model.keySet());
        return refs.get(random.nextInt(refs.size()));
    }

    /** As defragmentation does it. */
    private void move(Random random) {
        if (model.isEmpty()) {
            return;
        }
        int from = any(random);
        int to = arena.allocate(arena.capacity(from));
        RawMemory.copy(arena.address(from), arena.address(to), Entry.size(arena.address(from)));
        index.moved(from, to);
        arena.free(from);
        model.put(to, model.remove(from));
        dueMs.put(to, dueMs.remove(from));
    }

    @Test
    void timesWithoutEndAndTimesLongPastAreTakenToo() {
        add(Long.MAX_VALUE);
        add(Long.MAX_VALUE - 1);
        add(START_MS * 1000);
        int past = add(-5);
        add(0);
        checkAverage();
        assertEquals(0, index.due(nowMs, 10), "the current tick is not over");
        nowMs += 2 * TICK_MS;
        expire(1);
        assertEquals(3, index.size());
        assertFalse(model.containsKey(past));
        new ArrayList<>(model.keySet()).forEach(this::remove);
        assertEquals(0, index.size());
    }

    @Test
    void aClockThatGoesBackLosesNothing() {
        int soon = add(nowMs + 1_000);
        nowMs += 10_000;
        int later = add(nowMs + 50);
        nowMs -= 9_500;
        int between = add(nowMs + 100);
        remove(later);
        nowMs += 20_000;
        expire(2);
        assertFalse(model.containsKey(soon));
        assertFalse(model.containsKey(between));
    }

    @Test
    void manyThatExpireTogetherAreDealtOutInSteps() {
        for (int i = 0; i < 1_000; i++) {
            add(START_MS + 3_600_000 + i);
        }
        nowMs = START_MS + 3_600_000 + 1_000 + 2 * TICK_MS;
        int behind = 0;
        for (int calls = 0; index.size() > 0; calls++) {
            int ref = index.due(nowMs, 10);
            if (ref != 0) {
                remove(ref);
            } else {
                assertTrue(index.isBehind());
                behind++;
            }
            assertTrue(calls < 10_000);
        }
        assertTrue(behind >= 100, "a call deals out no more than it is allowed");
    }
}
