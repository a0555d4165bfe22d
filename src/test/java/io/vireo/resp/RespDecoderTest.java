package io.vireo.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;
import io.vireo.base.RawMemory;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RespDecoderTest {
    private final RespDecoder decoder = new RespDecoder(new Args());
    private boolean loggedIn = true;

    private final RespDecoder.Limits limits = new RespDecoder.Limits() {
        @Override
        public boolean isLoggedIn() {
            return loggedIn;
        }

        @Override
        public long maxBulkLength() {
            return 512L << 20;
        }
    };

    /** Feeds the bytes in pieces of these sizes, moving what is left to new memory each time, as a connection does. */
    private List<List<String>> decode(String bytes, int... pieces) throws ProtocolException {
        byte[] all = bytes.getBytes(StandardCharsets.ISO_8859_1);
        List<List<String>> commands = new ArrayList<>();
        int used = 0;
        int have = 0;
        for (int i = 0; have < all.length; i++) {
            have = Math.min(all.length, have + (i < pieces.length ? pieces[i] : all.length));
            try (Arena arena = Arena.ofConfined()) {
                long address = arena.allocate(Math.max(1, have - used)).address();
                RawMemory.copyIn(all, used, address, have - used);
                int start = used;
                while (true) {
                    RespDecoder.Outcome outcome = decoder.next(address + used - start, have - used, limits);
                    if (outcome == RespDecoder.Outcome.MORE) {
                        break;
                    }
                    if (outcome == RespDecoder.Outcome.COMMAND) {
                        commands.add(words(decoder.args()));
                    }
                    used += decoder.used();
                }
            }
        }
        assertEquals(all.length, used, "every byte is used");
        return commands;
    }

    private static List<String> words(Args args) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < args.count(); i++) {
            words.add(new String(args.get(i).toArray(), StandardCharsets.ISO_8859_1));
        }
        return words;
    }

    @Test
    void aPipelineIsCutIntoItsCommands() throws ProtocolException {
        assertEquals(
                List.of(List.of("SET", "a", "1"), List.of("GET", "a"), List.of("PING")),
                decode("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING\r\n"));
    }

    @Test
    void aCommandMayBreakAtEveryByte() throws ProtocolException {
        String bytes = "*3\r\n$3\r\nSET\r\n$2\r\n\r\n\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\nGET \"a b\"\r\n";
        List<List<String>> whole = decode(bytes);
        assertEquals(List.of(List.of("SET", "\r\n", ""), List.of("PING"), List.of("GET", "a b")), whole);
        for (int cut = 1; cut < bytes.length(); cut++) {
            assertEquals(whole, decode(bytes, cut), "cut at " + cut);
        }
    }

    @Test
    void aCommandMayComeInAnyPieces() throws ProtocolException {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            bytes.append("*").append(2 + i).append("\r\n$4\r\nMGET\r\n");
            for (int k = 0; k <= i; k++) {
                bytes.append("$").append(k).append("\r\n").append("x".repeat(k)).append("\r\n");
            }
        }
        List<List<String>> whole = decode(bytes.toString());
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            int[] pieces = random.ints(2000, 1, 60).toArray();
            assertEquals(whole, decode(bytes.toString(), pieces));
        }
    }

    @Test
    void emptyLinesAndEmptyArraysRunNothing() throws ProtocolException {
        assertEquals(List.of(List.of("PING")), decode("\r\n\n*0\r\n*-1\r\n   \r\nPING\r\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*x\\r\\n | invalid multibulk length",
                "*2147483648\\r\\n | invalid multibulk length",
                "*01\\r\\n | invalid multibulk length",
                "*1\\r\\n:1\\r\\n | expected '$', got ':'",
                "*1\\r\\n$-1\\r\\n | invalid bulk length",
                "*1\\r\\n$536870913\\r\\n | invalid bulk length",
                "*1\\r\\n$2147483648000\\r\\n | invalid bulk length",
                "*1\\r\\n$x\\r\\n | invalid bulk length",
                "SET \"a\\r\\n | unbalanced quotes in request",
            })
    void whatIsNoCommandIsRefusedInTheWordsOfRedis(String bytes, String problem) {
        String raw = bytes.replace("\\r", "\r").replace("\\n", "\n");
        ProtocolException refusal = assertThrows(ProtocolException.class, () -> decode(raw));
        assertEquals(problem, refusal.getMessage());
        assertEquals("ERR Protocol error: " + problem, refusal.reply().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "*, too big mbulk count string",
        "*1\\r\\n$, too big bulk count string",
        "x, too big inline request",
    })
    void aLineWithoutEndIsRefusedOnceItIsTooLong(String start, String problem) {
        String bytes = start.replace("\\r\\n", "\r\n") + "1".repeat(RespDecoder.MAX_LINE + 1);
        ProtocolException refusal = assertThrows(ProtocolException.class, () -> decode(bytes));
        assertEquals(problem, refusal.getMessage());
    }

    @Test
    void onlySmallCommandsAreReadBeforeLogin() throws ProtocolException {
        loggedIn = false;
        assertEquals(List.of(List.of("AUTH", "x")), decode("*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n"));
        assertEquals(
                "unauthenticated multibulk length",
                assertThrows(ProtocolException.class, () -> decode("*11\r\n")).getMessage());
    }

    @Test
    void aLargeWordIsRefusedBeforeLogin() {
        loggedIn = false;
        assertEquals(
                "unauthenticated bulk length",
                assertThrows(ProtocolException.class, () -> decode("*1\r\n$16385\r\n"))
                        .getMessage());
    }

    @Test
    void aHugeArrayThatIsOnlyAnnouncedTakesNoMemory() throws ProtocolException {
        byte[] head = "*2147483647\r\n$536870912\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(head.length).address();
            RawMemory.copyIn(head, 0, address, head.length);
            assertEquals(RespDecoder.Outcome.MORE, decoder.next(address, head.length, limits));
            assertEquals(head.length + (512L << 20) + 2, decoder.wanted());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "*1\r\n$4\r\nPING\r\n"})
    void aFrameInItsOneFormIsCanonical(String frame) throws ProtocolException {
        decode(frame);
        assertTrue(decoder.args().isCanonical());
        assertEquals(frame.length(), decoder.args().frameLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET a\r\n", "*2\r\n$3\r\nGETxx$1\r\na\r\n"})
    void anyOtherFormIsNot(String frame) throws ProtocolException {
        decode(frame);
        assertFalse(decoder.args().isCanonical());
    }

    @Test
    void inlineWordsKnowQuotesAndEscapes() throws ProtocolException {
        assertEquals(
                List.of(List.of("SET", "a\n\u0001\"b", "it's", "c")), decode("SET \"a\\n\\x01\\\"b\" 'it\\'s'  c\r\n"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, -1, 10, -10, 99, 100, 1234567890123L, Long.MAX_VALUE, Long.MIN_VALUE})
    void numbersAreWrittenAndReadBack(long value) {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(Decimal.MAX_LENGTH).address();
            int length = Decimal.write(address, value);
            assertEquals(Long.toString(value), new Bytes().set(address, length).toString());
            assertEquals(length, Decimal.length(value));
            assertTrue(Decimal.isLong(address, length));
            assertEquals(value, Decimal.toLong(address, length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "+1", "01", "-0", " 1", "1 ", "1.0", "9223372036854775808", "-9223372036854775809", "a"
            })
    void whatIsNotTheOneFormOfANumberIsNone(String text) {
        assertFalse(Decimal.isLong(Bytes.copyOf(text)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.10000000000000001",
        "3, 3",
        "1e17, 1e+17",
        "123456789.5, 123456789.5",
        "1e-5, 1.0000000000000001e-05",
        "-2.5, -2.5",
        "1e300, 1.0000000000000001e+300",
    })
    void realsHaveSeventeenDigits(double value, String text) {
        assertEquals(text, new String(RealText.of(value), StandardCharsets.US_ASCII));
    }
}
