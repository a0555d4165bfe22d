package io.vireo.value;

import io.vireo.base.Bytes;
import io.vireo.base.Loop;
import io.vireo.base.RawMemory;
import io.vireo.base.RunsOn;
import io.vireo.memory.KeyLayout;

/**
 * The blob of one element of a large hash, set or sorted set:
 *
 * <pre>
 *   u8 flags | u8 or i32 length of the field | field | rest
 *
 *   rest of a hash's element:         u8 or i32 length of the value | value
 *   rest of a set's element:          nothing
 *   rest of a sorted set's element:   f64 score
 * </pre>
 */
@RunsOn(Loop.KEYSPACE)
final class Element {
    static final int SCORE_BYTES = Double.BYTES;

    private static final int WIDE_FIELD = 1;
    private static final int WIDE_VALUE = 2;
    private static final int LENGTH_AT = 1;
    private static final int NARROW_MAX = 255;

    static final KeyLayout FIELDS = new KeyLayout() {
        @Override
        public long hash(long blob) {
            return Bytes.hash(fieldAddress(blob), fieldLength(blob));
        }

        @Override
        public boolean matches(long blob, long key, int length) {
            return fieldLength(blob) == length && RawMemory.equal(fieldAddress(blob), key, length);
        }
    };

    private Element() {}

    /** Bytes of an element without a value. */
    static int size(int fieldLength) {
        return Math.addExact(fieldLength, fieldLength > NARROW_MAX ? LENGTH_AT + Integer.BYTES : LENGTH_AT + 1);
    }

    /** Bytes of an element with a value. */
    static int size(int fieldLength, int valueLength) {
        int lengthBytes = valueLength > NARROW_MAX ? Integer.BYTES : 1;
        return Math.addExact(Math.addExact(size(fieldLength), valueLength), lengthBytes);
    }

    static void writeField(long blob, Bytes field) {
        boolean wide = field.length() > NARROW_MAX;
        RawMemory.putByte(blob, (byte) (wide ? WIDE_FIELD : 0));
        if (wide) {
            RawMemory.putInt(blob + LENGTH_AT, field.length());
        } else {
            RawMemory.putByte(blob + LENGTH_AT, (byte) field.length());
        }
        RawMemory.copy(field.address(), fieldAddress(blob), field.length());
    }

    /** Writes the value behind the field. */
    static void writeValue(long blob, Bytes value) {
        boolean wide = value.length() > NARROW_MAX;
        byte flags = RawMemory.getByte(blob);
        RawMemory.putByte(blob, (byte) (wide ? flags | WIDE_VALUE : flags & ~WIDE_VALUE));
        long at = restAddress(blob);
        if (wide) {
            RawMemory.putInt(at, value.length());
        } else {
            RawMemory.putByte(at, (byte) value.length());
        }
        RawMemory.copy(value.address(), at + (wide ? Integer.BYTES : 1), value.length());
    }

    static void writeScore(long blob, double score) {
        RawMemory.putLong(restAddress(blob), Double.doubleToRawLongBits(score));
    }

    private static boolean isWide(long blob, int flag) {
        return (RawMemory.getByte(blob) & flag) != 0;
    }

    static int fieldLength(long blob) {
        return isWide(blob, WIDE_FIELD)
                ? RawMemory.getInt(blob + LENGTH_AT)
                : RawMemory.getByte(blob + LENGTH_AT) & 0xff;
    }

    static long fieldAddress(long blob) {
        return blob + LENGTH_AT + (isWide(blob, WIDE_FIELD) ? Integer.BYTES : 1);
    }

    static long restAddress(long blob) {
        return fieldAddress(blob) + fieldLength(blob);
    }

    static int valueLength(long blob) {
        long at = restAddress(blob);
        return isWide(blob, WIDE_VALUE) ? RawMemory.getInt(at) : RawMemory.getByte(at) & 0xff;
    }

    static long valueAddress(long blob) {
        return restAddress(blob) + (isWide(blob, WIDE_VALUE) ? Integer.BYTES : 1);
    }

    static double score(long blob) {
        return Double.longBitsToDouble(RawMemory.getLong(restAddress(blob)));
    }

    /** Points a view at the field. */
    static Bytes field(long blob, Bytes into) {
        return into.set(fieldAddress(blob), fieldLength(blob));
    }

    /** Points a view at the value. */
    static Bytes value(long blob, Bytes into) {
        return into.set(valueAddress(blob), valueLength(blob));
    }
}
