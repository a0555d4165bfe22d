package io.vireo.it;

import io.vireo.persist.Crc64;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A dump with some bytes changed, left out or put in, whose checksum mostly is right again. */
final class DamagedDump {
    private static final int FOOTER_BYTES = 10;

    private DamagedDump() {}

    /** @param dump bytes as Latin-1 characters, as the result */
    static String of(String dump, Random random) {
        byte[] body = dump.substring(0, dump.length() - FOOTER_BYTES).getBytes(StandardCharsets.ISO_8859_1);
        for (int left = 1 + random.nextInt(3); left > 0 && body.length > 0; left--) {
            int at = random.nextInt(Math.min(body.length, random.nextBoolean() ? 24 : body.length));
            switch (random.nextInt(6)) {
                case 0 -> body = cut(body, at);
                case 1 -> body = spliced(body, at, random);
                case 2 -> body[at] = (byte) random.nextInt(256);
                case 3 -> body[at] = (byte) (random.nextBoolean() ? 0xff : 0);
                default -> body[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        byte[] whole = new byte[body.length + FOOTER_BYTES];
        System.arraycopy(body, 0, whole, 0, body.length);
        whole[body.length] = 10;
        long crc = Crc64.update(0, whole, 0, body.length + 2);
        for (int i = 0; i < Long.BYTES; i++) {
            whole[body.length + 2 + i] = (byte) (crc >>> Byte.SIZE * i);
        }
        return new String(whole, StandardCharsets.ISO_8859_1);
    }

    private static byte[] cut(byte[] body, int at) {
        return java.util.Arrays.copyOf(body, at);
    }

    private static byte[] spliced(byte[] body, int at, Random random) {
        byte[] longer = new byte[body.length + 1];
        System.arraycopy(body, 0, longer, 0, at);
        longer[at] = (byte) random.nextInt(256);
        System.arraycopy(body, at, longer, at + 1, body.length - at);
        return longer;
    }
}
