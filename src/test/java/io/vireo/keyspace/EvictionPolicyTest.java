package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.config.MaxmemoryPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The choice alone: what is chosen is taken away by the test. */
class EvictionPolicyTest {
    private static final long START_MS = 1_700_000_000_000L;

    private final Keyspace keyspace = new Keyspace(3);
    private final EvictionPolicy policy = new EvictionPolicy(new SplittableRandom(42));
    private final Bytes chosen = new Bytes();

    EvictionPolicyTest() {
        keyspace.newTurn(START_MS);
    }

    @AfterEach
    void close() {
        keyspace.close();
    }

    private static Bytes key(int i) {
        return Bytes.copyOf("key:" + i);
    }

    private void set(int db, int i, long ttlMs) {
        long expireAtMs = ttlMs < 0 ? -1 : keyspace.nowMs() + ttlMs;
        keyspace.db(db).setString(key(i), Bytes.copyOf("some value"), expireAtMs);
    }

    /** Takes one key away. Returns its number, or -1. */
    private int takeOne() {
        if (!policy.choose(keyspace)) {
            return -1;
        }
        Entries entries = policy.chosenDb().entries();
        String name = Entry.key(entries.blobAt(policy.chosenSlot()), chosen).toString();
        entries.remove(policy.chosenSlot(), false);
        return Integer.parseInt(name.substring(4));
    }

