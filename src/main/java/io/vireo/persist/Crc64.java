package io.vireo.persist;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum at the end of an RDB: CRC-64 with Jones's polynomial, bits reflected, no inversion before or after.
 *
 * <p>Eight bytes are taken per step with eight tables ("slicing by 8"): table {@code k} holds what a byte still does
 * to the remainder after {@code k} more zero bytes. The remainder of a long range is the one of its two halves, the
 * first moved on by the second's length, and two halves are independent of each other: long input is therefore summed
 * as two lanes of {@value #LANE} bytes, so that one lane's loads overlap the other's.
 */
@RunsOn(Loop.ANY)
public final class Crc64 {
    /** The polynomial 0xad93d23594c935a9 with its bits mirrored. */
    private static final long POLYNOMIAL = Long.reverse(0xad93d23594c935a9L);

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Bytes of each of the two lanes; a multiple of 8. */
    private static final int LANE = 2048;

    private static final long[] TABLES = slicingTables();
    private static final long[] OVER_A_LANE = laneTables();

    private Crc64() {}

    /**
     * Adds bytes to a checksum.
     *
     * @param crc the checksum of what came before; 0 at the start
     * @return the checksum including the range; of "123456789" it is {@code 0xe9c6d914c4b8d9ca}
     */
    public static long update(long crc, byte[] bytes, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
        int at = offset;
        int end = offset + length;
        for (; end - at >= 2 * LANE; at += 2 * LANE) {
            crc = twoLanes(crc, bytes, at);
        }
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            crc = eightBytes(crc ^ (long) LONG.get(bytes, at), TABLES);
        }
        for (; at < end; at++) {
            crc = TABLES[(int) (crc ^ bytes[at]) & 0xff] ^ crc >>> 8;
        }
        return crc;
    }

    private static long twoLanes(long crc, byte[] bytes, int at) {
        long first = crc;
        long second = 0;
        for (int i = at; i < at + LANE; i += Long.BYTES) {
            first = eightBytes(first ^ (long) LONG.get(bytes, i), TABLES);
            second = eightBytes(second ^ (long) LONG.get(bytes, i + LANE), TABLES);
        }
        return eightBytes(first, OVER_A_LANE) ^ second;
    }

    /** What eight bytes leave, the lowest byte having come first. */
    private static long eightBytes(long word, long[] tables) {
        return tables[7 * 256 + (int) (word & 0xff)]
                ^ tables[6 * 256 + (int) (word >>> 8 & 0xff)]
                ^ tables[5 * 256 + (int) (word >>> 16 & 0xff)]
                ^ tables[4 * 256 + (int) (word >>> 24 & 0xff)]
                ^ tables[3 * 256 + (int) (word >>> 32 & 0xff)]
                ^ tables[2 * 256 + (int) (word >>> 40 & 0xff)]
                ^ tables[256 + (int) (word >>> 48 & 0xff)]
                ^ tables[(int) (word >>> 56)];
    }

    private static long[] slicingTables() {
        long[] tables = new long[8 * 256];
        for (int b = 0; b < 256; b++) {
            long crc = b;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : POLYNOMIAL);
            }
            tables[b] = crc;
        }
        for (int i = 256; i < tables.length; i++) {
            long crc = tables[i - 256];
            tables[i] = tables[(int) crc & 0xff] ^ crc >>> 8;
        }
        return tables;
    }

    /** For each byte of a remainder, what it becomes when a lane of zero bytes follows; laid out as the slices are. */
    private static long[] laneTables() {
        long[] tables = new long[8 * 256];
        for (int slice = 0; slice < 8; slice++) {
            int shift = (7 - slice) * 8;
            for (int b = 0; b < 256; b++) {
                long crc = (long) b << shift;
                for (int i = 0; i < LANE; i += Long.BYTES) {
                    crc = eightBytes(crc, TABLES);
                }
                tables[slice * 256 + b] = crc;
            }
        }
        return tables;
    }
}
