package io.vireo.config;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/** The types of options that are numbers: counts, sizes in bytes, percentages, file modes. */
final class NumberTypes {
    private static final String NO_INTEGER = "argument couldn't be parsed into an integer";
    private static final String NO_MEMORY = "argument must be a memory value";
    private static final String NO_MEMORY_OR_PERCENT = "argument must be a memory or percent value";
    private static final String OVER_100 = "percentage argument must be less or equal to 100";
    private static final String NO_OCTAL = "argument couldn't be parsed as an octal number";

    private static final BigInteger UNSIGNED_MAX =
            BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int LONGEST_NUMBER = 127;
    private static final List<String> UNITS = List.of("", "kb", "mb", "gb");

    private NumberTypes() {}

    /** A decimal number of 32 bits. */
    static OptionType<Integer> whole(int min, int max) {
        return new Decimal<>(min, max, min, max, value -> (int) value, Integer::longValue);
    }

    /** A decimal number of 64 bits. */
    static OptionType<Long> large(long min, long max) {
        return new Decimal<>(min, max, min, max, value -> value, Long::longValue);
    }

    /** A decimal number that is accepted up to the largest int and then brought between {@code least} and {@code most}. */
    static OptionType<Integer> clamped(int least, int most) {
        return new Decimal<>(0, Integer.MAX_VALUE, least, most, value -> (int) value, Integer::longValue);
    }

    /** A TCP port; 0 is none. */
    static OptionType<Integer> port() {
        return whole(0, 65_535);
    }

    /** A size in bytes: a number and one of {@code b k kb m mb g gb} in any case. */
    static OptionType<Long> bytes(long min) {
        return new Size(min, Long.MAX_VALUE, min);
    }

    static OptionType<Long> bytes(long min, long max) {
        return new Size(min, max, min);
    }

    /** A size from one byte on, of which less than {@code least} means {@code least}. */
    static OptionType<Long> bytesAtLeast(long least) {
        return new Size(1, Long.MAX_VALUE, least);
    }

    /** A size that has no upper bound on the way in: what is beyond a long is the largest long. */
    static OptionType<Long> anyBytes() {
        return new Size(0, -1, 0);
    }

    /** A size in bytes, or a part of {@code maxmemory} as {@code N%}, which is kept as a negative number. */
    static OptionType<Long> bytesOrPercent() {
        return new SizeOrPercent();
    }

    /** A file mode in octal digits, 0 to 777. */
    static OptionType<Integer> fileMode() {
        return new FileMode();
    }

