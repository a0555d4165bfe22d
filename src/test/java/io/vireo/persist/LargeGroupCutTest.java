package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cut of a group with so much pending that it goes through several parts, while entries are delivered and acknowledged. */
class LargeGroupCutTest {
    private static final Bytes KEY = Bytes.copyOf("stream");
    private static final int PENDING = 300_000;

    private final Keyspace keyspace = new Keyspace(1);
    private final Database db = keyspace.db(0);

    private StreamGroup group() {
        return db.change(KEY, StreamValue.TYPE).group(Bytes.copyOf("group"));
    }

    private void fill() {
        Bytes[] words = {Bytes.copyOf("field"), Bytes.copyOf("value")};
        StreamValue stream = db.write(KEY, StreamValue.TYPE);
        for (int i = 1; i <= 1_000; i++) {
            stream.append(new StreamId(i, 0), words, words.length);
        }
        StreamGroup group = stream.addGroup(bytes("group"), StreamId.MIN, 0);
        StreamConsumer[] consumers = new StreamConsumer[3];
        for (int i = 0; i < consumers.length; i++) {
            consumers[i] = group.addConsumer(bytes("consumer" + i), 1, 1);
        }
        for (int i = 1; i <= PENDING; i++) {
            group.deliver(new StreamId(i, 0), consumers[i % consumers.length], i, 1);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] dump(Database from) {
        try (Arena memory = Arena.ofConfined()) {
            return ValueDump.of(from, KEY, false, memory).toArray();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCutIsTheMomentItWasBegun(boolean givenUp) throws IOException, RdbException {
        keyspace.owner().claim();
        fill();
        byte[] wanted = dump(db);
        Random random = new Random(11);
        RdbCut cut = new RdbCut();
        keyspace.beginCut(cut);
        int parts = 0;
        while (!cut.isFinished() && !(givenUp && parts == 5)) {
            for (int i = 0; i < 20; i++) {
                change(random);
            }
            keyspace.cuts().step(0);
            parts++;
        }
        assertTrue(parts > 4, parts + " parts");
        if (givenUp) {
            keyspace.cuts().abort();
        } else {
            assertArrayEquals(wanted, loaded(cut.rdb()));
        }
        keyspace.flushAll();
        while (keyspace.freeStep(1_000_000)) {
            // goes on until nothing is left to free
        }
        assertEquals(0, keyspace.usedBytes(), "nothing leaks");
        keyspace.close();
    }

    private void change(Random random) {
        StreamGroup group = group();
        StreamId id = new StreamId(1 + random.nextInt(PENDING), random.nextInt(2));
        if (random.nextBoolean()) {
            group.acknowledge(id);
        } else {
            group.deliver(id, group.consumer(Bytes.copyOf("consumer" + random.nextInt(3))), 7, 2);
        }
    }

    private static byte[] loaded(byte[] rdb) throws IOException, RdbException {
        try (Keyspace copy = new Keyspace(1)) {
            copy.owner().claim();
            RdbLoader.Settings settings = new RdbLoader.Settings(true, false, 0, 0);
            new RdbLoader(new KeyspaceTarget(copy), settings, ServerLog.silent()).load(new ArraySource(rdb));
            return dump(copy.db(0));
        }
    }
}
