package io.vireo.group;

/** The clock of leases: it never goes back, and is one for all threads of the process. */
final class Monotonic {
    private static final long NANOS_PER_MS = 1_000_000;

    private Monotonic() {}

    static long nowMs() {
        return System.nanoTime() / NANOS_PER_MS;
    }
}
