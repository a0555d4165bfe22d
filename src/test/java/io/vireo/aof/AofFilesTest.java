package io.vireo.aof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.ServerLog;
import io.vireo.log.LogPiece.Span;
import io.vireo.log.ReplicationId;
import io.vireo.persist.EmptyRdb;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files, and what a survey finds in them when they are whole, torn or damaged. */
class AofFilesTest {
    private static final String ID = "1".repeat(40);
    private static final int BATCHES = 12;

    @TempDir
    private Path home;

    private AofDirectory directory;
    private AofFiles files;
    private long offset;

    @BeforeEach
    void begin() throws IOException {
        directory = new AofDirectory(home, "appendonlydir", "appendonly.aof");
        files = new AofFiles(directory, ServerLog.silent());
        files.begin(null, EmptyRdb.aofBase(0), true, position());
    }

    private Path current() {
        return directory.path(files.manifest().current());
    }

    private AofPosition position() {
        return new AofPosition(ID, offset, ReplicationId.NONE, -1);
    }

    private static String set(int number) {
        String value = "value " + number + " #VIREO>\r\n"; // what a value holds is no line of the file
        return "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + value.length() + "\r\n" + value + "\r\n";
    }

    private void append(String commands) throws IOException {
        byte[] bytes = commands.getBytes(ISO_8859_1);
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, bytes.length));
        memory.copyFrom(MemorySegment.ofArray(bytes));
        offset += bytes.length;
        List<Span> spans = bytes.length == 0 ? List.of() : List.of(new Span(memory.address(), bytes.length));
        files.append(new AofBatch(spans, position(), 0, 0), false);
        assertEquals(0, memory.byteSize() - Math.max(1, bytes.length));
    }

    /** Writes some batches, each flushed, and lets go as a node that ends does. */
    private byte[] writeSome() throws IOException {
        for (int i = 0; i < BATCHES; i++) {
            append(set(i));
            files.sync();
        }
        Path file = current();
        files.close();
        return Files.readAllBytes(file);
    }

    private AofSurvey.Report survey(byte[] content) throws IOException, AofException {
        Path file = home.resolve("looked-over");
        Files.write(file, content);
        return AofSurvey.of(file, 0);
    }

    /** Only the commands of what was found whole. */
    private static String commands(byte[] content, AofSurvey.Report report) {
        String text = new String(Arrays.copyOf(content, (int) report.wholeBytes()), ISO_8859_1);
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < BATCHES; i++) {
            if (text.contains(set(i))) {
                commands.append(set(i));
            }
        }
        return commands.toString();
    }

    @Test
    void whatWasAppendedIsWholeAndSaysWhereTheStreamStands() throws IOException, AofException {
        byte[] content = writeSome();
        AofSurvey.Report report = survey(content);
        assertNull(report.torn());
        assertEquals(content.length, report.wholeBytes());
        assertEquals(position(), report.last().position());
        assertFalse(report.isFollowed());
    }

    @Test
    void everyPrefixIsCutBackToWholeBatches() throws IOException, AofException {
        byte[] content = writeSome();
        int most = 0;
        for (int length = 0; length < content.length; length++) {
            byte[] prefix = Arrays.copyOf(content, length);
            AofSurvey.Report report = survey(prefix);
            assertTrue(report.wholeBytes() <= length);
            assertEquals(report.wholeBytes() < length, report.torn() != null, "at " + length);
            int batches = commands(prefix, report).length() / set(0).length();
            assertTrue(batches >= most - 1, "nothing whole is cut off at " + length);
            most = Math.max(most, batches);
        }
        assertTrue(most >= BATCHES - 2);
    }

    @Test
    void aFlippedBitIsRefusedOrHarmless() throws IOException {
        byte[] content = writeSome();
        Random random = new Random(7);
        String all = "";
        for (int i = 0; i < BATCHES; i++) {
            all += set(i);
        }
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged = content.clone();
            int place = random.nextInt(damaged.length);
            damaged[place] ^= (byte) (1 << random.nextInt(8));
            try {
                assertEquals(all, commands(damaged, survey(damaged)), "a bit at " + place);
            } catch (AofException e) {
                assertTrue(e.getMessage().contains("looked-over at offset"), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 1_500, refused + " refused");
    }

    @Test
    void damageThatNoBatchBehindItSaysWasOnDiskIsATornEnd() throws IOException, AofException {
        append(set(0));
        files.sync();
        append(set(1)); // says that the first one is on disk
        append(set(2)); // says no more
        byte[] content = Files.readAllBytes(current());
        int place = new String(content, ISO_8859_1).lastIndexOf("value 1");
        content[place] = 0;
        AofSurvey.Report report = survey(content);
        assertNotNull(report.torn());
        assertEquals(set(0), commands(content, report));
        assertEquals(set(0).length(), report.last().position().offset());

        byte[] earlier = Files.readAllBytes(current());
        earlier[new String(earlier, ISO_8859_1).indexOf("value 0")] = 0;
        assertThrows(AofException.class, () -> survey(earlier));
    }

    @Test
    void aLengthThatReachesBeyondTheEndIsNoTornEndWhereABatchBehindItSaysSo() throws IOException {
        append("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000\r\n" + "v".repeat(1_000) + "\r\n");
        files.sync();
        Path file = current();
        files.close(); // notes that it is on the disk
        byte[] content = Files.readAllBytes(file);
        content[new String(content, ISO_8859_1).indexOf("$1000") + 1] = '9';
        AofException refusal = assertThrows(AofException.class, () -> survey(content));
        assertTrue(refusal.getMessage().contains("(short read)"), refusal.getMessage());
    }

    @Test
    void aLineThatWasTornBehindOurBatchIsCutOffWithAllBehindIt() throws IOException, AofException {
        byte[] ours = writeSome();
        String text = new String(ours, ISO_8859_1);
        for (String torn : List.of("#VIR\0\0\n", "#\0\0\0\n", "#TS:17\0\0\n", "#TS:1700000000\r\n#VIR\0\n")) {
            AofSurvey.Report report = survey((text + torn + set(3)).getBytes(ISO_8859_1));
            assertEquals(ours.length, report.wholeBytes());
            assertEquals("a line that no server writes", report.torn());
        }
        String theirs = text + "#TS:1700000000\r\n" + set(3) + "# a remark\r\n" + set(4);
        assertEquals(theirs.length(), survey(theirs.getBytes(ISO_8859_1)).wholeBytes());
    }

    @Test
    void anotherServersFileIsAppendedToBehindABatchOfNothing() throws IOException, AofException {
        append(set(0));
        files.close();
        Path file = directory.path(files.manifest().current());
        Files.writeString(file, set(1) + set(2));
        AofFiles resumed = new AofFiles(directory, ServerLog.silent());
        resumed.resume(new AofLoaded(files.manifest(), 0, 0, false, null), position());
        assertEquals(1, resumed.manifest().incremental().size());
        assertEquals(offset, resumed.durableTo());
        resumed.close();

        assertThat(Files.readString(file)).startsWith(set(1) + set(2) + "#VIREO>\r\n#VIREO:");
        AofSurvey.Report report = AofSurvey.of(file, 0);
        assertNull(report.torn());
        assertFalse(report.isFollowed());
        assertEquals(position(), report.last().position());
    }

    @Test
    void zerosBehindAnotherServersCommandsWereNeverWritten() throws IOException, AofException {
        byte[] theirs = set(1).getBytes(ISO_8859_1);
        AofSurvey.Report report = survey(Arrays.copyOf(theirs, theirs.length + 100));
        assertEquals(theirs.length, report.wholeBytes());
        assertEquals("bytes that were never written", report.torn());
        byte[] damaged = Arrays.copyOf(theirs, theirs.length + 100);
        damaged[damaged.length - 1] = 'x';
        assertThrows(AofException.class, () -> survey(damaged));
    }

    @Test
    void anOtherServersCommandsBehindOursAreKeptAndHideThePosition() throws IOException, AofException {
        byte[] ours = writeSome();
        byte[] both =
                (new String(ours, ISO_8859_1) + "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n" + set(3)).getBytes(ISO_8859_1);
        AofSurvey.Report report = survey(both);
        assertNull(report.torn());
        assertEquals(both.length, report.wholeBytes());
        assertTrue(report.isFollowed());

        AofSurvey.Report torn = survey(Arrays.copyOf(both, both.length - 4));
        assertEquals(both.length - set(3).length(), torn.wholeBytes());
    }

    @Test
    void anOtherServersUnfinishedTransactionIsCutOff() throws IOException, AofException {
        String text = set(0) + "*1\r\n$5\r\nMULTI\r\n" + set(1);
        AofSurvey.Report report = survey(text.getBytes(ISO_8859_1));
        assertEquals(set(0).length(), report.wholeBytes());
        assertEquals("incomplete MULTI/EXEC transaction", report.torn());
        String whole = text + "*1\r\n$4\r\nEXEC\r\n";
        assertEquals(whole.length(), survey(whole.getBytes(ISO_8859_1)).wholeBytes());
    }

    @Test
    void anOtherServersDamageIsRefused() {
        for (String bad :
                List.of("!!!\r\n", "*x\r\n", "*1\r\n$-1\r\n", "*0\r\n", "$3\r\n", "*1\r\n$9999999999999\r\n")) {
            byte[] text = (set(0) + bad).getBytes(ISO_8859_1);
            AofException refusal = assertThrows(AofException.class, () -> survey(text), bad);
            assertTrue(refusal.getMessage().startsWith("Bad file format reading the append only file"));
        }
    }

    @Test
    void aRewriteLeavesABaseAndTheFileBehindIt() throws IOException {
        append(set(0));
        files.startIncremental();
        append(set(1));
        Path draft = directory.temporaryBase();
        Files.write(draft, EmptyRdb.aofBase(0));
        files.install(draft, true);
        assertEquals(2, files.manifest().history().size());
        files.deleteHistory();
        assertEquals(
                "file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n",
                Files.readString(directory.manifestPath()));
        assertEquals(3, home.resolve("appendonlydir").toFile().list().length);
        assertEquals(files.appendedTo(), offset);
    }

    @Test
    void aFileWithoutABaseIsNamedOnceItHasOne() throws IOException {
        append(set(0));
        files.sync();
        byte[] before = Files.readAllBytes(directory.manifestPath());
        long durable = files.durableTo();
        files.startTemporary(position());
        append(set(1));
        files.sync();
        assertArrayEquals(before, Files.readAllBytes(directory.manifestPath()));
        assertEquals(durable, files.durableTo());

        Path draft = directory.temporaryBase();
        Files.write(draft, EmptyRdb.aofBase(0));
        files.install(draft, true);
        assertEquals(offset, files.durableTo());
        assertTrue(Files.readString(directory.manifestPath()).contains("appendonly.aof.2.incr.aof seq 2 type i"));

        files.startTemporary(position());
        files.dropTemporary();
        assertFalse(Files.exists(directory.temporaryIncremental()));
        assertThrows(IOException.class, () -> append(set(2)));
    }

    @Test
    void aBaseIsDurableThoughNothingFollowsItAndNotBeforeItIsThere() throws IOException {
        append(set(0));
        files.sync();
        long durable = files.durableTo();
        offset += 1_000; // of a stream that no file was written of
        files.startTemporary(position());
        files.dropTemporary();
        files.sync();
        assertEquals(durable, files.durableTo());

        files.startTemporary(position());
        Path draft = directory.temporaryBase();
        Files.write(draft, EmptyRdb.aofBase(0));
        files.install(draft, true);
        assertEquals(offset, files.durableTo());
    }

    @Test
    void theOneFileOfOldBecomesABase() throws IOException, AofException {
        Path other = Files.createDirectory(home.resolve("other"));
        AofDirectory old = new AofDirectory(other, "appendonlydir", "appendonly.aof");
        Files.writeString(other.resolve("appendonly.aof"), set(0));
        assertTrue(old.exists());
        assertTrue(old.adoptSingleFile(old.readManifest()));
        assertEquals("file appendonly.aof seq 1 type b\n", old.readManifest().text());
        assertEquals(set(0), Files.readString(other.resolve("appendonlydir/appendonly.aof")));
        assertFalse(old.adoptSingleFile(old.readManifest()));
    }
}
