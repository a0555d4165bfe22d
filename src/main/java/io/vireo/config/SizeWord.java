package io.vireo.config;

import java.math.BigInteger;

/** Sizes as options have them, {@code 64mb}, where a command takes one. */
public final class SizeWord {
    private SizeWord() {}

    /** Whether a word is a size in bytes, with a unit or without, from {@code least} to {@code most}. */
    public static boolean isSize(String word, long least, long most) {
        BigInteger size = NumberTypes.size(word);
        return size != null
                && size.compareTo(BigInteger.valueOf(least)) >= 0
                && size.compareTo(BigInteger.valueOf(most)) <= 0;
    }
}
