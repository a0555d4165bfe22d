package io.vireo.base;

/**
 * Glob patterns over byte strings, as KEYS, SCAN, PSUBSCRIBE and CONFIG GET understand them.
 *
 * <p>{@code *} is any bytes, {@code ?} any one byte, {@code [a-c^x]} one of a class, {@code [^...]} one outside it, and
 * {@code \} takes the next byte literally, also inside a class. Corner cases are those of Redis: a class without its
 * {@code ]} ends with the pattern, a range may be written backwards and compares bytes as signed, an escaped byte in a
 * class keeps its case, and the empty string is matched by the empty pattern only.
 *
 * <p>A mismatch goes back only to the last {@code *}: an earlier one cannot help, since all that stands between two stars
 * matches one byte each. So the time is at most the product of both lengths, whatever the pattern. Nothing is allocated.
 */
public final class Glob {
    /** As many as Redis follows; a pattern that has more and needs them matches nothing. */
    private static final int MAX_STARS = 1000;

    private Glob() {}

    /** Whether the whole of {@code text} matches. {@code ignoreCase} makes ASCII letters equal in both cases. */
    public static boolean matches(Bytes pattern, Bytes text, boolean ignoreCase) {
        return matches(pattern.address(), pattern.length(), text.address(), text.length(), ignoreCase);
    }

    /** As {@link #matches(Bytes, Bytes, boolean)}, over ranges of native memory. */
    public static boolean matches(long pattern, int patternLength, long text, int textLength, boolean ignoreCase) {
        long patternEnd = pattern + patternLength;
        long textEnd = text + textLength;
        long p = pattern;
        long t = text;
        long afterStar = 0; // where the pattern goes on after the last star; 0 before the first one
        int stars = 0;
        long starEnd = 0; // where the text goes on after what that star takes

        while (t < textEnd) {
            if (p < patternEnd && RawMemory.getByte(p) == '*') {
                p = skipStars(p, patternEnd);
                if (p == patternEnd) {
                    return true;
                }
                stars++;
                if (stars > MAX_STARS) {
                    return false;
                }
                afterStar = p;
                starEnd = t;
                continue;
            }
            long next = p < patternEnd ? matchOne(p, patternEnd, RawMemory.getByte(t), ignoreCase) : 0;
            if (next != 0) {
                p = next;
                t++;
            } else if (afterStar != 0) {
                starEnd++;
                p = afterStar;
                t = starEnd;
            } else {
                return false;
            }
        }
        return textLength == 0 ? patternLength == 0 : skipStars(p, patternEnd) == patternEnd;
    }

    /** Whether this has a byte that makes it more than a plain name; an escape alone does not. */
    public static boolean isPattern(Bytes pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            byte b = pattern.at(i);
            if (b == '*' || b == '?' || b == '[') {
                return true;
            }
        }
        return false;
    }

    private static long skipStars(long p, long patternEnd) {
        long at = p;
        while (at < patternEnd && RawMemory.getByte(at) == '*') {
            at++;
        }
        return at;
    }

    /** Matches one byte against what the pattern has at {@code p}. Returns where the pattern goes on; 0 if it does not. */
    private static long matchOne(long p, long patternEnd, byte b, boolean ignoreCase) {
        byte wanted = RawMemory.getByte(p);
        return switch (wanted) {
            case '?' -> p + 1;
            case '[' -> matchClass(p + 1, patternEnd, b, ignoreCase);
            case '\\' -> {
                long literal = p + 1 < patternEnd ? p + 1 : p;
                yield same(RawMemory.getByte(literal), b, ignoreCase) ? literal + 1 : 0;
            }
            default -> same(wanted, b, ignoreCase) ? p + 1 : 0;
        };
    }

    /** Matches a class from after its bracket on. */
    private static long matchClass(long from, long patternEnd, byte b, boolean ignoreCase) {
        long p = from;
        boolean negated = p < patternEnd && RawMemory.getByte(p) == '^';
        if (negated) {
            p++;
        }
        boolean found = false;
        while (p < patternEnd && RawMemory.getByte(p) != ']') {
            byte member = RawMemory.getByte(p);
            if (member == '\\' && p + 1 < patternEnd) {
                found |= RawMemory.getByte(p + 1) == b;
                p += 2;
            } else if (p + 2 < patternEnd && RawMemory.getByte(p + 1) == '-') {
                found |= inRange(member, RawMemory.getByte(p + 2), b, ignoreCase);
                p += 3;
            } else {
                found |= same(member, b, ignoreCase);
                p++;
            }
        }
        return found == negated ? 0 : Math.min(p + 1, patternEnd);
    }

    /** Bytes are compared as signed, and turned around before their case is folded, as Redis does. */
    private static boolean inRange(byte from, byte to, byte b, boolean ignoreCase) {
        byte low = from < to ? from : to;
        byte high = from < to ? to : from;
        return ignoreCase ? fold(b) >= fold(low) && fold(b) <= fold(high) : b >= low && b <= high;
    }

    private static boolean same(byte a, byte b, boolean ignoreCase) {
        return a == b || ignoreCase && fold(a) == fold(b);
    }

    private static byte fold(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }
}
