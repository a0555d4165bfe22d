package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.memory.Arena;
import io.vireo.value.IntegerSet;
import io.vireo.value.SetValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of sets in all their forms, against sets, with cuts interleaved. */
class SetModelTest {
    private final Keyspace keyspace = new Keyspace(1);
    private final Database database = keyspace.db(0);
    private final TreeMap<String, TreeSet<String>> model = new TreeMap<>();
    private final TreeSet<String> forms = new TreeSet<>();
    private Random random;
    private CollectionCut cut;
    private TreeMap<String, TreeSet<String>> wanted;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyHistoryIsThatOfSetsAndEveryCutIsOneMoment(long seed) {
        random = new Random(seed);
        keyspace.owner().claim();
        int range = seed % 2 == 0 ? 60 : 3000;
        for (int i = 0; i < 25_000; i++) {
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
        model.forEach((key, members) -> assertEquals(members, membersOf(key)));
        assertEquals("[hashtable, hashtable large, intset]", forms.toString());
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

    private TreeSet<String> membersOf(String key) {
        TreeSet<String> members = new TreeSet<>();
        database.peek(Bytes.copyOf(key), SetValue.TYPE)
                .forEach(member -> assertTrue(members.add(member.bytes().toString())));
        return members;
    }

    private void mutate(int range) {
        String key = "key:" + random.nextInt(9);
        Bytes k = Bytes.copyOf(key);
        TreeSet<String> members = model.get(key);
        boolean numbers = key.hashCode() % 3 != 0;
        int choice = random.nextInt(1000);
        if (choice < 550) {
            String member = numbers && random.nextInt(1000) > 0
                    ? Long.toString((random.nextInt(range) - range / 2) * (random.nextInt(100) == 0 ? 1L << 40 : 1))
                    : "member" + random.nextInt(range) + (random.nextInt(50) == 0 ? "x".repeat(100) : "");
            SetValue set = database.write(k, SetValue.TYPE);
            boolean isNew = set.add(Bytes.copyOf(member));
            assertEquals(model.computeIfAbsent(key, any -> new TreeSet<>()).add(member), isNew);
            forms.add(set.encoding() + (set.isLarge() ? " large" : ""));
        } else if (choice < 960) {
            SetValue set = database.change(k, SetValue.TYPE);
            assertEquals(members == null, set == null);
            if (set != null) {
                String member =
                        random.nextBoolean() ? set.random(random).bytes().toString() : "member" + random.nextInt(range);
                boolean is = members.contains(member);
                assertEquals(is, set.contains(Bytes.copyOf(member)));
                assertEquals(is, set.remove(Bytes.copyOf(member)));
                members.remove(member);
                assertEquals(members.size(), set.size());
                assertEquals(members.isEmpty(), database.removeIfEmpty(k, SetValue.TYPE));
                if (members.isEmpty()) {
                    model.remove(key);
                }
            }
        } else if (choice < 975) {
            assertEquals(members != null, database.delete(k));
            model.remove(key);
        } else if (choice < 985 && members != null) {
            String to = "key:" + random.nextInt(9);
            if (!to.equals(key)) {
                database.copyTo(database, k, Bytes.copyOf(to), true);
                model.put(to, new TreeSet<>(members));
            }
        }
    }

    private void moveCutOn() {
        if (cut == null) {
            if (random.nextInt(100) == 0) {
                cut = new CollectionCut();
                keyspace.beginCut(cut);
                wanted = new TreeMap<>();
                model.forEach((key, members) -> wanted.put("0/" + key, new TreeSet<>(members)));
            }
            return;
        }
        if (random.nextInt(6) == 0) {
            keyspace.cuts().step(0);
        }
        if (cut.finished) {
            TreeMap<String, TreeSet<String>> got = new TreeMap<>();
            cut.contents.forEach((name, content) -> got.put(name, membersOf(content)));
            assertEquals(wanted, got);
            assertFalse(keyspace.cuts().isRunning());
            cut = null;
        }
    }

    private static TreeSet<String> membersOf(CollectionCut.Content content) {
        TreeSet<String> members = new TreeSet<>();
        if (content.packed() && (content.form() & SnapshotRecords.MARKED) != 0) {
            members.addAll(content.words());
        } else if (content.packed()) {
            Bytes copy = Bytes.copyOf(content.bytes());
            IntegerSet numbers = new IntegerSet().pointAt(copy.address());
            for (int i = 0; i < numbers.count(); i++) {
                members.add(Long.toString(numbers.at(i)));
            }
            java.lang.ref.Reference.reachabilityFence(copy);
        } else {
            ByteBuffer in = ByteBuffer.wrap(content.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            while (in.hasRemaining()) {
                assertTrue(members.add(CollectionCut.text(in, in.getInt())));
            }
            assertEquals(content.size(), members.size());
        }
        return members;
    }
}
