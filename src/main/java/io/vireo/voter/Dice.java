package io.vireo.voter;

/**
 * Chance, as a value: the state of a generator, so that a machine that needs a nonce or a random wait stays a function.
 *
 * @see <a href="https://doi.org/10.1145/2714064.2660195">SplitMix, of Steele, Lea and Flood</a>
 */
record Dice(long seed) {
    private static final long STEP = 0x9e3779b97f4a7c15L;

    Dice next() {
        return new Dice(seed + STEP);
    }

    long value() {
        long z = (seed ^ seed >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** From 0 to one less than this. */
    long below(long bound) {
        return Long.remainderUnsigned(value(), bound);
    }
}
