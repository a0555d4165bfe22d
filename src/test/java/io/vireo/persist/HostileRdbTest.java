package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.persist.RdbException.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes from anybody: refused, or read for what they are; never a crash, an endless loop or memory without end. */
class HostileRdbTest {
    private static byte[] small() throws IOException {
        ArraySink sink = new ArraySink();
        RdbWriter writer = new RdbWriter(sink, true, true);
        writer.begin(RdbWriterTest.PLAIN);
        SnapshotEncoder encoder = new SnapshotEncoder(writer);
        byte[] chunk = new CutRecords()
                .select(0, 3, 1)
                .string("key", "value", 4_102_444_800_123L)
                .string("packed", "abc".repeat(30), -1)
                .number("number", 77_777, -1)
                .select(5, 1, 0)
                .string("zeros", "\u00ff" + "\0".repeat(19), -1)
                .end()
                .chunk();
        encoder.accept(chunk, 0, chunk.length);
        writer.end();
        return sink.toByteArray();
    }

    private static void survey(byte[] rdb, boolean tellsSize) throws IOException, RdbException {
        RdbSurvey.of(new ArraySource(rdb, Integer.MAX_VALUE, tellsSize), true, 16);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyTruncationIsAShortRead(boolean tellsSize) throws IOException {
        for (byte[] rdb : new byte[][] {small(), RdbReaderTest.saved("strings")}) {
            for (int length = 0; length < rdb.length; length++) {
                byte[] cut = Arrays.copyOf(rdb, length);
                RdbException e = assertThrows(RdbException.class, () -> survey(cut, tellsSize));
                assertEquals(Fault.SHORT, e.fault());
            }
        }
    }

    @Test
    void everyTruncationOfOtherTypesIsAShortReadToo() throws IOException {
        byte[] rdb = RdbReaderTest.saved("types");
        for (int length = 0; length < rdb.length; length += 1 + length / 300) {
            byte[] cut = Arrays.copyOf(rdb, length);
            RdbException e = assertThrows(RdbException.class, () -> RdbImage.ofAll(cut));
            assertEquals(Fault.SHORT, e.fault());
        }
    }

    @Test
    void everyFlippedBitIsRefused() throws IOException {
        for (byte[] rdb : new byte[][] {small(), RdbReaderTest.saved("strings")}) {
            for (int bit = 0; bit < rdb.length * 8; bit++) {
                byte[] flipped = rdb.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThrows(RdbException.class, () -> survey(flipped, true), "bit " + bit);
            }
        }
    }

    @Test
    void announcedLengthsBeyondTheEndAreRefusedAtOnce() {
        String[] lengths = {"807fffffff", "80ffffffff", "817fffffffffffffff", "81ffffffffffffffff", "7fff"};
        for (String length : lengths) {
            for (String before : new String[] {"00", "00 01 6b", "fa", "f5", "02 01 6b 01"}) {
                byte[] rdb =
                        RdbBytes.version(10).hex(before + length).text("abc").end();
                RdbException e = assertThrows(RdbException.class, () -> RdbImage.ofAll(rdb));
                assertEquals(Fault.SHORT, e.fault());
                assertThrows(RdbException.class, () -> RdbImage.read(new ArraySource(rdb, 5, false), true));
            }
        }
    }

    @Test
    void countsWithoutEndAreAShortRead() {
        for (String type : new String[] {"01", "02", "03", "04", "05", "0e", "0f", "12", "13", "15"}) {
            byte[] rdb =
                    RdbBytes.version(11).hex(type + "01 6b 81ffffffffffffffff").end();
            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(5), () -> assertThrows(RdbException.class, () -> RdbImage.ofAll(rdb)));
        }
    }

    @Test
    void packedStringsCannotPromiseMoreThanTheyCanHold() {
        for (String lengths : new String[] {"03 807fffffff", "03 81ffffffffffffffff", "03 4109", "00 00", "00 05"}) {
            byte[] rdb = RdbBytes.version(10)
                    .hex("00 01 6b c3" + lengths)
                    .hex("006161")
                    .end();
            RdbException e = assertThrows(RdbException.class, () -> RdbImage.of(rdb));
            assertTrue(e.getMessage().contains("Invalid LZF compressed string"), e.getMessage());
        }
    }

