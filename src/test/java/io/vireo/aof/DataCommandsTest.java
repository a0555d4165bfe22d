package io.vireo.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vireo.base.RawMemory;
import io.vireo.log.LogPiece.Span;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataCommandsTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void free() {
        arena.close();
    }

    private static String command(String line) {
        String[] words = line.split(" ", -1);
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    private static String commands(String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(command(line));
        }
        return text.toString();
    }

    private List<Span> spans(String... pieces) {
        List<Span> spans = new ArrayList<>();
        for (String piece : pieces) {
            byte[] bytes = piece.getBytes(StandardCharsets.ISO_8859_1);
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            spans.add(new Span(memory.address(), bytes.length));
        }
        return spans;
    }

    private static String text(List<Span> spans) {
        StringBuilder text = new StringBuilder();
        for (Span span : spans) {
            byte[] bytes = new byte[span.length()];
            RawMemory.copyOut(span.address(), bytes, 0, bytes.length);
            text.append(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    @Test
    void whatSaysNothingAboutDataIsLeftOutWhereverTheBytesAreCut() {
        String all = commands(
                "PING",
                "SELECT 0",
                "SET ping publish",
                "publish channel *1",
                "Spublish channel $4",
                "MULTI",
                "PUBLISH channel x",
                "INCR k",
                "EXEC",
                "REPLCONF GETACK *");
        String data = commands("SELECT 0", "SET ping publish", "MULTI", "INCR k", "EXEC");
        for (int first = 0; first <= all.length(); first++) {
            for (int second = first; second <= all.length(); second += 7) {
                List<Span> cut = spans(all.substring(0, first), all.substring(first, second), all.substring(second));
                assertEquals(data, text(DataCommands.of(cut)), first + ", " + second);
            }
        }
    }

    @Test
    void whatIsOnlyDataStaysAsItIs() {
        List<Span> spans = spans(commands("SET k v", "ECHOPING x", "SET k " + "PING".repeat(1_000)));
        assertSame(spans, DataCommands.of(spans));
        assertEquals(List.of(), DataCommands.of(List.of()));
    }

    @Test
    void nothingIsLeftOfMessagesAlone() {
        assertEquals("", text(DataCommands.of(spans(commands("PING", "PUBLISH channel message", "PING")))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET k v\r\n", "\n", "*1\r\n$4\r\nPI", "*x\r\n", "*1\r\n:4\r\n", "*12345678901\r\n", "*"})
    void fromWhatIsNoCommandOnAllIsKept(String strange) {
        String follows = strange + command("PING");
        assertEquals(
                commands("SET k v") + follows, text(DataCommands.of(spans(commands("PING", "SET k v") + follows))));
    }
}
