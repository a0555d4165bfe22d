package io.vireo.command;

import io.vireo.base.Bytes;
import io.vireo.base.Decimal;

/**
 * The type of a number that BITFIELD reads and writes, as {@code i16} or {@code u8}.
 *
 * @param signed whether it may be negative
 * @param bits its width: 1 to 64, without a sign to 63
 */
record FieldType(boolean signed, int bits) {
    /** What becomes of a number that does not fit. */
    enum Overflow {
        WRAP,
        SAT,
        FAIL
    }

    /** A number that fits, or was made to. */
    record Result(long value) {}

    /** The type of this name, or null. */
    static FieldType of(Bytes name) {
        if (name.length() < 2 || name.at(0) != 'i' && name.at(0) != 'u') {
            return null;
        }
        boolean signed = name.at(0) == 'i';
        Bytes digits = new Bytes().set(name.address() + 1, name.length() - 1);
        if (!Decimal.isLong(digits)) {
            return null;
        }
        long bits = Decimal.toLong(digits);
        return bits < 1 || bits > (signed ? 64 : 63) ? null : new FieldType(signed, (int) bits);
    }

    /** The number that these lowest bits stand for. */
    long extended(long low) {
        int unused = Long.SIZE - bits;
        return signed ? low << unused >> unused : low << unused >>> unused;
    }

    private long max() {
        return signed ? Long.MAX_VALUE >> Long.SIZE - bits : -1L >>> Long.SIZE - bits;
    }

    private long min() {
        return signed ? Long.MIN_VALUE >> Long.SIZE - bits : 0;
    }

    /**
     * Adds two numbers, the first of which may itself not fit; without a sign it is then a large one.
     *
     * @return null where the sum does not fit and that is a failure
     */
    Result add(long value, long increment, Overflow overflow) {
        int beyond = beyond(value, increment);
        if (beyond == 0) {
            return new Result(value + increment);
        }
        return switch (overflow) {
            case WRAP -> new Result(extended(value + increment));
            case SAT -> new Result(beyond > 0 ? max() : min());
            case FAIL -> null;
        };
    }

    /** Whether the sum is too large (1), too small (-1), or fits (0). */
    private int beyond(long value, long increment) {
        if (!signed) {
            if (Long.compareUnsigned(value, max()) > 0 || increment > 0 && increment > max() - value) {
                return 1;
            }
            return increment < 0 && increment < -value ? -1 : 0;
        }
        if (value > max()) {
            return 1;
        }
        if (value < min()) {
            return -1;
        }
        long sum = value + increment;
        boolean wraps = ((value ^ sum) & (increment ^ sum)) < 0;
        if (wraps) {
            return increment > 0 ? 1 : -1;
        }
        return sum > max() ? 1 : sum < min() ? -1 : 0;
    }
}
