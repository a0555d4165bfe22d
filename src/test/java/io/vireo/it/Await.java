package io.vireo.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits until something holds. What never holds fails with the logs of all servers that run. */
final class Await {
    /** Long, since machines that build are busy; what holds costs no more than one poll. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(20);

    private Await() {}

    /** Something that is asked again and again. A connection that fails means "not yet". */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /** @param text what is waited for, as the end of the sentence "waited in vain for …" */
    static void until(Condition condition, String text) {
        until(condition, text, PATIENCE);
    }

    static void until(Condition condition, String text, Duration patience) {
        String[] trouble = {""};
        if (!holdsWithin(condition, patience, trouble)) {
            throw new AssertionError("waited in vain for " + text + trouble[0] + ServerProcess.logsOfAll());
        }
    }

    /** Whether something comes to hold in some time. */
    static boolean holdsWithin(Condition condition, Duration patience) {
        return holdsWithin(condition, patience, new String[1]);
    }

    private static boolean holdsWithin(Condition condition, Duration patience, String[] trouble) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                if (condition.holds()) {
                    return true;
                }
                trouble[0] = "";
            } catch (IOException | UncheckedIOException e) {
                trouble[0] = " (last: " + e + ")";
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