    private List<Integer> take(int count) {
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(takeOne());
        }
        return taken;
    }

    /** How far from the front of the queue, in hundredths of it, what was taken stood on average. */
    private static double meanRank(List<Integer> taken, int of) {
        return taken.stream().mapToInt(i -> i).average().orElseThrow() * 100 / of;
    }

    /**
     * What {@link #meanRank} is for the algorithm in its plainest form: of so many keys, 0 being the best to go, some are
     * drawn one by one, the sixteen best of all drawn so far are kept, and the best of them goes.
     */
    private static double plainMeanRank(int keys, int samples, int taken, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> left = new ArrayList<>(IntStream.range(0, keys).boxed().toList());
        TreeSet<Integer> pool = new TreeSet<>();
        List<Integer> gone = new ArrayList<>();
        while (gone.size() < taken) {
            for (int i = 0; i < samples; i++) {
                pool.add(left.get(random.nextInt(left.size())));
            }
            while (pool.size() > EvictionPool.SIZE) {
                pool.pollLast();
            }
            Integer best = pool.pollFirst();
            left.removeIf(best::equals);
            gone.add(best);
        }
        return meanRank(gone, keys);
    }

    private static void assertAsGoodAsPlain(List<Integer> taken, int of, int samples) {
        double rank = meanRank(taken, of);
        double plain = LongStream.range(0, 8)
                .mapToDouble(seed -> plainMeanRank(of, samples, taken.size(), seed))
                .average()
                .orElseThrow();
        assertTrue(rank < plain * 1.3, "mean rank " + rank + ", in the plainest form " + plain);
    }

    @ParameterizedTest
    @EnumSource(MaxmemoryPolicy.class)
    void nothingIsChosenWhereNothingMayGo(MaxmemoryPolicy which) {
        policy.follow(which, 5);
        assertEquals(-1, which.evicts() ? takeOne() : -1);
        for (int i = 0; i < 100; i++) {
            set(i % 3, i, -1);
        }
        if (which.isVolatile()) {
            assertEquals(-1, takeOne());
        } else if (which.evicts()) {
            assertTrue(takeOne() >= 0);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MaxmemoryPolicy.class,
            names = {"VOLATILE_LRU", "VOLATILE_LFU", "VOLATILE_RANDOM", "VOLATILE_TTL"})
    void onlyKeysThatExpireGoUntilNoneIsLeft(MaxmemoryPolicy which) {
        policy.follow(which, 5);
        Set<Integer> expiring = new HashSet<>();
        for (int i = 0; i < 3000; i++) {
            boolean expires = i % 3 != 1 ? i % 2 == 0 : i % 100 == 1; // in one database they are rare
            set(i % 3, i, expires ? 1_000_000 : -1);
            if (expires) {
                expiring.add(i);
            }
        }
        assertEquals(expiring, new HashSet<>(take(expiring.size())));
        assertEquals(-1, takeOne());
        assertEquals(3000 - expiring.size(), keyspace.size());
    }

    @ParameterizedTest
    @EnumSource(
            value = MaxmemoryPolicy.class,
            names = {"ALLKEYS_LRU", "ALLKEYS_LFU", "ALLKEYS_RANDOM"})
    void anyKeyGoesUntilNoneIsLeft(MaxmemoryPolicy which) {
        policy.follow(which, 5);
        Set<Integer> all = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            set(i % 3, i, i % 2 == 0 ? -1 : 1_000_000);
            all.add(i);
        }
        assertEquals(all, new HashSet<>(take(2000)));
        assertEquals(-1, takeOne());
    }

    @ParameterizedTest
    @EnumSource(
            value = MaxmemoryPolicy.class,
            names = {"ALLKEYS_LRU", "VOLATILE_LRU"})
    void theKeyUsedLongestAgoGoesFirstOrNearlySo(MaxmemoryPolicy which) {
        policy.follow(which, 5);
        for (int i = 0; i < 10_000; i++) {
            keyspace.newTurn(START_MS + i * 1000L);
            set(0, i, 100_000_000);
        }
        assertAsGoodAsPlain(take(1000), 10_000, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 40})
    void theMoreSamplesTheBetterTheChoice(int samples) {
        policy.follow(MaxmemoryPolicy.ALLKEYS_LRU, samples);
        for (int i = 0; i < 3000; i++) {
            keyspace.newTurn(START_MS + i * 1000L);
            set(0, i, -1);
        }
        assertAsGoodAsPlain(take(300), 3000, samples);
    }

    @Test
    void theKeyUsedLeastGoesFirstOrNearlySo() {
        keyspace.noteAccesses(true, 0, 0);
        policy.follow(MaxmemoryPolicy.ALLKEYS_LFU, 5);
        for (int i = 0; i < 2500; i++) {
            set(0, i, -1);
            keyspace.db(0).frequency(key(i), i / 10);
        }
        assertAsGoodAsPlain(take(250), 2500, 5);
    }

    @Test
    void theKeyThatExpiresSoonestGoesFirstOrNearlySo() {
        policy.follow(MaxmemoryPolicy.VOLATILE_TTL, 5);
        for (int i = 0; i < 5000; i++) {
            set(0, i, 1_000_000 + i * 1000L);
        }
        assertAsGoodAsPlain(take(500), 5000, 5);
    }

    @Test
    void theFewThatExpireAreAllLookedAt() {
        policy.follow(MaxmemoryPolicy.VOLATILE_TTL, 5);
        for (int i = 0; i < 5000; i++) {
            set(0, 10_000 + i, -1);
        }
        for (int i = 49; i >= 0; i--) {
            set(0, i, 1_000_000 + i * 100_000_000L);
        }
        for (int i = 0; i < 50; i++) {
            assertEquals(i, takeOne());
        }
        assertEquals(-1, takeOne());
    }

    @Test
    void chanceTakesEveryKeyAsOftenAsAnother() {
        int keys = 40;
        int[] times = new int[keys];
        for (boolean expires : new boolean[] {false, true}) {
            keyspace.flushAll();
            policy.follow(expires ? MaxmemoryPolicy.VOLATILE_RANDOM : MaxmemoryPolicy.ALLKEYS_RANDOM, 5);
            for (int i = 0; i < keys; i++) {
                set(0, i, expires ? 1_000_000 : -1);
            }
            for (int i = 0; i < 400 * keys; i++) {
                int taken = takeOne();
                times[taken]++;
                set(0, taken, expires ? 1_000_000 : -1);
            }
        }
        for (int i = 0; i < keys; i++) {
            assertTrue(Math.abs(times[i] - 800) < 200, "key " + i + " was taken " + times[i] + " times, not about 800");
        }
    }

    @Test
    void aKeyUsedSinceItWasSampledIsSpared() {
        policy.follow(MaxmemoryPolicy.ALLKEYS_LRU, 16);
        for (int i = 0; i < 10; i++) {
            keyspace.newTurn(START_MS + i * 1000L);
            set(0, i, -1);
        }
        keyspace.newTurn(START_MS + 100_000);
        assertEquals(0, takeOne());
        assertFalse(policy.pool().isEmpty());
        keyspace.db(0).readString(key(1));
        assertEquals(2, takeOne());
    }

    @Test
    void aKeyThatIsGoneOrHasNoExpiryAnyMoreIsPassedOver() {
        policy.follow(MaxmemoryPolicy.VOLATILE_LRU, 16);
        for (int i = 0; i < 5; i++) {
            keyspace.newTurn(START_MS + i * 1000L);
            set(0, i, 1_000_000);
        }
        keyspace.newTurn(START_MS + 100_000);
        assertEquals(0, takeOne());
        keyspace.db(0).delete(key(1));
        keyspace.db(0).persist(key(2));
        assertEquals(3, takeOne());
        assertEquals(4, takeOne());
        assertEquals(-1, takeOne());
    }

    @Test
    void theBestOfAllDatabasesGoes() {
        policy.follow(MaxmemoryPolicy.ALLKEYS_LRU, 16);
        for (int i = 0; i < 9; i++) {
            keyspace.newTurn(START_MS + i * 1000L);
            set(i % 3, i, -1);
        }
        keyspace.newTurn(START_MS + 100_000);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8), take(9));
    }
}
