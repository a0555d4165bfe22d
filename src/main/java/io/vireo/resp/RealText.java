package io.vireo.resp;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;

/** Floating-point numbers as the text Redis replies with: 17 significant digits, as C's {@code %.17g}. */
public final class RealText {
    private static final MathContext DIGITS = new MathContext(17);
    private static final int LARGEST_PLAIN_EXPONENT = 17;
    private static final int SMALLEST_PLAIN_EXPONENT = -4;

    private RealText() {}

    public static byte[] of(double value) {
        return text(value).getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= SMALLEST_PLAIN_EXPONENT && exponent < LARGEST_PLAIN_EXPONENT) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        StringBuilder out = new StringBuilder(value < 0 ? "-" : "").append(digits.charAt(0));
        if (digits.length() > 1) {
            out.append('.').append(digits, 1, digits.length());
        }
        out.append('e').append(exponent < 0 ? '-' : '+');
        String power = Integer.toString(Math.abs(exponent));
        return out.append(power.length() < 2 ? "0" : "").append(power).toString();
    }
}