    @Test
    void longPackedStringsPassThroughTheWindow() throws IOException, RdbException {
        Random random = new Random(21);
        Lzf lzf = new Lzf();
        for (int round = 0; round < 40; round++) {
            byte[] text = LzfTest.text(random, 130_000 + random.nextInt(900_000));
            byte[] packed = new byte[text.length * 33 / 32 + 16];
            int size = lzf.compress(text, 0, text.length, packed, 0, packed.length);
            RdbBytes rdb = RdbBytes.version(10).hex("00 01 6b c3 80" + hex(size) + "80" + hex(text.length));
            rdb.text(RdbImage.latin(packed, 0, size));
            RdbImage image = RdbImage.read(new ArraySource(rdb.end(), 10_000, false), false);
            assertEquals(
                    RdbImage.latin(text, 0, text.length),
                    image.databases.get(0).get("k").value());

            int victim = random.nextInt(size);
            packed[victim] ^= (byte) (1 + random.nextInt(255));
            RdbBytes broken = RdbBytes.version(10).hex("00 01 6b c3 80" + hex(size) + "80" + hex(text.length));
            byte[] bad = broken.text(RdbImage.latin(packed, 0, size)).end();
            try { // another literal is no fault of the packing
                RdbImage.of(bad);
            } catch (RdbException e) {
                assertEquals(Fault.CORRUPT, e.fault());
            }
        }
    }

    private static String hex(int number) {
        return String.format("%08x", number);
    }

    @Test
    void unknownOpcodesAndEncodingsAreNamed() {
        record Case(String hex, String text) {}
        Case[] cases = {
            new Case("16 01 6b", "Unknown RDB encoding type 22"),
            new Case("08 01 6b", "Unknown RDB encoding type 8"),
            new Case("f4", "Unknown RDB encoding type 244"),
            new Case("00 01 6b c4", "Unknown string encoding 196"),
            new Case("00 82", "Unknown length encoding 130"),
            new Case("fe c0", "A string's encoding where a length belongs"),
            new Case("fe 81ffffffffffffffff", "A database of number 18446744073709551615"),
            new Case("f6", "Pre-release function format not supported."),
            new Case("07 01 6b 01 06", "Unknown module opcode 6"),
            new Case("f7 01 01", "bad when_opcode"),
        };
        for (Case c : cases) {
            byte[] rdb = RdbBytes.version(10).hex(c.hex).end();
            RdbException e = assertThrows(RdbException.class, () -> RdbImage.ofAll(rdb));
            assertTrue(e.getMessage().contains(c.text), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void mutatedFilesEndInAnAnswer(long seed) throws IOException {
        Random random = new Random(seed);
        byte[][] files = {small(), RdbReaderTest.saved("types"), RdbReaderTest.saved("idle")};
        for (int round = 0; round < 1_000; round++) {
            byte[] rdb = files[random.nextInt(files.length)].clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = 9 + random.nextInt(rdb.length - 9);
                rdb[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) random.nextInt(256);
                    case 1 -> (byte) (0xf4 + random.nextInt(12));
                    case 2 -> (byte) random.nextInt(22);
                    default -> (byte) (0x80 + random.nextInt(0x44) * random.nextInt(2));
                };
            }
            byte[] cut = random.nextInt(4) == 0 ? Arrays.copyOf(rdb, random.nextInt(rdb.length)) : rdb;
            boolean tellsSize = random.nextBoolean();
            try {
                new RdbReader(
                                new ArraySource(cut, 1 + random.nextInt(500), tellsSize),
                                random.nextBoolean(),
                                new QuietVisitor())
                        .read();
            } catch (RdbException e) {
                assertTrue(e.getMessage().length() > 10);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void garbageBehindTheSignatureEndsInAnAnswer(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] rdb = new byte[9 + random.nextInt(200)];
            random.nextBytes(rdb);
            System.arraycopy("REDIS0010".getBytes(StandardCharsets.US_ASCII), 0, rdb, 0, 9);
            try {
                new RdbReader(new ArraySource(rdb, Integer.MAX_VALUE, random.nextBoolean()), false, new QuietVisitor())
                        .read();
            } catch (RdbException e) {
                assertTrue(e.getMessage().length() > 10);
            }
        }
    }
}
