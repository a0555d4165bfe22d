package io.vireo.resp;

import io.vireo.base.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * A number of C's 80-bit {@code long double}, the type Redis counts fractions in: 64 bits of mantissa, exponents from
 * -16445 to 16383, rounding to the nearest and to even. Its text has up to 17 digits behind the point.
 *
 * <p>Held exactly, as every such number is a finite decimal fraction.
 */
public final class LongDouble {
    public static final LongDouble ZERO = new LongDouble(BigDecimal.ZERO);

    private static final LongDouble POSITIVE_INFINITY = new LongDouble(null);
    private static final LongDouble NEGATIVE_INFINITY = new LongDouble(null);
    private static final LongDouble NOT_A_NUMBER = new LongDouble(null);

    private static final int MANTISSA_BITS = 64;
    /** The power of two of the last bit of the smallest numbers. */
    private static final int LEAST_POWER = -16445;
    /** The power of two of the last bit of the largest numbers. */
    private static final int GREATEST_POWER = 16383 - (MANTISSA_BITS - 1);
    /** Decimal exponents beyond which a number is zero or infinite whatever its digits. */
    private static final int MAX_DECIMAL_EXPONENT = 5000;

    private static final int MAX_TEXT_LENGTH = 5 * 1024 - 1;
    private static final int FRACTION_DIGITS = 17;

    /** Null for what is not finite. */
    private final BigDecimal value;

    private LongDouble(BigDecimal value) {
        this.value = value;
    }

    /** The number, exactly; null where it is not finite. */
    public BigDecimal exact() {
        return value;
    }

    public boolean isFinite() {
        return value != null;
    }

    /** The sum, rounded. */
    public LongDouble plus(LongDouble other) {
        if (isFinite() && other.isFinite()) {
            return rounded(value.add(other.value));
        }
        if (isFinite()) {
            return other;
        }
        return other.isFinite() || this == other ? this : NOT_A_NUMBER;
    }

    /**
     * Reads a number as {@code strtold} does in full: decimal or hexadecimal, with an exponent, or {@code inf}.
     *
     * @return null for anything else, for a number too large or too small, and for one that is not a number
     */
    public static LongDouble parse(Bytes bytes) {
        if (bytes.isEmpty() || bytes.length() > MAX_TEXT_LENGTH) {
            return null;
        }
        String text = new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
        int sign = text.startsWith("-") ? -1 : 1;
        String magnitude = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (magnitude.equalsIgnoreCase("inf") || magnitude.equalsIgnoreCase("infinity")) {
            return sign < 0 ? NEGATIVE_INFINITY : POSITIVE_INFINITY;
        }
        boolean hexadecimal = magnitude.startsWith("0x") || magnitude.startsWith("0X");
        BigDecimal parsed = hexadecimal ? digits(magnitude.substring(2), 16, 'p') : digits(magnitude, 10, 'e');
        if (parsed == null) {
            return null;
        }
        LongDouble number = rounded(sign < 0 ? parsed.negate() : parsed);
        boolean vanished = number.isFinite() && number.value.signum() == 0 && parsed.signum() != 0;
        return number.isFinite() && !vanished ? number : null;
    }

