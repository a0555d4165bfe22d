package io.vireo.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "caf\u00e9", "\ufffd", "\ud83d\ude00 and more", "\u0000"})
    void whatIsUtf8IsReadAsSuch(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(text, ByteText.of(bytes));
        assertArrayEquals(bytes, ByteText.bytes(text));
    }

    @Test
    void eachByteThatIsNotStandsAlone() {
        assertEquals("a\udcffb\udcc3", ByteText.of(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3}));
        byte[] surrogate = {(byte) 0xed, (byte) 0xb2, (byte) 0x80};
        assertEquals("\udced\udcb2\udc80", ByteText.of(surrogate));
    }

    @Test
    void anyBytesComeBack() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            byte[] some = "\ud83d\ude00\u20ac".getBytes(StandardCharsets.UTF_8);
            int at = random.nextInt(bytes.length + 1);
            System.arraycopy(some, 0, bytes, at, Math.min(random.nextInt(8), bytes.length - at));
            assertArrayEquals(bytes, ByteText.bytes(ByteText.of(bytes)));
        }
    }
}
