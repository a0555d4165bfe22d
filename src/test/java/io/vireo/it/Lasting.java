package io.vireo.it;

import java.util.concurrent.TimeUnit;

/**
 * For what takes its time by its nature: how long a fault lasts, or a load goes on. Nothing is to be true afterwards; for
 * that there is {@link Await}.
 */
final class Lasting {
    private Lasting() {}

    /** Lets so much time pass, in milliseconds. */
    static void ms(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
