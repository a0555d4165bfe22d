package io.vireo.aof;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * Holds back rewrites that nobody has asked for once several in a row have failed: for a minute, then for two, up to an
 * hour. Each of them would cost a new file.
 */
@RunsOn(Loop.KEYSPACE)
final class RewriteLimit {
    private static final int FAILURES = 3;
    private static final long MOST_MINUTES = 60;
    private static final long MS_PER_MINUTE = 60_000;

    private long failures;
    private long delayMinutes;
    private long nextAtMs;

    /** How many have failed in a row. */
    long failures() {
        return failures;
    }

    void ended(boolean well) {
        failures = well ? 0 : failures + 1;
    }

    /**
     * Asks for a rewrite now.
     *
     * @return 0 if it may begin; -1 if it may not, as was said before; else it may not, for so many minutes from now on
     */
    long ask(long nowMs) {
        if (failures < FAILURES) {
            delayMinutes = 0;
            nextAtMs = 0;
            return 0;
        }
        if (nextAtMs != 0) {
            if (nowMs < nextAtMs) {
                return -1;
            }
            nextAtMs = 0;
            return 0;
        }
        delayMinutes = Math.clamp(delayMinutes * 2, 1, MOST_MINUTES);
        nextAtMs = nowMs + delayMinutes * MS_PER_MINUTE;
        return delayMinutes;
    }
}
