package io.vireo.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.RawMemory;
import io.vireo.memory.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackedListTest {
    /** A blob that follows the list's length. */
    private static final class Blob implements BlobRoom {
        private final Arena arena;
        private int ref;
        private int length = PackedList.EMPTY_BYTES;

        Blob(Arena arena) {
            this.arena = arena;
            this.ref = arena.allocate(length);
            PackedList.writeEmpty(arena.address(ref));
        }

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
    }

    private final Arena arena = Arena.reserve(1 << 28);
    private final Blob blob = new Blob(arena);
    private final PackedList list = new PackedList().pointAt(blob);
    private final StringValue view = new StringValue();

    @AfterEach
    void close() {
        arena.close();
    }

    /** The bytes are those that Redis 7.0.15 makes: from DUMP of a hash or sorted set with this element. */
    @ParameterizedTest
    @CsvSource({
        "0, 00 01",
        "127, 7f 01",
        "128, c080 02",
        "-1, dfff 02",
        "4095, cfff 02",
        "-4096, d000 02",
        "4096, f10010 03",
        "-32768, f10080 03",
        "32768, f2008000 04",
        "-8388608, f2000080 04",
        "8388608, f300008000 05",
        "2147483648, f40000008000000000 09",
        "-9223372036854775808, f40000000000000080 09",
        "a, 8161 02",
        "01, 823031 03",
    })
    void elementsLookAsInRedis(String word, String hex) {
        list.append(Bytes.copyOf(word));

        byte[] bytes = new byte[list.bytes() - 7];
        RawMemory.copyOut(list.address() + 6, bytes, 0, bytes.length);
        assertEquals(hex.replace(" ", ""), HexFormat.of().formatHex(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 126, 127, 128, 4095, 4096, 16380, 16381, 16382, 16383, 16384, 70_000, 2_097_200})
    void wordsOfEveryLengthAreWalkedBothWays(int length) {
        list.append(Bytes.copyOf("first"));
        list.append(Bytes.copyOf("x".repeat(length)));
        list.append(Bytes.copyOf("last"));

        assertEquals(List.of("first", "x".repeat(length), "last"), words());
        int middle = list.previous(list.last());
        assertEquals("x".repeat(length), list.at(middle, view).bytes().toString());
        assertEquals(list.first(), list.previous(middle));
        assertEquals(PackedList.NONE, list.previous(list.first()));
        assertTrue(PackedList.isSound(list.address(), list.bytes(), true));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyHistoryIsThatOfAList(long seed) {
        Random random = new Random(seed);
        List<String> model = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            int at = model.isEmpty() ? 0 : random.nextInt(model.size());
            switch (random.nextInt(7)) {
                case 0, 1, 2 -> {
                    String word = word(random);
                    boolean last = random.nextBoolean() || model.isEmpty();
                    list.insert(last ? list.end() : list.seek(at), Bytes.copyOf(word));
                    model.add(last ? model.size() : at, word);
                }
                case 3 -> {
                    if (!model.isEmpty()) {
                        String word = word(random);
                        list.replace(list.seek(at - model.size()), Bytes.copyOf(word));
                        model.set(at, word);
                    }
                }
                case 4 -> {
                    if (!model.isEmpty()) {
                        int howMany = 1 + random.nextInt(5);
                        list.remove(list.seek(at), howMany);
                        model.subList(at, Math.min(model.size(), at + howMany)).clear();
                    }
                }
                case 5 -> {
                    if (!model.isEmpty()) {
                        String word = model.get(at);
                        int found = list.find(list.first(), Bytes.copyOf(word), 1);
                        assertEquals(list.seek(model.indexOf(word)), found);
                        assertTrue(list.isAt(found, Bytes.copyOf(word)));
                    }
                }
                default -> {
                    assertEquals(PackedList.NONE, list.seek(model.size()));
                    assertEquals(PackedList.NONE, list.find(list.first(), Bytes.copyOf("absent"), 1));
                }
            }
            assertEquals(model.size(), list.count());
            assertEquals(blob.length, list.bytes());
        }
        assertEquals(model, words());
        assertTrue(PackedList.isSound(list.address(), list.bytes(), true));
    }

    @Test
    void aListOfMoreThanItsCountTellsIsCountedByWalking() {
        for (int i = 0; i < 66_000; i++) {
            list.append(i % 100);
        }
        assertEquals(66_000, list.count());
        assertEquals(99, list.numberAt(list.seek(65_999)));
        assertEquals(0, list.numberAt(list.seek(-66_000)));
        assertEquals(PackedList.NONE, list.seek(66_000));
    }

    @Test
    void aListWithAnyByteChangedIsFoundUnsoundOrCanBeWalked() {
        for (String word : List.of("a", "123456789", "-5", "x".repeat(100), "y".repeat(5000), "300")) {
            list.append(Bytes.copyOf(word));
        }
        byte[] sound = new byte[list.bytes()];
        RawMemory.copyOut(list.address(), sound, 0, sound.length);
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = sound.clone();
            int at = random.nextInt(3) == 0 ? random.nextInt(30) : random.nextInt(changed.length);
            changed[at] = (byte) random.nextInt();
            long address = arena.address(arena.allocate(changed.length));
            RawMemory.copyIn(changed, 0, address, changed.length);
            if (PackedList.isSound(address, changed.length, true)) {
                PackedList other = new PackedList().pointAt(address);
                int count = 0;
                for (int element = other.first(); element != PackedList.NONE; element = other.next(element)) {
                    other.at(element, view).bytes().toArray();
                    count++;
                }
                assertEquals(other.count(), count);
            }
        }
    }

    @Test
    void aListCutAnywhereIsUnsound() {
        list.append(Bytes.copyOf("some words"));
        list.append(77);
        for (int length = 0; length < list.bytes(); length++) {
            assertFalse(PackedList.isSound(list.address(), length, true));
        }
        assertArrayEquals(new String[] {"some words", "77"}, words().toArray());
    }

    private static String word(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Long.toString(random.nextLong());
            case 1 -> Integer.toString(random.nextInt(10_000) - 5000);
            case 2 -> "0" + random.nextInt(50);
            case 3 -> "w".repeat(random.nextInt(200));
            default -> "w" + random.nextInt(1000);
        };
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        for (int at = list.first(); at != PackedList.NONE; at = list.next(at)) {
            words.add(list.at(at, view).bytes().toString());
        }
        return words;
    }
}