    /** Digits with at most one point and an exponent of ten, or of two for hexadecimal digits; null for anything else. */
    private static BigDecimal digits(String text, int radix, char exponentMark) {
        StringBuilder digits = new StringBuilder();
        int fraction = 0;
        boolean pointSeen = false;
        int i = 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && !pointSeen) {
                pointSeen = true;
            } else if (c < 128 && Character.digit(c, radix) >= 0) {
                digits.append(c);
                fraction += pointSeen ? 1 : 0;
            } else {
                break;
            }
        }
        if (digits.isEmpty()) {
            return null;
        }
        long exponent = 0;
        if (i < text.length()) {
            if (Character.toLowerCase(text.charAt(i)) != exponentMark) {
                return null;
            }
            String power = text.substring(i + 1);
            if (!power.matches("[+-]?[0-9]+")) {
                return null;
            }
            exponent = clamp(power);
        }
        BigInteger unscaled = new BigInteger(digits.toString(), radix);
        if (unscaled.signum() == 0) {
            return BigDecimal.ZERO;
        }
        return radix == 16
                ? scaledByTwo(unscaled, exponent - 4L * fraction)
                : scaledByTen(unscaled, exponent - fraction);
    }

    /** An exponent, or one so large that it decides alone. */
    private static long clamp(String power) {
        BigInteger exact = new BigInteger(power);
        BigInteger limit = BigInteger.valueOf(1_000_000);
        return exact.min(limit).max(limit.negate()).longValue();
    }

    private static BigDecimal scaledByTen(BigInteger unscaled, long exponent) {
        BigDecimal digits = new BigDecimal(unscaled);
        long magnitude = digits.precision() + exponent;
        long kept = Math.clamp(magnitude, -MAX_DECIMAL_EXPONENT, MAX_DECIMAL_EXPONENT) - digits.precision();
        return digits.scaleByPowerOfTen((int) kept);
    }

    private static BigDecimal scaledByTwo(BigInteger unscaled, long exponent) {
        long magnitude = unscaled.bitLength() + exponent;
        long kept = Math.clamp(magnitude, 4L * -MAX_DECIMAL_EXPONENT, 4L * MAX_DECIMAL_EXPONENT) - unscaled.bitLength();
        return new BigDecimal(unscaled).multiply(powerOfTwo((int) kept));
    }

    private static BigDecimal powerOfTwo(int power) {
        return power >= 0
                ? new BigDecimal(BigInteger.ONE.shiftLeft(power))
                : new BigDecimal(BigInteger.valueOf(5).pow(-power), -power);
    }

    /** The nearest of these numbers, the even one of two as near. */
    private static LongDouble rounded(BigDecimal exact) {
        if (exact.signum() == 0) {
            return ZERO;
        }
        // Of a value in [2^(n-1), 2^n) the last of 64 mantissa bits weighs 2^(n-64).
        int power = Math.max(LEAST_POWER, bits(exact.abs()) - MANTISSA_BITS);
        BigInteger mantissa = exact.multiply(powerOfTwo(-power))
                .setScale(0, RoundingMode.HALF_EVEN)
                .unscaledValue();
        if (mantissa.abs().bitLength() > MANTISSA_BITS) {
            power++; // rounded up to the next power of two
            mantissa = mantissa.shiftRight(1);
        }
        if (power > GREATEST_POWER) {
            return exact.signum() < 0 ? NEGATIVE_INFINITY : POSITIVE_INFINITY;
        }
        return new LongDouble(new BigDecimal(mantissa).multiply(powerOfTwo(power)));
    }

    /** The n for which a positive value is in [2^(n-1), 2^n). */
    private static int bits(BigDecimal positive) {
        int scale = positive.scale();
        BigInteger unscaled = positive.unscaledValue();
        if (scale <= 0) {
            return unscaled.multiply(BigInteger.TEN.pow(-scale)).bitLength();
        }
        BigInteger divisor = BigInteger.TEN.pow(scale);
        int estimate = unscaled.bitLength() - divisor.bitLength();
        BigInteger scaled = estimate >= 0 ? divisor.shiftLeft(estimate) : divisor;
        BigInteger compared = estimate >= 0 ? unscaled : unscaled.shiftLeft(-estimate);
        return compared.compareTo(scaled) >= 0 ? estimate + 1 : estimate;
    }

    /** The number in decimal with up to 17 digits behind the point, and none that say nothing. */
    @Override
    public String toString() {
        if (value == null) {
            return this == NOT_A_NUMBER ? "nan" : this == POSITIVE_INFINITY ? "inf" : "-inf";
        }
        BigDecimal shown = value.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN);
        return shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
    }
}
