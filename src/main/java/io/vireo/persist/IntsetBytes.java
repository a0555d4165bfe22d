package io.vireo.persist;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A set of numbers as it comes in an RDB, in the layout of {@link io.vireo.value.IntegerSet}. */
final class IntsetBytes {
    private static final int HEAD_BYTES = 8;
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private IntsetBytes() {}

    /** Whether its width is known, its length what its count tells, and its numbers ascend. */
    static boolean isSound(RdbString set) {
        if (set.length() < HEAD_BYTES) {
            return false;
        }
        int width = (int) INT.get(set.array(), set.offset());
        long count = (int) INT.get(set.array(), set.offset() + Integer.BYTES) & 0xffff_ffffL;
        if (width != Short.BYTES && width != Integer.BYTES && width != Long.BYTES
                || HEAD_BYTES + count * width != set.length()) {
            return false;
        }
        for (int i = 1; i < count; i++) {
            if (at(set, i - 1, width) >= at(set, i, width)) {
                return false;
            }
        }
        return true;
    }

    static int count(RdbString set) {
        return (int) INT.get(set.array(), set.offset() + Integer.BYTES);
    }

    /** The number of this index, from 0. */
    static long at(RdbString set, int index) {
        return at(set, index, (int) INT.get(set.array(), set.offset()));
    }

    private static long at(RdbString set, int index, int width) {
        int from = set.offset() + HEAD_BYTES + index * width;
        return switch (width) {
            case Short.BYTES -> (short) SHORT.get(set.array(), from);
            case Integer.BYTES -> (int) INT.get(set.array(), from);
            default -> (long) LONG.get(set.array(), from);
        };
    }
}
