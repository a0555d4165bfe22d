package io.vireo.persist;

import java.util.Arrays;
import java.util.Random;

/** Changes bytes as faults and foes do: some other, some gone, some from elsewhere. */
final class Damage {
    /** Bytes that mean something: types, sizes and ends of packed forms, the forms of lengths. */
    private static final int[] TELLING = {0, 1, 2, 0x0f, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xc3, 0xf0, 0xf4, 0xfe, 0xff};

    private Damage() {}

    /** @param other where pieces are taken from */
    static byte[] of(byte[] sound, byte[] other, Random random) {
        byte[] bytes = sound;
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            int near = random.nextBoolean() ? Math.min(24, bytes.length) : bytes.length;
            int at = random.nextInt(near + 1);
            bytes = switch (random.nextInt(6)) {
                case 0 -> Arrays.copyOf(bytes, at);
                case 1 -> joined(bytes, at, piece(other, random), at);
                case 2 -> joined(bytes, at, new byte[0], Math.min(bytes.length, at + 1 + random.nextInt(9)));
                case 3 -> replaced(bytes, at, (byte) TELLING[random.nextInt(TELLING.length)]);
                case 4 -> replaced(bytes, at, (byte) random.nextInt(256));
                default -> replaced(bytes, at, at < bytes.length ? (byte) (bytes[at] ^ 1 << random.nextInt(8)) : 0);
            };
        }
        return bytes;
    }

    private static byte[] piece(byte[] from, Random random) {
        int at = random.nextInt(from.length + 1);
        return Arrays.copyOfRange(from, at, Math.min(from.length, at + random.nextInt(40)));
    }

    /** The bytes up to an index, others, and the bytes from another index on. */
    private static byte[] joined(byte[] bytes, int to, byte[] middle, int from) {
        byte[] all = Arrays.copyOf(bytes, to + middle.length + bytes.length - from);
        System.arraycopy(middle, 0, all, to, middle.length);
        System.arraycopy(bytes, from, all, to + middle.length, bytes.length - from);
        return all;
    }

    private static byte[] replaced(byte[] bytes, int at, byte by) {
        byte[] all = bytes.clone();
        if (at < all.length) {
            all[at] = by;
        }
        return all;
    }
}