    /** Reads a decimal number as strictly as Redis: no plus sign, no leading zero, no blank. */
    static long decimal(String word) throws ConfigRefusal {
        boolean strict = !word.isEmpty() && word.length() <= 20;
        int digits = word.startsWith("-") ? 1 : 0;
        for (int i = digits; strict && i < word.length(); i++) {
            strict = word.charAt(i) >= '0' && word.charAt(i) <= '9';
        }
        boolean leadingZero = word.length() > digits && word.charAt(digits) == '0' && word.length() > 1;
        if (!strict || word.length() == digits || leadingZero) {
            throw new ConfigRefusal(NO_INTEGER);
        }
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException tooLarge) {
            throw new ConfigRefusal(NO_INTEGER);
        }
    }

    /** Reads a decimal number as C does: signs and leading blanks pass, nothing is 0, what is too large is the largest. */
    static long lenient(String word) throws ConfigRefusal {
        if (word.isEmpty()) {
            return 0;
        }
        try {
            BigInteger number = new BigInteger(word.stripLeading());
            return number.max(BigInteger.valueOf(Long.MIN_VALUE)).min(LONG_MAX).longValue();
        } catch (NumberFormatException noNumber) {
            throw new ConfigRefusal(NO_INTEGER);
        }
    }

    static void checkBounds(long value, long min, long max) throws ConfigRefusal {
        if (value < min || value > max) {
            throw new ConfigRefusal("argument must be between " + min + " and " + max + " inclusive");
        }
    }

    /** Reads a size in bytes; null where the word is none. Beyond 64 unsigned bits it is the largest such number. */
    static BigInteger size(String word) {
        int digits = 0;
        while (digits < word.length() && word.charAt(digits) >= '0' && word.charAt(digits) <= '9') {
            digits++;
        }
        long unit = switch (word.substring(digits).toLowerCase(Locale.ROOT)) {
            case "", "b" -> 1;
            case "k" -> 1_000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> 0;
        };
        if (unit == 0 || digits > LONGEST_NUMBER) {
            return null;
        }
        BigInteger number = digits == 0 ? BigInteger.ZERO : new BigInteger(word.substring(0, digits));
        return number.multiply(BigInteger.valueOf(unit)).min(UNSIGNED_MAX);
    }

    /** A size as it is written into a file: in the largest of gb, mb and kb that it is a multiple of. */
    static String inUnits(long bytes) {
        if (bytes == 0) {
            return "0";
        }
        int shift = Math.min(3, Long.numberOfTrailingZeros(bytes) / 10);
        return (bytes >> shift * 10) + UNITS.get(shift);
    }

    private static String single(List<String> words) throws ConfigRefusal {
        return TextTypes.single(words);
    }

    private static final class Decimal<T> extends OptionType<T> {
        private final long min;
        private final long max;
        private final long least;
        private final long most;
        private final LongFunction<T> box;
        private final ToLongFunction<T> unbox;

        Decimal(long min, long max, long least, long most, LongFunction<T> box, ToLongFunction<T> unbox) {
            this.min = min;
            this.max = max;
            this.least = least;
            this.most = most;
            this.box = box;
            this.unbox = unbox;
        }

        @Override
        T parse(List<String> words, T current) throws ConfigRefusal {
            long value = decimal(single(words));
            checkBounds(value, min, max);
            return box.apply(Math.clamp(value, least, most));
        }

        @Override
        String print(T value) {
            return Long.toString(unbox.applyAsLong(value));
        }

        @Override
        String form() {
            boolean unbounded = most == Long.MAX_VALUE || most == Integer.MAX_VALUE;
            boolean bothWays = least == Integer.MIN_VALUE && unbounded;
            return bothWays ? "number" : unbounded ? "number from " + least : "number from " + least + " to " + most;
        }
    }

    private static final class Size extends OptionType<Long> {
        private final long min;
        private final long max;
        private final long least;

        /** @param max the largest value accepted; -1 accepts any */
        Size(long min, long max, long least) {
            this.min = min;
            this.max = max;
            this.least = least;
        }

        @Override
        Long parse(List<String> words, Long current) throws ConfigRefusal {
            BigInteger size = size(single(words));
            if (size == null) {
                throw new ConfigRefusal(NO_MEMORY);
            }
            boolean tooLarge = max >= 0 && size.compareTo(BigInteger.valueOf(max)) > 0;
            if (tooLarge || size.compareTo(BigInteger.valueOf(min)) < 0) {
                throw new ConfigRefusal("argument must be between " + min + " and " + max + " inclusive");
            }
            return Math.max(least, size.min(LONG_MAX).longValue());
        }

        @Override
        String print(Long value) {
            return Long.toString(value);
        }

        @Override
        String written(Long value) {
            return inUnits(value);
        }

        @Override
        String form() {
            return least == 0 ? "bytes" : "bytes from " + least;
        }
    }

    private static final class SizeOrPercent extends OptionType<Long> {
        @Override
        Long parse(List<String> words, Long current) throws ConfigRefusal {
            String word = single(words);
            if (word.endsWith("%")) {
                return -percent(word.substring(0, word.length() - 1));
            }
            BigInteger size = size(word);
            if (size == null) {
                throw new ConfigRefusal(NO_MEMORY_OR_PERCENT);
            }
            if (size.compareTo(LONG_MAX) > 0) {
                throw new ConfigRefusal(OVER_100);
            }
            return size.longValue();
        }

        private static long percent(String number) throws ConfigRefusal {
            long percent;
            try {
                percent = decimal(number);
            } catch (ConfigRefusal noNumber) {
                throw new ConfigRefusal(NO_MEMORY_OR_PERCENT);
            }
            if (percent < 0) {
                throw new ConfigRefusal(NO_MEMORY_OR_PERCENT);
            }
            if (percent > 100) {
                throw new ConfigRefusal(OVER_100);
            }
            return percent;
        }

        @Override
        String print(Long value) {
            return value < 0 ? -value + "%" : Long.toString(value);
        }

        @Override
        String written(Long value) {
            return value < 0 ? print(value) : inUnits(value);
        }

        @Override
        String form() {
            return "bytes, or N%";
        }
    }

    private static final class FileMode extends OptionType<Integer> {
        private static final int LARGEST = 0777;

        @Override
        Integer parse(List<String> words, Integer current) throws ConfigRefusal {
            String word = single(words);
            long mode;
            try {
                mode = word.isEmpty() ? 0 : Long.parseLong(word, 8);
            } catch (NumberFormatException noOctal) {
                throw new ConfigRefusal(NO_OCTAL);
            }
            if (mode > Integer.MAX_VALUE || mode < Integer.MIN_VALUE) {
                throw new ConfigRefusal(NO_OCTAL);
            }
            if (mode < 0 || mode > LARGEST) {
                throw new ConfigRefusal("argument must be between 0 and 777 inclusive");
            }
            return (int) mode;
        }

        @Override
        String print(Integer value) {
            return Integer.toOctalString(value);
        }

        @Override
        String form() {
            return "octal number from 0 to 777";
        }
    }
}
