package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.ServerLog;
import io.vireo.keyspace.Database;
import io.vireo.keyspace.Keyspace;
import io.vireo.value.StreamConsumer;
import io.vireo.value.StreamGroup;
import io.vireo.value.StreamId;
import io.vireo.value.StreamValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of streams, packed and large, with groups, against maps. Snapshot cuts run meanwhile; what they give is
 * written as an RDB, loaded into another keyspace, and must be one moment of the history.
 */
class StreamModelTest {
    private static final int OPERATIONS = 20_000;
    private static final StreamId ZERO = StreamId.MIN;

    /** A stream as maps have it. */
    private static final class Stream {
        private final TreeMap<StreamId, List<String>> entries = new TreeMap<>();
        private final TreeMap<String, Group> groups = new TreeMap<>();
        private StreamId last = ZERO;
        private StreamId maxDeleted = ZERO;
        private long added;
    }

    private static final class Group {
        private StreamId last = ZERO;
        private long read;
        private final TreeMap<String, Long> seen = new TreeMap<>();
        private final TreeMap<StreamId, Delivery> pending = new TreeMap<>();
    }

    private record Delivery(String consumer, long ms, long count) {}

    private final Keyspace keyspace = new Keyspace(1);
    private final Database database = keyspace.db(0);
    private final TreeMap<String, Stream> model = new TreeMap<>();
    private Random random;
    private long clock = 1_000;
    private RdbCut cut;
    private String wanted;
    private int cuts;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyHistoryIsThatOfMapsAndEveryCutIsOneMoment(long seed) throws IOException, RdbException {
        random = new Random(seed);
        keyspace.owner().claim();
        keyspace.valueLimits().streamNodeMaxEntries = seed % 3 == 0 ? 100 : 5;
        keyspace.valueLimits().streamNodeMaxBytes = seed % 2 == 0 ? 4096 : 300;
        for (int i = 0; i < OPERATIONS; i++) {
            mutate();
            moveCutOn();
            if (random.nextInt(200) == 0) {
                assertEquals(shownModel(), shown(keyspace));
            }
            if (random.nextInt(400) == 0) {
                keyspace.defragmentStep(50_000);
            }
            if (random.nextInt(50) == 0) {
                keyspace.freeStep(20_000);
            }
        }
        while (cut != null) {
            moveCutOn();
        }
        assertEquals(shownModel(), shown(keyspace));
        assertTrue(cuts > 10, cuts + " cuts came to their end");
        keyspace.flushAll();
        while (keyspace.freeStep(1_000_000)) {
            // goes on until nothing is left to free
        }
        assertEquals(0, keyspace.usedBytes(), "nothing leaks");
        keyspace.close();
    }

    // Changes, of both.

    private void mutate() {
        String key = "key:" + random.nextInt(3);
        Bytes k = Bytes.copyOf(key);
        Stream stream = model.get(key);
        int choice = random.nextInt(1000);
        if (choice < 450 || stream == null) {
            add(key, k);
        } else if (choice < 550) {
            delete(k, stream);
        } else if (choice < 560) {
            trim(k, stream);
        } else if (choice < 600) {
            group(k, stream);
        } else if (choice < 960 && !stream.groups.isEmpty()) {
            inGroup(k, stream);
        } else if (choice < 962) {
            assertTrue(database.delete(k));
            model.remove(key);
        } else if (choice < 966) {
            copy(key, k);
        }
    }

    private void add(String key, Bytes k) {
        Stream stream = model.computeIfAbsent(key, any -> new Stream());
        StreamId id = random.nextBoolean()
                ? new StreamId(stream.last.ms() + 1 + random.nextInt(3), random.nextInt(3))
                : new StreamId(stream.last.ms(), stream.last.seq() + 1);
        int fields = 1 + random.nextInt(3);
        boolean usual = random.nextInt(3) > 0;
        List<String> words = new ArrayList<>();
        for (int i = 0; i < fields; i++) {
            words.add(usual ? "field" + i : "f" + random.nextInt(100));
            words.add(random.nextBoolean() ? "" + random.nextInt() : "v".repeat(random.nextInt(80)));
        }
        Bytes[] bytes = words.stream().map(Bytes::copyOf).toArray(Bytes[]::new);
        database.write(k, StreamValue.TYPE).append(id, bytes, bytes.length);
        stream.entries.put(id, words);
        stream.last = id;
        stream.added++;
    }

