package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.persist.RdbException.Fault;
import io.vireo.testkit.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RdbCommandsTest {
    private final TestServer server = new TestServer();
    private final TestServer copy = new TestServer();

    @AfterEach
    void close() {
        server.close();
        copy.close();
    }

    private static byte[] converted(byte[] rdb) throws IOException, RdbException {
        ArraySink sink = new ArraySink();
        RdbCommands.convert(new ArraySource(rdb), sink);
        return sink.toByteArray();
    }

    /** The words of commands, which are all there is. */
    private static List<byte[][]> parsed(byte[] commands) {
        List<byte[][]> parsed = new ArrayList<>();
        int[] at = {0};
        while (at[0] < commands.length) {
            byte[][] words = new byte[head(commands, at, '*')][];
            for (int i = 0; i < words.length; i++) {
                int length = head(commands, at, '$');
                words[i] = Arrays.copyOfRange(commands, at[0], at[0] + length);
                at[0] += length;
                assertEquals("\r\n", new String(commands, at[0], 2, StandardCharsets.ISO_8859_1));
                at[0] += 2;
            }
            parsed.add(words);
        }
        return parsed;
    }

    private static int head(byte[] commands, int[] at, char type) {
        assertEquals(type, commands[at[0]++]);
        int number = 0;
        for (; commands[at[0]] != '\r'; at[0]++) {
            number = number * 10 + Character.digit(commands[at[0]], 10);
        }
        assertEquals('\n', commands[at[0] + 1]);
        at[0] += 2;
        return number;
    }

    private static String text(byte[] word) {
        return RdbImage.latin(word, 0, word.length);
    }

    private static List<String> lines(byte[] commands) {
        return parsed(commands).stream()
                .map(words -> String.join(
                        " ", Arrays.stream(words).map(RdbCommandsTest::text).toList()))
                .toList();
    }

    private static byte[] saved(TestServer from) throws IOException {
        RdbCut cut = new RdbCut();
        from.keyspace().beginCut(cut);
        while (!cut.isFinished()) {
            from.keyspace().cuts().step(Long.MAX_VALUE / 2);
        }
        return cut.rdb();
    }

    /** What the server holds, as commands that stand in its file. */
    private List<String> commands() throws IOException, RdbException {
        return lines(converted(saved(server)));
    }

    private static void replay(byte[] commands, TestServer to) {
        for (byte[][] words : parsed(commands)) {
            if (!text(words[0]).equals("FUNCTION")) {
                String reply = to.firstClient().run(words);
                assertFalse(reply.startsWith("-"), () -> text(words[0]) + " " + text(words[1]) + ": " + reply);
            }
        }
    }

    @Test
    void theBytesAreRespAndExpiriesStandBehindTheirKeys() throws IOException, RdbException {
        server.run("set text hello");
        server.run("select 3");
        server.run("set number -12 pxat 4102444800123");
        assertEquals(
                "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$4\r\ntext\r\n$5\r\nhello\r\n"
                        + "*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n*3\r\n$3\r\nSET\r\n$6\r\nnumber\r\n$3\r\n-12\r\n"
                        + "*3\r\n$9\r\nPEXPIREAT\r\n$6\r\nnumber\r\n$13\r\n4102444800123\r\n",
                text(converted(saved(server))));
    }

    @Test
    void nothingIsWrittenOfNothing() throws IOException, RdbException {
        assertEquals(0, converted(saved(server)).length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"strings", "types"})
    void whatRedisSavedIsTheSameByCommands(String name) throws IOException, RdbException {
        byte[] rdb = RdbReaderTest.saved(name);
        byte[] commands = converted(rdb);
        replay(commands, copy);
        RdbImage wanted = RdbImage.of(rdb);
        RdbImage got = RdbImage.of(saved(copy));
        assertEquals(wanted.databases, got.databases);
        assertEquals(wanted.collections, got.collections);
        List<String> libraries = lines(commands).stream()
                .filter(line -> line.startsWith("FUNCTION LOAD #!lua"))
                .map(line -> line.substring("FUNCTION LOAD ".length()))
                .toList();
        assertEquals(wanted.functions, libraries);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 150, 1_000})
    void noCommandHasMoreThan64Elements(int elements) throws IOException, RdbException {
        for (int i = 0; i < elements; i++) {
            server.run("rpush list " + i);
            server.run("sadd numbers " + i * 70_000L);
            server.run("sadd words w" + i);
            server.run("hset hash f" + i + " v" + i);
            server.run("zadd zset " + i + ".5 m" + i);
        }
        byte[] commands = converted(saved(server));
        for (byte[][] words : parsed(commands)) {
            int perElement = text(words[0]).matches("HMSET|ZADD") ? 2 : 1;
            assertTrue(words.length - 2 <= 64 * perElement, () -> words.length + " words of " + text(words[0]));
        }
        int each = (elements + 63) / 64;
        for (String name : List.of("RPUSH list", "SADD numbers", "SADD words", "HMSET hash", "ZADD zset")) {
            assertEquals(
                    each,
                    lines(commands).stream()
                            .filter(line -> line.startsWith(name + " "))
                            .count(),
                    name);
        }
        replay(commands, copy);
        assertEquals(RdbImage.of(saved(server)).collections, RdbImage.of(saved(copy)).collections);
    }

    @Test
    void scoresAreExact() throws IOException, RdbException {
        String[] scores = {"inf", "-inf", "0.1", "3", "-1.5e+300", "4.9406564584124654e-324", "12345678901234567"};
        for (int i = 0; i < scores.length; i++) {
            server.run("zadd small " + scores[i] + " m" + i);
            server.run("zadd large " + scores[i] + " m" + i);
        }
        for (int i = 0; i < 300; i++) {
            server.run("zadd large " + new Random(i).nextGaussian() + " other" + i);
        }
        replay(converted(saved(server)), copy);
        for (String set : List.of("small", "large")) {
            String all = "zrange " + set + " 0 -1 withscores";
            assertEquals(server.run(all), copy.run(all));
        }
    }

    @Test
    void wordsOfAnyLengthKeepTheirOrderAndTheirBytes() throws IOException, RdbException {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] word = new byte[random.nextInt(8) == 0 ? random.nextInt(300_000) : random.nextInt(40)];
            random.nextBytes(word);
            server.firstClient().run(word("rpush"), word("list"), word);
            server.firstClient().run(word("hset"), word("hash"), word, word("v" + i));
            server.firstClient().run(word("hset"), word("hash"), word("f" + i), word);
            server.firstClient().run(word("set"), word("key" + i), word);
        }
        replay(converted(saved(server)), copy);
        assertEquals(RdbImage.of(saved(server)).databases, RdbImage.of(saved(copy)).databases);
        assertEquals(RdbImage.of(saved(server)).collections, RdbImage.of(saved(copy)).collections);
    }

    private static byte[] word(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLongStringPassesInPiecesWithItsExpiryBehindIt(boolean compressible) throws IOException, RdbException {
        byte[] value = new byte[3_000_000];
        if (!compressible) {
            new Random(1).nextBytes(value);
        }
        ArraySink rdb = new ArraySink();
        RdbWriter writer = new RdbWriter(rdb, true, true);
        writer.begin(RdbWriterTest.PLAIN);
        writer.expiresAt(4_102_444_800_123L);
        byte[] all = new byte[value.length + 1];
        all[0] = 'k';
        System.arraycopy(value, 0, all, 1, value.length);
        writer.string(all, 0, 1, 1, value.length);
        writer.end();

        int[] longest = {0};
        ArraySink sink = new ArraySink();
        RdbCommands.convert(new ArraySource(rdb.toByteArray()), new RdbSink() {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                longest[0] = Math.max(longest[0], bytes.length);
                sink.write(bytes, offset, length);
            }

            @Override
            public long position() {
                return sink.position();
            }
        });
        List<byte[][]> commands = parsed(sink.toByteArray());
        assertArrayEquals(value, commands.get(1)[2]);
        assertEquals("4102444800123", text(commands.get(2)[2]));
        assertTrue(longest[0] < 1 << 20, "an array of " + longest[0]);
    }

    @Test
    void aStreamIsItsEntriesItsIdsItsGroupsAndWhatIsPending() throws IOException, RdbException {
        server.run("xadd s 1-1 a 1 b two");
        server.run("xadd s 1-2 a 3 b four");
        server.run("xadd s 2-0 other x");
        server.run("xadd s 3-0 a 5 b six");
        server.run("xadd s 4-0 a 7 b 8");
        server.run("xdel s 1-2 4-0");
        server.run("xgroup create s g 0");
        server.run("xgroup create s unread $ entriesread 4");
        server.run("xgroup createconsumer s g idle");
        server.run("xreadgroup group g busy count 2 streams s >");
        server.run("xreadgroup group g busy count 2 streams s 0");
        server.run("xclaim s g busy 0 2-0 time 1700000000000 retrycount 7");
        server.run("pexpireat s 4102444800123");
        assertEquals(
                List.of(
                        "SELECT 0",
                        "XADD s 1-1 a 1 b two",
                        "XADD s 2-0 other x",
                        "XADD s 3-0 a 5 b six",
                        "XSETID s 4-0 ENTRIESADDED 5 MAXDELETEDID 4-0",
                        "XGROUP CREATE s g 2-0 ENTRIESREAD -1",
                        "XGROUP CREATECONSUMER s g busy",
                        "XCLAIM s g busy 0 1-1 TIME 1700000000000 RETRYCOUNT 2 JUSTID FORCE",
                        "XCLAIM s g busy 0 2-0 TIME 1700000000000 RETRYCOUNT 7 JUSTID FORCE",
                        "XGROUP CREATECONSUMER s g idle",
                        "XGROUP CREATE s unread 4-0 ENTRIESREAD 4",
                        "PEXPIREAT s 4102444800123"),
                commands());
        replay(converted(saved(server)), copy);
        assertEquals(server.run("xinfo stream s full"), copy.run("xinfo stream s full"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xgroup create s g 0 mkstream", "xadd s maxlen 0 5-7 a b"})
    void anEmptyStreamIsMadeToo(String made) throws IOException, RdbException {
        server.run(made);
        List<String> commands = commands();
        assertEquals("XADD s MAXLEN 0 0-1 x y", commands.get(1));
        replay(converted(saved(server)), copy);
        assertEquals(server.run("xinfo stream s full"), copy.run("xinfo stream s full"));
    }

    @Test
    void streamsOfManyNodesAreTheSame() throws IOException, RdbException {
        Random random = new Random(5);
        for (int i = 1; i < 2_000; i++) {
            String field = random.nextInt(5) == 0 ? "f" + random.nextInt(10) : "f";
            server.run("xadd s " + i + "-" + random.nextInt(3) + " " + field + " " + "v".repeat(random.nextInt(40))
                    + " g " + random.nextInt());
            if (random.nextInt(4) == 0) {
                server.run("xdel s " + random.nextInt(i) + "-" + random.nextInt(3));
            }
        }
        replay(converted(saved(server)), copy);
        assertEquals(server.run("xlen s"), copy.run("xlen s"));
        assertEquals(server.run("xrange s - +"), copy.run("xrange s - +"));
    }

    @Test
    void whatNoCommandMakesIsRefused() {
        byte[] rdb = RdbBytes.version(11).hex("fe 00 07").string("key").end();
        RdbException e = assertThrows(RdbException.class, () -> converted(rdb));
        assertEquals(Fault.UNSUPPORTED, e.fault());
    }

    @Test
    void aFileThatIsCutAndASinkThatFailsEndIt() throws IOException {
        server.run("set key " + "x".repeat(1_000));
        byte[] rdb = saved(server);
        assertEquals(
                Fault.SHORT,
                assertThrows(RdbException.class, () -> converted(Arrays.copyOf(rdb, rdb.length - 12)))
                        .fault());

        IOException full = new IOException("No space left on device");
        server.run("set key " + "x".repeat(200_000));
        byte[] larger = saved(server);
        assertSame(
                full,
                assertThrows(
                        IOException.class,
                        () -> RdbCommands.convert(new ArraySource(larger), new RdbSink() {
                            @Override
                            public void write(byte[] bytes, int offset, int length) throws IOException {
                                throw full;
                            }

                            @Override
                            public long position() {
                                return 0;
                            }
                        })));
    }
}
