package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {
    private static long bitByBit(long crc, byte[] bytes, int offset, int length) {
        long polynomial = 0xad93d23594c935a9L;
        long state = Long.reverse(crc);
        for (int i = offset; i < offset + length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                boolean in = (bytes[i] >> bit & 1) != 0;
                boolean out = state < 0;
                state <<= 1;
                if (in != out) {
                    state ^= polynomial;
                }
            }
        }
        return Long.reverse(state);
    }

    @Test
    void theCheckValueIsRedissOwn() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertEquals(0xe9c6d914c4b8d9caL, Crc64.update(0, digits, 0, digits.length));
    }

    @Test
    void anyLengthAtAnyOffsetEqualsTheDefinition() {
        Random random = new Random(1);
        byte[] bytes = new byte[20_000];
        random.nextBytes(bytes);
        for (int length : new int[] {0, 1, 7, 8, 9, 63, 4095, 4096, 4097, 8191, 8192, 12_345, 19_000}) {
            int offset = random.nextInt(bytes.length - length);
            long start = random.nextLong();
            assertEquals(bitByBit(start, bytes, offset, length), Crc64.update(start, bytes, offset, length));
        }
    }

    @Test
    void partsAddUpToTheWhole() {
        Random random = new Random(2);
        byte[] bytes = new byte[50_000];
        random.nextBytes(bytes);
        long whole = Crc64.update(0, bytes, 0, bytes.length);
        for (int round = 0; round < 50; round++) {
            long crc = 0;
            int at = 0;
            while (at < bytes.length) {
                int part = Math.min(random.nextInt(9_000), bytes.length - at);
                crc = Crc64.update(crc, bytes, at, part);
                at += part;
            }
            assertEquals(whole, crc);
        }
    }

    @Test
    void aRangeOutsideTheArrayIsRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> Crc64.update(0, new byte[8], 1, 8));
    }
}
