package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.persist.RdbException.Fault;
import io.vireo.persist.RdbImage.Held;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdbReaderTest {
    /** A file that redis-server 7.0.15 saved. */
    static byte[] saved(String name) throws IOException {
        try (InputStream in = RdbReaderTest.class.getResourceAsStream("redis-7.0.15-" + name + ".rdb")) {
            return in.readAllBytes();
        }
    }

    private static RdbException refused(byte[] rdb) {
        return assertThrows(RdbException.class, () -> RdbImage.of(rdb));
    }

    @Test
    void stringsThatRedisSavedAreReadInAllEncodings() throws IOException, RdbException {
        RdbImage image = RdbImage.of(saved("strings"));
        Map<String, Held> zero = image.databases.get(0);
        assertEquals("-7", zero.get("int8").value());
        assertEquals("12345", zero.get("int16").value());
        assertEquals("-1234567890", zero.get("int32").value());
        assertEquals("1234567890123", zero.get("int64").value());
        assertEquals("007", zero.get("zeros").value());
        assertEquals("", zero.get("empty").value());
        assertEquals("numkey", zero.get("12345").value());
        assertEquals("longkey", zero.get("key".repeat(40)).value());
        assertEquals("abcabcabc".repeat(30), zero.get("packed").value());
        assertTrue(zero.get("packedlong").value().startsWith("line 1 of a text\nline 2 of a text\n"));
        assertTrue(zero.get("binary").value().startsWith("\u007fELF"));
        assertEquals(300, zero.get("binary").value().length());
        assertEquals(new Held("soon", 4_102_444_800_123L), zero.get("ttl"));
        assertEquals(new Held("3", 4_102_444_800_000L), image.databases.get(3).get("three"));
        assertEquals(new Held("x", -1), image.databases.get(15).get("fifteen"));
        assertEquals(List.of("0:14,1", "3:1,1", "15:1,0"), image.hints);
        assertEquals("7.0.15", image.aux.get("redis-ver"));
        assertEquals("0", image.aux.get("aof-base"));
        assertEquals(RdbEnd.Checksum.RIGHT, image.end.checksum());
        assertFalse(image.end.followed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"frequency", "idle"})
    void notesOfUseChangeNothingElse(String name) throws IOException, RdbException {
        assertEquals(RdbImage.of(saved("strings")).databases, RdbImage.of(saved(name)).databases);
    }

    @Test
    void idleTimeAndFrequencyBelongToOneKey() throws IOException, RdbException {
        byte[] rdb = RdbBytes.version(10)
                .hex("fc 0100000000000000 f8 4064 f9 ff 00")
                .string("a")
                .string("x")
                .hex("00")
                .string("b")
                .string("y")
                .end();
        StringBuilder seen = new StringBuilder();
        new RdbReader(new ArraySource(rdb), true, new QuietVisitor() {
                    @Override
                    public void string(RdbEntry e, RdbString value) {
                        seen.append(e.key().text() + " " + e.expireAtMs() + " " + e.idleSeconds() + " " + e.frequency()
                                + " " + e.offset() + "; ");
                    }
                })
                .read();
        assertEquals("a 1 100 255 23; b -1 -1 -1 28; ", seen.toString());
    }

    @Test
    void everyTypeThatRedisSavesIsPassedOver() throws IOException, RdbException {
        RdbImage image = RdbImage.ofAll(saved("types"));
        assertEquals(RdbEnd.Checksum.RIGHT, image.end.checksum());
        assertEquals(1, image.functions.size());
        assertTrue(image.functions.getFirst().startsWith("#!lua name=mylib"));
        assertEquals(List.of(), image.others);
        assertEquals(
                List.of(
                        "bighash",
                        "biglist",
                        "bigset",
                        "bigzset",
                        "intset",
                        "plainlist",
                        "smallhash",
                        "smalllist",
                        "smallset",
                        "smallzset"),
                List.copyOf(image.collections.get(0).keySet()));
        assertEquals(RdbImage.of(saved("strings")).databases, image.databases);
    }

    @ParameterizedTest
    @CsvSource({"06, module value", "07, module value"})
    void aKeyOfAnotherTypeIsRefusedByNameTypeAndPlace(String type, String noun) {
        byte[] rdb = RdbBytes.version(11).hex("fe 02" + type).string("x'\n").end();
        RdbException e = refused(rdb);
        assertEquals(Fault.UNSUPPORTED, e.fault());
        assertTrue(
                e.getMessage()
                        .startsWith("The RDB cannot be loaded: key 'x\\x27\\x0a' in DB 2 is a " + noun + " (RDB type "
                                + Integer.parseInt(type, 16) + " at offset 11), and this server holds no "),
                e.getMessage());
    }

    @Test
    void shapesThatOnlyOtherVersionsWriteArePassedOver() throws RdbException {
        byte[] rdb = RdbBytes.version(11)
                .hex("01")
                .string("list")
                .hex("02")
                .string("a")
                .string("b")
                .hex("02")
                .string("set")
                .hex("01 c001")
                .hex("03")
                .string("zset")
                .hex("02")
                .string("a")
                .string("1.5")
                .string("b")
                .hex("fe")
                .hex("07")
                .string("module")
                .hex("81 0102030405060708")
                .hex("01 05 02 814000000000000000 03")
                .text("1234")
                .hex("04")
                .text("12345678")
                .hex("05")
                .string("s")
                .hex("00")
                .hex("f7 81 1041041041041000 02 01 05")
                .string("s")
                .hex("00")
                .hex("00")
                .string("last")
                .string("x")
                .end();
        RdbImage image = RdbImage.ofAll(rdb);
        assertEquals(1, image.others.size());
        assertEquals(
                Map.of(
                        "list", "list [a, b]",
                        "set", "set {1}",
                        "zset", "zset {a=1.5, b=Infinity}"),
                image.collections.get(0));
        assertEquals(1, image.modules.size());
        assertEquals(9, image.modules.getFirst().length());
        assertEquals(Map.of("last", new Held("x", -1)), image.databases.get(0));
    }

    @Test
    void dataOfAModuleWithoutKeyAreRefusedByItsName() {
        byte[] rdb = RdbBytes.version(10).hex("f7 81 0000000000000400 02 02 00").end(); // nine times 'A', version 0
        assertTrue(
                refused(rdb).getMessage().contains("no matching module 'AAAAAAAAB"),
                refused(rdb).getMessage());
    }

    @Test
    void anExpiryInSecondsIsRead() throws RdbException {
        byte[] rdb = RdbBytes.version(3)
                .hex("fd 00e1f505 00")
                .string("k")
                .string("v")
                .hex("ff")
                .bytes();
        RdbImage image = RdbImage.of(rdb);
        assertEquals(new Held("v", 100_000_000_000L), image.databases.get(0).get("k"));
        assertEquals(RdbEnd.Checksum.NOT_ASKED, image.end.checksum());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void versionsBefore5EndWithoutAChecksum(int version) throws RdbException {
        byte[] rdb = RdbBytes.version(version)
                .hex("00")
                .string("k")
                .string("v")
                .hex("ff")
                .bytes();
        assertEquals(version, RdbImage.of(rdb).end.version());
        assertEquals(rdb.length, RdbImage.of(rdb).end.bytes());
    }

    @Test
    void otherVersionsAreRefusedAsRedisDoes() {
        for (String version : new String[] {"0000", "0012", "9999", "00x1", "-001"}) {
            RdbException e = refused(new RdbBytes().text("REDIS" + version).end());
            assertEquals(Fault.FORMAT, e.fault());
            assertTrue(e.getMessage().startsWith("Can't handle RDB format version "), e.getMessage());
        }
        assertEquals(
                "Can't handle RDB format version 12",
                refused(RdbBytes.version(12).end()).getMessage());
    }

    @Test
    void anotherSignatureIsRefusedAsRedisDoes() {
        for (String start : new String[] {"REDIZ0010", "redis0010", "{\"json\": 1}"}) {
            RdbException e = refused(new RdbBytes().text(start).end());
            assertEquals("Wrong signature trying to load DB from file", e.getMessage());
        }
    }

    @Test
    void aWrongChecksumIsRefusedAndAMissingOneIsNot() throws RdbException {
        byte[] rdb = RdbBytes.version(10).hex("00").string("k").string("v").end();
        byte[] wrong = rdb.clone();
        wrong[rdb.length - 1] ^= 1;
        assertTrue(refused(wrong).getMessage().startsWith("Wrong RDB checksum expected: ("));
        byte[] none = rdb.clone();
        java.util.Arrays.fill(none, rdb.length - 8, rdb.length, (byte) 0);
        assertEquals(RdbEnd.Checksum.ABSENT, RdbImage.of(none).end.checksum());
    }

    @Test
    void aChecksumIsNotComparedWhereThatIsNotAsked() throws IOException, RdbException {
        byte[] rdb = RdbBytes.version(10).hex("00").string("k").string("v").end();
        rdb[rdb.length - 1] ^= 1;
        RdbEnd end = new RdbReader(new ArraySource(rdb), false, new QuietVisitor()).read();
        assertEquals(RdbEnd.Checksum.NOT_ASKED, end.checksum());
    }

    @Test
    void bytesBehindTheEndAreTold() throws RdbException, IOException {
        byte[] rdb = RdbBytes.version(10).hex("00").string("k").string("v").end();
        byte[] longer = java.util.Arrays.copyOf(rdb, rdb.length + 1);
        RdbImage image = RdbImage.of(longer);
        assertTrue(image.end.followed());
        assertEquals(rdb.length, image.end.bytes());
        assertThrows(RdbException.class, () -> RdbSurvey.of(new ArraySource(longer), true, 16));
        byte[] base =
                RdbBytes.version(10).hex("fa").string("aof-base").hex("c001").end();
        assertTrue(RdbSurvey.of(new ArraySource(java.util.Arrays.copyOf(base, base.length + 9)), true, 16)
                .end()
                .followed());
    }

    @Test
    void aVisitorThatRefusesEndsTheReading() {
        byte[] rdb = RdbBytes.version(10).hex("fe 10").end();
        RdbException e = assertThrows(RdbException.class, () -> RdbSurvey.of(new ArraySource(rdb), true, 16));
        assertEquals(
                "FATAL: Data file was created with a Redis server configured to handle more than 16 databases."
                        + " Exiting",
                e.getMessage());
    }

    @Test
    void aSurveyTellsWhatLoadingWillFind() throws IOException, RdbException {
        byte[] rdb = RdbBytes.version(10)
                .hex("fa")
                .string("redis-ver")
                .string("7.2.4")
                .hex("fa")
                .string("repl-stream-db")
                .hex("c003")
                .hex("fa")
                .string("repl-id")
                .string("0123456789".repeat(4))
                .hex("fa")
                .string("repl-offset")
                .string("5000000000")
                .hex("fa")
                .string("used-mem")
                .hex("c180 00")
                .hex("fa")
                .string("%own")
                .string("fact")
                .hex("fe 00 00")
                .string("a")
                .string("x")
                .hex("fe 01 fc 0000000000000001 00")
                .string("b")
                .hex("c005")
                .end();
        RdbSurvey.Report report = RdbSurvey.of(new ArraySource(rdb), true, 16);
        assertEquals("7.2.4", report.facts().version());
        assertEquals(
                new RdbFacts.ReplicationPoint("0123456789".repeat(4), 5_000_000_000L, 3),
                report.facts().history());
        assertEquals(128, report.facts().usedMemory());
        assertEquals(2, report.keys());
        assertEquals(1, report.expiring());
        assertEquals(rdb.length, report.end().bytes());
    }

    @Test
    void aPointInTheStreamThatIsHalfToldIsNone() throws IOException, RdbException {
        byte[] rdb = RdbBytes.version(10)
                .hex("fa")
                .string("repl-id")
                .string("0123456789".repeat(4))
                .end();
        assertNull(RdbSurvey.of(new ArraySource(rdb), true, 16).facts().history());
    }
}
