package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.memory.Arena;
import io.vireo.value.ListValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of lists, of one node and of many, against lists, with cuts interleaved. */
class ListModelTest {
    private final Keyspace keyspace = new Keyspace(1);
    private final Database database = keyspace.db(0);
    private final TreeMap<String, List<String>> model = new TreeMap<>();
    private Random random;
    private CollectionCut cut;
    private TreeMap<String, List<String>> wanted;
    private boolean wasLarge;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyHistoryIsThatOfListsAndEveryCutIsOneMoment(long seed) {
        random = new Random(seed);
        keyspace.owner().claim();
        keyspace.valueLimits().listMaxListpackSize = seed % 4 == 0 ? 5 : seed % 4 == 1 ? -1 : -2;
        for (int i = 0; i < 20_000; i++) {
            mutate();
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
        assertTrue(wasLarge);
        model.forEach((key, list) -> assertEquals(list, elements(key)));
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

    private List<String> elements(String key) {
        List<String> elements = new ArrayList<>();
        database.peek(Bytes.copyOf(key), ListValue.TYPE)
                .walk(0, true, element -> elements.add(element.bytes().toString()));
        return elements;
    }

    private void mutate() {
        String key = "key:" + random.nextInt(4);
        Bytes k = Bytes.copyOf(key);
        List<String> list = model.get(key);
        int choice = random.nextInt(1000);
        if (choice < 450) {
            boolean first = random.nextBoolean();
            String word = word();
            database.write(k, ListValue.TYPE).push(first, Bytes.copyOf(word));
            List<String> to = model.computeIfAbsent(key, any -> new ArrayList<>());
            to.add(first ? 0 : to.size(), word);
            wasLarge |= keyspace.values().count() > 0;
        } else if (choice < 980 && list != null) {
            change(key, k, list, database.change(k, ListValue.TYPE), choice);
        } else if (choice < 985) {
            assertEquals(list != null, database.delete(k));
            model.remove(key);
        } else if (choice < 995 && list != null) {
            String to = "key:" + random.nextInt(4);
            if (!to.equals(key)) {
                database.copyTo(database, k, Bytes.copyOf(to), true);
                model.put(to, new ArrayList<>(list));
            }
        }
    }

    private void change(String key, Bytes k, List<String> list, ListValue value, int choice) {
        int at = random.nextInt(list.size());
        if (choice < 650) {
            boolean first = random.nextBoolean();
            int index = first ? 0 : list.size() - 1;
            assertEquals(list.get(index), value.end(first).bytes().toString());
            value.removeEnd(first);
            list.remove(index);
        } else if (choice < 750) {
            String word = word();
            value.set(at, Bytes.copyOf(word));
            list.set(at, word);
        } else if (choice < 880) {
            String pivot = random.nextInt(5) == 0 ? "absent" : list.get(at);
            boolean before = random.nextBoolean();
            String word = word();
            assertEquals(list.contains(pivot), value.insert(Bytes.copyOf(pivot), before, Bytes.copyOf(word)));
            if (list.contains(pivot)) {
                list.add(list.indexOf(pivot) + (before ? 0 : 1), word);
            }
        } else if (choice < 920) {
            String word = random.nextInt(5) == 0 ? "absent" : list.get(at);
            int most = random.nextInt(4);
            boolean forward = random.nextBoolean();
            long removed = 0;
            while ((most == 0 || removed < most) && list.contains(word)) {
                list.remove(forward ? list.indexOf(word) : list.lastIndexOf(word));
                removed++;
            }
            assertEquals(removed, value.removeAll(Bytes.copyOf(word), most, forward));
        } else if (choice < 930) {
            int howMany = 1 + random.nextInt(random.nextInt(4) == 0 ? list.size() : 3);
            value.removeRange(at, howMany);
            list.subList(at, Math.min(list.size(), at + howMany)).clear();
        } else {
            boolean forward = random.nextBoolean();
            List<String> seen = new ArrayList<>();
            value.walk(at, forward, element -> {
                seen.add(element.bytes().toString());
                return seen.size() < 7;
            });
            for (int i = 0; i < seen.size(); i++) {
                assertEquals(list.get(forward ? at + i : at - i), seen.get(i));
            }
            assertEquals(Math.min(7, forward ? list.size() - at : at + 1), seen.size());
            assertEquals(list.get(at), value.get(at).bytes().toString());
        }
        assertEquals(list.size(), value.size());
        assertEquals(list.isEmpty(), database.removeIfEmpty(k, ListValue.TYPE));
        if (list.isEmpty()) {
            model.remove(key);
        }
    }

    private String word() {
        return switch (random.nextInt(60)) {
            case 0 -> "l".repeat(random.nextInt(200_000));
            case 1, 2 -> "m".repeat(random.nextInt(9000));
            case 3, 4, 5, 6, 7, 8 -> Integer.toString(random.nextInt(100_000) - 50_000);
            default -> "w".repeat(random.nextInt(200)) + random.nextInt(30);
        };
    }

    private void moveCutOn() {
        if (cut == null) {
            if (random.nextInt(100) == 0) {
                cut = new CollectionCut();
                keyspace.beginCut(cut);
                wanted = new TreeMap<>();
                model.forEach((key, list) -> wanted.put("0/" + key, new ArrayList<>(list)));
            }
            return;
        }
        if (random.nextInt(8) == 0) {
            keyspace.cuts().step(0);
        }
        if (cut.finished) {
            TreeMap<String, List<String>> got = new TreeMap<>();
            cut.contents.forEach((name, content) -> got.put(name, elements(content)));
            assertEquals(wanted, got);
            assertFalse(keyspace.cuts().isRunning());
            cut = null;
        } else if (random.nextInt(300) == 0) {
            keyspace.cuts().abort();
            cut = null;
        }
    }

    private static List<String> elements(CollectionCut.Content content) {
        if (content.packed()) {
            return content.words();
        }
        List<String> elements = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(content.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int nodes = in.getInt();
        for (int i = 0; i < nodes; i++) {
            byte[] node = new byte[in.getInt()];
            in.get(node);
            elements.addAll(new CollectionCut.Content(0, true, node, 0).words());
        }
        assertFalse(in.hasRemaining());
        assertEquals(content.size(), elements.size());
        return elements;
    }
}
