package io.vireo.base;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Ends the process when our own state can no longer be trusted.
 *
 * <p>A dead primary is replaced and a wrong one is copied, so a failure after a change stops the node. Netty and Vert.x
 * swallow throwables: every task, timer and handler of the keyspace thread ends here instead.
 */
@RunsOn(Loop.ANY)
public final class Fatal {
    private static final List<Runnable> LAST_ACTS = new CopyOnWriteArrayList<>();
    private static volatile java.util.function.Consumer<Throwable> reporter = Throwable::printStackTrace;

    private Fatal() {}

    /** Adds something to do before the process halts, such as giving up a lease. It must not block. */
    public static void beforeHalt(Runnable act) {
        LAST_ACTS.add(act);
    }

    /** Sets who writes the failure down; the default is standard error. */
    public static void reportTo(java.util.function.Consumer<Throwable> newReporter) {
        reporter = newReporter;
    }

    /** Logs the failure and halts the process with status 1. */
    public static void stop(Throwable cause) {
        try {
            reporter.accept(cause);
            LAST_ACTS.forEach(Runnable::run);
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
