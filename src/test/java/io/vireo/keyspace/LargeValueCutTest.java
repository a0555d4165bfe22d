package io.vireo.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A value of many groups is changed in every way at every stage of its being copied out. */
class LargeValueCutTest {
    private static final int GROUPS = 7;
    private static final String VALUE = "0123456789abcdef".repeat(HeldValue.GROUP_BYTES / 16 * GROUPS) + "tail";
    private static final Bytes KEY = Bytes.copyOf("large");
    private static final Bytes OTHER = Bytes.copyOf("other");

    private final Keyspace keyspace = new Keyspace(2);
    private final Database db = keyspace.db(0);

    @AfterEach
    void close() {
        keyspace.close();
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("overwrite the first bytes", db -> db.setRange(KEY, 0, Bytes.copyOf("XXX"))),
                change("overwrite the last bytes", db -> db.setRange(KEY, VALUE.length() - 3, Bytes.copyOf("XXX"))),
                change("overwrite across groups", db -> db.setRange(KEY, 60_000, Bytes.copyOf("X".repeat(150_000)))),
                change("append", db -> db.append(KEY, Bytes.copyOf("X".repeat(100)))),
                change("grow beyond the blob", db -> db.append(KEY, Bytes.copyOf("X".repeat(3_000_000)))),
                change("delete", db -> db.delete(KEY)),
                change(
                        "replace by as large a value",
                        db -> db.setString(KEY, Bytes.copyOf("X".repeat(VALUE.length())))),
                change("replace by a small value", db -> db.setString(KEY, Bytes.copyOf("X"))),
                change("rename and change", db -> {
                    db.rename(KEY, OTHER);
                    db.setRange(OTHER, 300_000, Bytes.copyOf("XXX"));
                }),
                change("expire, persist and change", db -> {
                    db.setExpireAt(KEY, Long.MAX_VALUE);
                    db.setRange(KEY, 300_000, Bytes.copyOf("XXX"));
                    db.persist(KEY);
                    db.delete(KEY);
                }),
                change("flush", Database::flush));
    }

    private static Arguments change(String name, Consumer<Database> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void theCutHasTheValueAsItWas(String name, Consumer<Database> change) {
        for (int steps = 0; steps < GROUPS + 4; steps++) {
            keyspace.flushAll();
            db.setString(KEY, Bytes.copyOf(VALUE));
            db.setString(Bytes.copyOf("small"), Bytes.copyOf("1"));
            RecordedCut cut = new RecordedCut();
            keyspace.beginCut(cut);
            for (int i = 0; i < steps; i++) {
                keyspace.cuts().step(0);
            }
            change.accept(db);
            db.setString(Bytes.copyOf("small"), Bytes.copyOf("2"));
            while (!cut.finished) {
                keyspace.cuts().step(0);
            }
            assertEquals(VALUE + "@-1", cut.entries.get("0/large"), "changed after " + steps + " steps");
            assertEquals("1@-1", cut.entries.get("0/small"));
            assertEquals(2, cut.entries.size());
        }
        keyspace.flushAll();
        while (keyspace.freeStep(1_000_000)) {
            // goes on until nothing is left to free
        }
        assertEquals(0, keyspace.usedBytes(), "nothing leaks");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void aWriteTakesOutNoMoreThanTheGroupsItTouches(String name, Consumer<Database> change) {
        db.setString(KEY, Bytes.copyOf(VALUE));
        keyspace.beginCut(new RecordedCut());
        change.accept(db);
        assertTrue(
                keyspace.cuts().copiedBytes() <= 4 * HeldValue.GROUP_BYTES + 100,
                () -> name + " took out " + keyspace.cuts().copiedBytes());
        keyspace.cuts().abort();
    }
}
