package io.vireo.base;

/** States what must be true of our own state. Always on; never used on input. */
public final class Invariant {
    private Invariant() {}

    /**
     * Checks that something we rely on holds.
     *
     * @param holds the condition
     * @param what what should be true, as a constant text: nothing is built unless it fails
     * @throws IllegalStateException if it does not hold
     */
    public static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("invariant broken: " + what);
        }
    }
}
