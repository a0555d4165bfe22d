package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.memory.Arena;
import io.vireo.value.SortedSetValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of sorted sets, packed and large, against maps, with cuts interleaved. */
class SortedSetModelTest {
    private final Keyspace keyspace = new Keyspace(1);
    private final Database database = keyspace.db(0);
    private final TreeMap<String, TreeMap<String, Double>> model = new TreeMap<>();
    private Random random;
    private CollectionCut cut;
    private TreeMap<String, TreeMap<String, Double>> wanted;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyHistoryIsThatOfMapsAndEveryCutIsOneMoment(long seed) {
        random = new Random(seed);
        keyspace.owner().claim();
        keyspace.valueLimits().zsetMaxListpackEntries = seed % 2 == 0 ? 128 : 3;
        int range = seed % 3 == 0 ? 60 : seed % 3 == 1 ? 4000 : 100_000;
        for (int i = 0; i < 30_000; i++) {
            mutate(range);
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
        model.forEach((key, members) -> assertEquals(inOrder(members), shown(key, 0, true, Integer.MAX_VALUE)));
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

    @Test
    void aDeepOrderKeepsItsRanks() {
        random = new Random(11);
        keyspace.owner().claim();
        Bytes k = Bytes.copyOf("deep");
        TreeMap<String, Double> members = new TreeMap<>();
        for (int i = 0; i < 60_000; i++) {
            String member = "m" + i;
            double score = i % 3 == 0 ? i : random.nextInt(50_000);
            database.write(k, SortedSetValue.TYPE).put(Bytes.copyOf(member), score);
            members.put(member, score);
        }
        model.put("deep", members);
        List<String> order = inOrder(members);
        assertEquals(order, shown("deep", 0, true, Integer.MAX_VALUE));
        for (int i = 0; i < 60_000; i += 997) {
            assertEquals(List.of(order.get(i)), shown("deep", i, false, 1));
            String member = order.get(i).substring(0, order.get(i).indexOf('='));
            SortedSetValue set = database.read(k, SortedSetValue.TYPE);
            assertTrue(set.find(Bytes.copyOf(member)));
            assertEquals(i, set.rank(Bytes.copyOf(member)));
        }
        for (int i = 0; i < 60_000; i++) {
            if (random.nextInt(50) > 0) {
                assertTrue(database.change(k, SortedSetValue.TYPE).remove(Bytes.copyOf("m" + i)));
                members.remove("m" + i);
            }
        }
        assertEquals(inOrder(members), shown("deep", 0, true, Integer.MAX_VALUE));
        assertEquals(inOrder(members).reversed(), shown("deep", members.size() - 1, false, Integer.MAX_VALUE));
        keyspace.close();
    }

    private static List<String> inOrder(TreeMap<String, Double> members) {
        return members.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry<String, Double>::getValue)
                        .thenComparing(Map.Entry::getKey))
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    private List<String> shown(String key, long from, boolean upwards, int most) {
        List<String> shown = new ArrayList<>();
        database.peek(Bytes.copyOf(key), SortedSetValue.TYPE).walk(from, upwards, (member, score) -> {
            shown.add(member.bytes() + "=" + score);
            return shown.size() < most;
        });
        return shown;
    }

    private void mutate(int range) {
        String key = "key:" + random.nextInt(3);
        Bytes k = Bytes.copyOf(key);
        TreeMap<String, Double> members = model.get(key);
        int choice = random.nextInt(1000);
        if (choice < 600) {
            String member = "m" + random.nextInt(range) + (random.nextInt(60) == 0 ? "x".repeat(5000) : "");
            double score = score();
            boolean isNew = database.write(k, SortedSetValue.TYPE).put(Bytes.copyOf(member), score);
            Double old = model.computeIfAbsent(key, any -> new TreeMap<>()).put(member, score);
            assertEquals(old == null, isNew);
        } else if (choice < 930 && members != null) {
            SortedSetValue set = database.change(k, SortedSetValue.TYPE);
            String member = random.nextBoolean() ? members.firstKey() : "m" + random.nextInt(range);
            assertEquals(members.remove(member) != null, set.remove(Bytes.copyOf(member)));
            removeIfEmpty(key, k, members);
        } else if (choice < 935 && members != null) {
            List<String> order = inOrder(members);
            int from = random.nextInt(order.size());
            int howMany = Math.min(order.size() - from, 1 + random.nextInt(random.nextInt(20) == 0 ? 500 : 5));
            database.change(k, SortedSetValue.TYPE).removeRange(from, howMany);
            order.subList(from, from + howMany).forEach(line -> members.remove(line.substring(0, line.indexOf('='))));
            removeIfEmpty(key, k, members);
        } else if (choice < 936) {
            assertEquals(members != null, database.delete(k));
            model.remove(key);
        } else if (choice < 938 && members != null) {
            String to = "key:" + random.nextInt(3);
            if (!to.equals(key)) {
                database.copyTo(database, k, Bytes.copyOf(to), true);
                model.put(to, new TreeMap<>(members));
            }
        } else if (choice < 960 && members != null) {
            look(key, k, members);
        }
    }

    private void removeIfEmpty(String key, Bytes k, TreeMap<String, Double> members) {
        assertEquals(members.isEmpty(), database.removeIfEmpty(k, SortedSetValue.TYPE));
        if (members.isEmpty()) {
            model.remove(key);
        }
    }

    private void look(String key, Bytes k, TreeMap<String, Double> members) {
        List<String> order = inOrder(members);
        SortedSetValue set = database.read(k, SortedSetValue.TYPE);
        assertEquals(order.size(), set.size());
        int at = random.nextInt(order.size());
        String member = order.get(at).substring(0, order.get(at).indexOf('='));
        assertTrue(set.find(Bytes.copyOf(member)));
        assertEquals(members.get(member), set.foundScore());
        assertEquals(at, set.rank(Bytes.copyOf(member)));
        double score = random.nextBoolean() ? members.get(member) : score();
        assertEquals(members.values().stream().filter(other -> other < score).count(), set.countBelow(score, false));
        assertEquals(members.values().stream().filter(other -> other <= score).count(), set.countBelow(score, true));
        boolean upwards = random.nextBoolean();
        List<String> part = new ArrayList<>();
        for (int i = at; i >= 0 && i < order.size() && part.size() < 200; i += upwards ? 1 : -1) {
            part.add(order.get(i));
        }
        assertEquals(part, shown(key, at, upwards, 200));
        assertFalse(set.find(Bytes.copyOf("absent")));
    }

    private double score() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextDouble() * 1000 - 500;
            case 1 -> random.nextInt(10) == 0 ? Double.POSITIVE_INFINITY : 1e300 * random.nextInt(3);
            case 2 -> random.nextInt(10) == 0 ? Double.NEGATIVE_INFINITY : -1e-9 * (1 + random.nextInt(3));
            default -> random.nextInt(300);
        };
    }

    private void moveCutOn() {
        if (cut == null) {
            if (random.nextInt(100) == 0) {
                cut = new CollectionCut();
                keyspace.beginCut(cut);
                wanted = new TreeMap<>();
                model.forEach((key, members) -> wanted.put("0/" + key, new TreeMap<>(members)));
            }
            return;
        }
        if (random.nextInt(8) == 0) {
            keyspace.cuts().step(0);
        }
        if (cut.finished) {
            TreeMap<String, TreeMap<String, Double>> got = new TreeMap<>();
            cut.contents.forEach((name, content) -> got.put(name, membersOf(content)));
            assertEquals(wanted, got);
            assertFalse(keyspace.cuts().isRunning());
            cut = null;
        } else if (random.nextInt(300) == 0) {
            keyspace.cuts().abort();
            cut = null;
        }
    }

    private static TreeMap<String, Double> membersOf(CollectionCut.Content content) {
        TreeMap<String, Double> members = new TreeMap<>();
        if (content.packed()) {
            List<String> words = content.words();
            for (int i = 0; i < words.size(); i += 2) {
                String score = words.get(i + 1);
                members.put(
                        words.get(i),
                        score.equals("inf")
                                ? Double.POSITIVE_INFINITY
                                : score.equals("-inf") ? Double.NEGATIVE_INFINITY : Double.parseDouble(score));
            }
            return members;
        }
        ByteBuffer in = ByteBuffer.wrap(content.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            double score = in.getDouble();
            members.put(CollectionCut.text(in, in.getInt()), score);
        }
        assertEquals(content.size(), members.size());
        return members;
    }
}
