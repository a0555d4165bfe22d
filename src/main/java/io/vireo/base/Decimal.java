package io.vireo.base;

/** Whole numbers as decimal text in native memory, both ways, as strictly as Redis reads them. */
public final class Decimal {
    /** The most bytes a number takes: {@code -9223372036854775808}. */
    public static final int MAX_LENGTH = 20;

    private static final long[] POWERS = new long[19];

    static {
        long power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private Decimal() {}

    /** How many bytes a number takes, its sign included. */
    public static int length(long value) {
        if (value == Long.MIN_VALUE) {
            return MAX_LENGTH;
        }
        int sign = value < 0 ? 1 : 0;
        long magnitude = Math.abs(value);
        int digits = 1;
        while (digits < POWERS.length && magnitude >= POWERS[digits]) {
            digits++;
        }
        return sign + digits;
    }

    /** Writes a number at an address with room for {@link #MAX_LENGTH} bytes and answers how many it took. */
    public static int write(long address, long value) {
        if (value >= 0 && value < 10) {
            RawMemory.putByte(address, (byte) ('0' + value));
            return 1;
        }
        int length = length(value);
        long rest = value;
        long at = address + length;
        if (value < 0) {
            RawMemory.putByte(address, (byte) '-');
            // The last digit first: the most negative number has no positive twin.
            RawMemory.putByte(--at, (byte) ('0' - rest % 10));
            rest = -(rest / 10);
            if (rest == 0) {
                return length;
            }
        }
        do {
            long next = rest / 10;
            RawMemory.putByte(--at, (byte) ('0' + (rest - next * 10)));
            rest = next;
        } while (rest != 0);
        return length;
    }

    /**
     * Whether a range is a 64-bit number in its one canonical form: no blank, no plus, no leading zero, no {@code -0}.
     */
    public static boolean isLong(long address, int length) {
        if (length == 0 || length > MAX_LENGTH) {
            return false;
        }
        int i = 0;
        boolean negative = RawMemory.getByte(address) == '-';
        if (negative) {
            i = 1;
        }
        if (i == length) {
            return false;
        }
        int first = RawMemory.getByte(address + i);
        if (first == '0') {
            return length == 1;
        }
        if (first < '1' || first > '9') {
            return false;
        }
        long value = first - '0';
        for (i++; i < length; i++) {
            int digit = RawMemory.getByte(address + i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            if (value > Long.MAX_VALUE / 10) {
                return false;
            }
            value = value * 10 + digit;
            if (value < 0 && !(negative && value == Long.MIN_VALUE && i == length - 1)) {
                return false;
            }
        }
        return true;
    }

    /** The number in a range for which {@link #isLong} holds. */
    public static long toLong(long address, int length) {
        boolean negative = RawMemory.getByte(address) == '-';
        long value = 0;
        for (int i = negative ? 1 : 0; i < length; i++) {
            value = value * 10 + (RawMemory.getByte(address + i) - '0');
        }
        return negative ? -value : value;
    }

    public static boolean isLong(Bytes bytes) {
        return isLong(bytes.address(), bytes.length());
    }

    public static long toLong(Bytes bytes) {
        return toLong(bytes.address(), bytes.length());
    }
}