    private void delete(Bytes k, Stream stream) {
        StreamId id = someId(stream);
        boolean there = stream.entries.remove(id) != null;
        assertEquals(there, database.change(k, StreamValue.TYPE).delete(id));
        if (there && id.compareTo(stream.maxDeleted) > 0) {
            stream.maxDeleted = id;
        }
    }

    private StreamId someId(Stream stream) {
        StreamId near = new StreamId(Math.max(0, stream.last.ms() - random.nextInt(300)), random.nextInt(3));
        StreamId found = stream.entries.ceilingKey(near);
        return found == null || random.nextInt(10) == 0 ? near : found;
    }

    private void trim(Bytes k, Stream stream) {
        long most = random.nextInt(3) == 0 ? 0 : random.nextInt(400);
        boolean approximately = random.nextBoolean();
        long before = stream.entries.size();
        long removed = database.change(k, StreamValue.TYPE).trim(most, ZERO, approximately, 0);
        if (approximately) {
            assertTrue(removed <= Math.max(0, before - most), "whole nodes go, and none that should stay");
        } else {
            assertEquals(Math.max(0, before - most), removed);
        }
        for (long i = 0; i < removed; i++) {
            stream.entries.pollFirstEntry();
        }
    }

    private void group(Bytes k, Stream stream) {
        String name = "group" + random.nextInt(3);
        StreamValue value = database.change(k, StreamValue.TYPE);
        if (stream.groups.containsKey(name) && random.nextBoolean()) {
            value.removeGroup(value.group(Bytes.copyOf(name)));
            stream.groups.remove(name);
        } else if (!stream.groups.containsKey(name)) {
            Group group = new Group();
            group.last = random.nextBoolean() ? ZERO : stream.last;
            group.read = random.nextInt(3) - 1;
            value.addGroup(bytes(name), group.last, group.read);
            stream.groups.put(name, group);
        }
    }

    private void inGroup(Bytes k, Stream stream) {
        List<String> names = List.copyOf(stream.groups.keySet());
        String name = names.get(random.nextInt(names.size()));
        Group group = stream.groups.get(name);
        StreamGroup value = database.change(k, StreamValue.TYPE).group(Bytes.copyOf(name));
        String consumer = "consumer" + random.nextInt(4);
        clock += random.nextInt(5);
        int choice = random.nextInt(100);
        if (choice < 60) {
            StreamConsumer owner = value.consumer(Bytes.copyOf(consumer));
            if (owner == null) {
                owner = value.addConsumer(bytes(consumer), clock, -1);
            }
            owner.seen(clock);
            group.seen.put(consumer, clock);
            StreamId id = someId(stream);
            long count = 1 + random.nextInt(3);
            value.deliver(id, owner, clock, count);
            value.lastId(id);
            value.entriesRead(count);
            group.pending.put(id, new Delivery(consumer, clock, count));
            group.last = id;
            group.read = count;
        } else if (choice < 97) {
            StreamId id = random.nextBoolean() && !group.pending.isEmpty() ? group.pending.firstKey() : someId(stream);
            assertEquals(group.pending.remove(id) != null, value.acknowledge(id));
        } else if (group.seen.containsKey(consumer)) {
            value.removeConsumer(value.consumer(Bytes.copyOf(consumer)));
            group.seen.remove(consumer);
            group.pending.values().removeIf(delivery -> delivery.consumer.equals(consumer));
        }
    }

    private void copy(String key, Bytes k) {
        String to = "key:" + random.nextInt(3);
        if (to.equals(key)) {
            return;
        }
        assertTrue(database.copyTo(database, k, Bytes.copyOf(to), true));
        Stream from = model.get(key);
        Stream copy = new Stream();
        copy.entries.putAll(from.entries);
        copy.last = from.last;
        copy.maxDeleted = from.maxDeleted;
        copy.added = from.added;
        from.groups.forEach((name, group) -> {
            Group same = new Group();
            same.last = group.last;
            same.read = group.read;
            same.seen.putAll(group.seen);
            same.pending.putAll(group.pending);
            copy.groups.put(name, same);
        });
        model.put(to, copy);
    }

