package io.vireo.log;

import java.util.random.RandomGenerator;

/** Names of histories: 40 hexadecimal digits, as Redis writes them. */
public final class ReplicationId {
    public static final int LENGTH = 40;

    /** What stands where there is no id, in INFO and in log lines. */
    public static final String NONE = "0".repeat(LENGTH);

    private static final String DIGITS = "0123456789abcdef";

    private ReplicationId() {}

    /** A new name, never {@link #NONE} in practice. */
    public static String random(RandomGenerator random) {
        StringBuilder id = new StringBuilder(LENGTH);
        while (id.length() < LENGTH) {
            id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return id.toString();
    }

    /** Whether this text has the length of an id; Redis asks for no more either. */
    public static boolean isWellFormed(String text) {
        return text.length() == LENGTH;
    }
}
