package io.vireo.base;

/** The clock of leases and deadlines, in milliseconds: it never goes back, and is one for all threads of the process. */
@RunsOn(Loop.ANY)
public final class Monotonic {
    private static final long NANOS_PER_MS = 1_000_000;

    private Monotonic() {}

    /** Milliseconds since some moment that stays the same as long as the machine runs. */
    public static long nowMs() {
        return System.nanoTime() / NANOS_PER_MS;
    }
}