    // Cuts.

    private void moveCutOn() throws IOException, RdbException {
        if (cut == null) {
            if (random.nextInt(200) == 0) {
                cut = new RdbCut();
                wanted = shownModel();
                keyspace.beginCut(cut);
            }
            return;
        }
        if (random.nextInt(8) == 0) {
            keyspace.cuts().step(0);
        }
        if (cut.isFinished()) {
            assertEquals(wanted, loadedAgain(cut.rdb()));
            assertFalse(keyspace.cuts().isRunning());
            cuts++;
            cut = null;
        } else if (random.nextInt(300) == 0) {
            keyspace.cuts().abort();
            cut = null;
        }
    }

    private static String loadedAgain(byte[] rdb) throws IOException, RdbException {
        try (Keyspace copy = new Keyspace(1)) {
            copy.owner().claim();
            RdbLoader.Settings settings = new RdbLoader.Settings(true, false, 0, 0);
            new RdbLoader(new KeyspaceTarget(copy), settings, ServerLog.silent()).load(new ArraySource(rdb));
            return shown(copy);
        }
    }

    // Both as text.

    private String shownModel() {
        StringBuilder text = new StringBuilder();
        model.forEach((key, stream) -> {
            text.append(key)
                    .append(' ')
                    .append(stream.last)
                    .append(' ')
                    .append(stream.maxDeleted)
                    .append(' ')
                    .append(stream.added)
                    .append(' ')
                    .append(stream.entries.size())
                    .append('\n');
            stream.entries.forEach((id, words) -> text.append(id).append(words).append('\n'));
            stream.groups.forEach((name, group) -> {
                text.append(name)
                        .append(' ')
                        .append(group.last)
                        .append(' ')
                        .append(group.read)
                        .append(group.seen)
                        .append('\n');
                group.pending.forEach((id, delivery) ->
                        text.append(id).append(' ').append(delivery).append('\n'));
            });
        });
        return text.toString();
    }

    private static String shown(Keyspace keyspace) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            StreamValue stream = keyspace.db(0).peek(Bytes.copyOf("key:" + i), StreamValue.TYPE);
            if (stream == null) {
                continue;
            }
            text.append("key:" + i + " ")
                    .append(stream.lastId())
                    .append(' ')
                    .append(stream.maxDeletedId())
                    .append(' ')
                    .append(stream.entriesAdded())
                    .append(' ')
                    .append(stream.size())
                    .append('\n');
            stream.walk(StreamId.MIN, StreamId.MAX, true, entry -> {
                List<String> words = new ArrayList<>();
                entry.forEach((field, value) -> {
                    words.add(field.bytes().toString());
                    words.add(value.bytes().toString());
                });
                text.append(entry.id()).append(words).append('\n');
                return true;
            });
            stream.groups().forEach(group -> show(group, text));
        }
        return text.toString();
    }

    private static void show(StreamGroup group, StringBuilder text) {
        NavigableMap<String, Long> seen = new TreeMap<>();
        for (StreamConsumer consumer : group.consumers()) {
            seen.put(text(consumer.name()), consumer.seenMs());
            long[] own = {0};
            group.walk(consumer, StreamId.MIN, entry -> {
                own[0]++;
                assertEquals(text(consumer.name()), text(entry.consumer().name()));
                return true;
            });
            assertEquals(own[0], consumer.pendingCount());
        }
        text.append(text(group.name()))
                .append(' ')
                .append(group.lastId())
                .append(' ')
                .append(group.entriesRead())
                .append(seen)
                .append('\n');
        group.walk(StreamId.MIN, entry -> {
            Delivery delivery = new Delivery(text(entry.consumer().name()), entry.deliveredMs(), entry.deliveries());
            text.append(entry.id()).append(' ').append(delivery).append('\n');
            return true;
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
