package io.vireo.persist;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LzfTest {
    private final Lzf lzf = new Lzf();

    /** A text whose sameness is chosen: small alphabets and repeated stretches compress, others do not. */
    static byte[] text(Random random, int length) {
        byte[] bytes = new byte[length];
        int letters = 1 + random.nextInt(random.nextBoolean() ? 4 : 256);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(letters);
        }
        for (int repeat = random.nextInt(8); repeat > 0 && length > 8; repeat--) {
            int from = random.nextInt(length);
            int to = random.nextInt(length);
            System.arraycopy(bytes, from, bytes, to, Math.min(random.nextInt(600), length - Math.max(from, to)));
        }
        return bytes;
    }

    private byte[] compressed(byte[] text) {
        byte[] out = new byte[text.length * 33 / 32 + 16];
        int size = lzf.compress(text, 0, text.length, out, 0, out.length);
        return Arrays.copyOf(out, size);
    }

    @Test
    void whatIsCompressedComesBack() {
        Random random = new Random(3);
        for (int round = 0; round < 2_000; round++) {
            byte[] text = text(random, random.nextInt(round % 50 == 0 ? 40_000 : 300));
            byte[] packed = compressed(text);
            byte[] back = new byte[text.length];
            assertTrue(Lzf.decompress(packed, 0, packed.length, back, 0, back.length));
            assertArrayEquals(text, back);
        }
    }

    @Test
    void repetitionIsFoundAtOnceAndAcrossTheWholeWindow() {
        byte[] same = new byte[10_000];
        assertTrue(compressed(same).length <= 3 * (10_000 / Lzf.LONGEST_COPY + 2) + 4);

        Random random = new Random(4);
        byte[] far = new byte[Lzf.WINDOW + 200];
        random.nextBytes(far);
        System.arraycopy(far, 0, far, Lzf.WINDOW, 200);
        assertTrue(compressed(far).length < Lzf.WINDOW * 33 / 32 + 60, "a copy from 8192 back is used");
    }

    @Test
    void anEarlierInputIsNeverMatched() {
        byte[] text = "abcdefghijklmnopqrstuvwxyz0123456789".getBytes(StandardCharsets.US_ASCII);
        byte[] first = compressed(text);
        byte[] second = compressed(text);
        assertArrayEquals(first, second);
    }

    @Test
    void manyInputsDoNotWearTheTableOut() {
        byte[] text = new byte[8 << 20];
        byte[] out = new byte[text.length];
        int size = lzf.compress(text, 0, text.length, out, 0, out.length);
        for (int round = 0; round < 300; round++) { // more than 2^31 bytes in all
            assertEquals(size, lzf.compress(text, 0, text.length, out, 0, out.length));
        }
    }

    @Test
    void outputNeverPassesItsBound() {
        Random random = new Random(5);
        for (int round = 0; round < 2_000; round++) {
            byte[] text = text(random, 1 + random.nextInt(400));
            int room = random.nextInt(text.length);
            int offset = random.nextInt(20);
            byte[] out = new byte[offset + room + 20];
            Arrays.fill(out, (byte) 0x55);
            int size = lzf.compress(text, 0, text.length, out, offset, room);
            assertTrue(size <= room);
            for (int i = 0; i < 20; i++) {
                assertEquals(0x55, out[offset + room + i]);
            }
            for (int i = 0; i < offset; i++) {
                assertEquals(0x55, out[i]);
            }
            if (size > 0) {
                byte[] back = new byte[text.length];
                assertTrue(Lzf.decompress(out, offset, size, back, 0, back.length));
                assertArrayEquals(text, back);
            }
        }
    }

    @Test
    void theFormatIsReadAsItIsDefined() {
        byte[] out = new byte[9];
        byte[] packed = {2, 'a', 'b', 'c', (byte) (4 << 5), 2}; // "abc", then 6 bytes from 3 back
        assertTrue(Lzf.decompress(packed, 0, packed.length, out, 0, 9));
        assertArrayEquals("abcabcabc".getBytes(StandardCharsets.US_ASCII), out);

        byte[] longOut = new byte[1 + 264];
        byte[] longCopy = {0, 'x', (byte) (7 << 5), (byte) 255, 0};
        assertTrue(Lzf.decompress(longCopy, 0, longCopy.length, longOut, 0, longOut.length));
        assertEquals('x', longOut[264]);
    }

    @Test
    void garbageIsRefusedOrGivesBytesInsideTheBound() {
        Random random = new Random(6);
        for (int round = 0; round < 50_000; round++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            byte[] out = new byte[random.nextInt(600)];
            int offset = out.length == 0 ? 0 : random.nextInt(out.length);
            byte[] before = Arrays.copyOf(out, offset);
            Lzf.decompress(garbage, 0, garbage.length, out, offset, out.length - offset);
            assertArrayEquals(before, Arrays.copyOf(out, offset));
        }
    }

    @Test
    void aCutOrLengthenedTextIsRefused() {
        byte[] text = text(new Random(7), 500);
        byte[] packed = compressed(text);
        byte[] out = new byte[600];
        for (int cut = 0; cut < packed.length; cut++) {
            assertFalse(Lzf.decompress(packed, 0, cut, out, 0, text.length));
        }
        assertFalse(Lzf.decompress(packed, 0, packed.length, out, 0, text.length + 1));
        assertFalse(Lzf.decompress(packed, 0, packed.length, out, 0, text.length - 1));
    }

    @Test
    void nothingIsHeldByMoreThanItCanUnpackTo() {
        byte[] same = new byte[1 << 20];
        byte[] packed = compressed(same);
        assertTrue(same.length <= Lzf.mostFrom(packed.length));
    }
}
