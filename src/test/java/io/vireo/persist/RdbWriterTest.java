package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.persist.RdbFacts.ReplicationPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RdbWriterTest {
    static final RdbFacts PLAIN = new RdbFacts("7.2.4", 1_700_000_000, 1 << 20, null, false);

    private final ArraySink sink = new ArraySink();

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String latin(byte[] bytes) {
        return RdbImage.latin(bytes, 0, bytes.length);
    }

    private static String hexOf(String text) {
        return hex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The bytes that a value takes when it is written behind the key "k". */
    private String encoded(String value, boolean compression) throws IOException {
        RdbWriter writer = new RdbWriter(sink, compression, false);
        byte[] bytes = CutRecords.bytes("k" + value);
        writer.string(bytes, 0, 1, 1, bytes.length - 1);
        writer.end();
        String all = hex(sink.toByteArray());
        String before = "0001" + hexOf("k");
        String after = "ff" + "00".repeat(8);
        assertTrue(all.startsWith(before) && all.endsWith(after));
        return all.substring(before.length(), all.length() - after.length());
    }

    @Test
    void anEmptyFileIsHeaderFieldsEndAndSum() throws IOException {
        RdbWriter writer = new RdbWriter(sink, true, true);
        writer.begin(new RdbFacts(
                "7.2.4", 1_700_000_000, 1 << 20, new ReplicationPoint("ab".repeat(20), 5_000_000_000L, 0), true));
        writer.end();
        byte[] bytes = sink.toByteArray();
        long sum = Crc64.update(0, bytes, 0, bytes.length - 8);
        assertEquals(
                hexOf("REDIS0010") + "fa09" + hexOf("redis-ver") + "05" + hexOf("7.2.4") + "fa0a"
                        + hexOf("redis-bits") + "c040" + "fa05" + hexOf("ctime") + "c200f15365" + "fa08"
                        + hexOf("used-mem") + "c200001000" + "fa0e" + hexOf("repl-stream-db") + "c000" + "fa07"
                        + hexOf("repl-id") + "c30628" + "01" + hexOf("ab") + "e01d01" + "fa0b" + hexOf("repl-offset")
                        + "0a" + hexOf("5000000000") + "fa08"
                        + hexOf("aof-base") + "c001" + "ff"
                        + String.format("%016x", Long.reverseBytes(sum)),
                hex(bytes));
        assertEquals(bytes.length, writer.position());
    }

    @ParameterizedTest
    @CsvSource({
        "0, c000",
        "-1, c0ff",
        "127, c07f",
        "128, c18000",
        "-128, c080",
        "-129, c17fff",
        "32767, c1ff7f",
        "32768, c200800000",
        "2147483647, c2ffffff7f",
        "-2147483648, c200000080",
        "2147483648, 0a32313437343833363438",
        "-2147483649, 0b2d32313437343833363439",
        "99999999999, 0b3939393939393939393939",
        "007, 03303037",
        "-0, 022d30",
        "-, 012d",
        "+5, 022b35",
        "1a, 023161"
    })
    void textsThatAreNumbersBecomeNumbers(String value, String hex) throws IOException {
        assertEquals(hex, encoded(value, true));
    }

    @Test
    void anEmptyStringIsALengthOfZero() throws IOException {
        assertEquals("00", encoded("", true));
    }

    @Test
    void lengthsTakeTheirShortestForm() throws IOException {
        assertTrue(encoded("y".repeat(63), false).startsWith("3f79"));
        assertTrue(new RdbWriterTest().encoded("y".repeat(64), false).startsWith("404079"));
        assertTrue(new RdbWriterTest().encoded("y".repeat(16_383), false).startsWith("7fff79"));
        assertTrue(new RdbWriterTest().encoded("y".repeat(16_384), false).startsWith("800000400079"));
    }

    @Test
    void onlyStringsOver20BytesAreCompressedAndOnlyIfThatSavesFour() throws IOException {
        assertTrue(encoded("y".repeat(20), true).startsWith("14"));
        assertTrue(new RdbWriterTest().encoded("y".repeat(21), true).startsWith("c3"));
        assertTrue(
                new RdbWriterTest().encoded("abcdefghijklmnopqrstuvwxyz", true).startsWith("1a"));
    }

    @Test
    void numbersOf64BitsThatDoNotFit32AreTheirDigits() throws IOException, RdbException {
        RdbWriter writer = new RdbWriter(sink, true, true);
        writer.begin(PLAIN);
        long[] numbers = {0, 7, -7, Integer.MAX_VALUE, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, 1_234_567_890_123L};
        for (int i = 0; i < numbers.length; i++) {
            byte[] key = CutRecords.bytes("key" + i);
            writer.number(key, 0, key.length, numbers[i]);
        }
        writer.end();
        RdbImage image = RdbImage.of(sink.toByteArray());
        for (int i = 0; i < numbers.length; i++) {
            assertEquals(
                    Long.toString(numbers[i]),
                    image.databases.get(0).get("key" + i).value());
        }
    }

    @Test
    void whatBelongsToAKeyComesBeforeIt() throws IOException {
        RdbWriter writer = new RdbWriter(sink, true, false);
        writer.selectDb(9);
        writer.resizeDb(3, 1);
        writer.expiresAt(0x0102030405060708L);
        writer.idle(100);
        writer.frequency(255);
        writer.number(CutRecords.bytes("k"), 0, 1, 5);
        writer.end();
        assertEquals("fe09fb0301fc0807060504030201f84064f9ff00016bc005ff0000000000000000", hex(sink.toByteArray()));
    }

    @Test
    void everyRoundTripKeepsKeysValuesAndExpiries() throws IOException, RdbException {
        Random random = new Random(11);
        for (boolean compression : new boolean[] {true, false}) {
            for (boolean checksum : new boolean[] {true, false}) {
                ArraySink to = new ArraySink();
                RdbWriter writer = new RdbWriter(to, compression, checksum);
                writer.begin(PLAIN);
                Map<Integer, Map<String, RdbImage.Held>> wanted = new TreeMap<>();
                for (int i = 0; i < 3_000; i++) {
                    int database = i / 1_000;
                    if (i % 1_000 == 0) {
                        writer.selectDb(database);
                        writer.resizeDb(1_000, 500);
                        wanted.put(database, new TreeMap<>());
                    }
                    byte[] key = LzfTest.text(random, random.nextInt(60));
                    String name = i + ":" + latin(key);
                    int longest = i % 100 == 0 ? 600_000 : i % 10 == 0 ? 40_000 : 100;
                    String value = i % 7 == 0
                            ? Long.toString(random.nextLong() >> random.nextInt(64))
                            : latin(LzfTest.text(random, 1 + random.nextInt(longest)));
                    long expiry = random.nextBoolean() ? -1 : random.nextLong() >>> 10;
                    if (expiry >= 0) {
                        writer.expiresAt(expiry);
                    }
                    byte[] both = CutRecords.bytes(name + value);
                    writer.string(both, 0, name.length(), name.length(), value.length());
                    wanted.get(database).put(name, new RdbImage.Held(value, expiry));
                }
                writer.end();
                byte[] bytes = to.toByteArray();
                RdbImage image = RdbImage.of(bytes);
                assertEquals(wanted, image.databases);
                assertEquals(List.of("0:1000,500", "1:1000,500", "2:1000,500"), image.hints);
                assertEquals(bytes.length, image.end.bytes());
                assertEquals(10, image.end.version());
                assertEquals(checksum ? RdbEnd.Checksum.RIGHT : RdbEnd.Checksum.ABSENT, image.end.checksum());
                assertEquals(wanted, RdbImage.read(new ArraySource(bytes, 1_000, false), false).databases);
            }
        }
    }

    @Test
    void aSinkThatFailsEndsTheWriting() {
        RdbSink full = new RdbSink() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public long position() {
                return 0;
            }
        };
        RdbWriter writer = new RdbWriter(full, true, true);
        assertThrows(IOException.class, writer::end);
    }

    @Test
    void recordsOfACutBecomeEntries() throws IOException, RdbException {
        RdbWriter writer = new RdbWriter(sink, true, true);
        writer.begin(PLAIN);
        SnapshotEncoder encoder = new SnapshotEncoder(writer);
        CutRecords records = new CutRecords();
        String large = "0123456789".repeat(SnapshotEncoder.GATHERED_AT_MOST / 10 + 1);

        byte[] first = records.select(0, 4, 1)
                .string("a", "1234567", -1)
                .number("b", 1L << 40, 99_000)
                .select(3, 2, 0)
                .string("three", "", -1)
                .select(0, 4, 1)
                .longString("gathered", -1, 6)
                .piece("abc")
                .chunk();
        byte[] second = records.piece("def")
                .longString("none", 12, 0)
                .select(3, 2, 0)
                .longString("large", 5, large.length())
                .chunk();
        encoder.accept(first, 0, first.length);
        encoder.accept(second, 0, second.length);
        for (int at = 0; at < large.length(); at += 100_000) {
            byte[] chunk = records.piece(large.substring(at, Math.min(at + 100_000, large.length())))
                    .chunk();
            encoder.accept(chunk, 0, chunk.length);
        }
        byte[] last = records.string("z", "z", -1).end().chunk();
        byte[] shifted = new byte[last.length + 7];
        System.arraycopy(last, 0, shifted, 5, last.length);
        encoder.accept(shifted, 5, last.length);
        writer.end();

        assertTrue(encoder.ended());
        assertEquals(7, encoder.keys());
        RdbImage image = RdbImage.of(sink.toByteArray());
        assertEquals(
                Map.of(
                        "a", new RdbImage.Held("1234567", -1),
                        "b", new RdbImage.Held(Long.toString(1L << 40), 99_000),
                        "gathered", new RdbImage.Held("abcdef", -1),
                        "none", new RdbImage.Held("", 12)),
                image.databases.get(0));
        assertEquals(
                Map.of(
                        "three", new RdbImage.Held("", -1),
                        "large", new RdbImage.Held(large, 5),
                        "z", new RdbImage.Held("z", -1)),
                image.databases.get(3));
        assertEquals(List.of("0:4,1", "3:2,0"), image.hints);
    }

    @Test
    void aMalformedCutIsAFaultOfOurs() throws IOException {
        SnapshotEncoder encoder = new SnapshotEncoder(new RdbWriter(sink, true, true));
        byte[] interleaved =
                new CutRecords().longString("k", -1, 5).string("x", "y", -1).chunk();
        assertThrows(IllegalStateException.class, () -> encoder.accept(interleaved, 0, interleaved.length));
        byte[] cut = new CutRecords().string("x", "yyy", -1).chunk();
        SnapshotEncoder other = new SnapshotEncoder(new RdbWriter(sink, true, true));
        assertThrows(RuntimeException.class, () -> other.accept(cut, 0, cut.length - 1));
        assertArrayEquals(new byte[0], sink.toByteArray());
    }
}
