package io.vireo.keyspace;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.random.RandomGenerator;

/**
 * What an entry's access bits say, and how they move on: when it was last used, or how often it is.
 *
 * <pre>
 *   by time         24 bits   the second of the last use, modulo 2^24
 *   by frequency    16 bits   the minute of the last use, modulo 2^16
 *                    8 bits   a counter of uses that grows more slowly the higher it is, and falls as minutes go by
 * </pre>
 *
 * <p>Nothing tells bits of one kind from those of the other: after a change of the policy they are wrong until the
 * entry is used, as in Redis. They are no part of a value, so a snapshot cut need not see that they change.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/eviction/">Key eviction, the LFU mode</a>
 */
@RunsOn(Loop.KEYSPACE)
final class AccessClock {
    static final int MOST_FREQUENT = 255;

    /** Where a new entry's counter begins, so that it is not the first to go. */
    static final int NEW_FREQUENCY = 5;

    private static final int SECONDS = 0xff_ffff;
    private static final int MINUTES = 0xffff;
    private static final int COUNTER = 0xff;
    private static final int COUNTER_BITS = 8;
    private static final long MS_PER_MINUTE = 60_000;

    private final RandomGenerator random;
    private long nowMs;
    /** The bits of what is made now, and of what is used now while that is told by time. */
    private int fresh;

    private boolean countsUses;
    private boolean leavesNoTrace;
    /** Neither of both: one field to look at for a use. */
    private boolean marksTime = true;

    private int logFactor = 10;
    private int decayMinutes = 1;

    AccessClock(RandomGenerator random, long nowMs) {
        this.random = random;
        at(nowMs);
    }

    /** Sets the time of this turn. */
    void at(long newNowMs) {
        nowMs = newNowMs;
        fresh = countsUses ? minute() << COUNTER_BITS | NEW_FREQUENCY : second();
    }

    /** Whether uses are counted instead of timed; how slowly a counter grows; after how many minutes it falls by one. */
    void follow(boolean counts, int newLogFactor, int newDecayMinutes) {
        countsUses = counts;
        logFactor = newLogFactor;
        decayMinutes = newDecayMinutes;
        leavesNoTrace(leavesNoTrace);
        at(nowMs);
    }

    /** The same rules as another clock's. */
    void follow(AccessClock other) {
        follow(other.countsUses, other.logFactor, other.decayMinutes);
    }

    boolean countsUses() {
        return countsUses;
    }

    /** Whether what follows is no use of what it looks at. */
    void leavesNoTrace(boolean on) {
        leavesNoTrace = on;
        marksTime = !on && !countsUses;
    }

    /** The bits of an entry that is made now. */
    int fresh() {
        return fresh;
    }

    /** An entry is used. */
    void used(long blob) {
        if (marksTime) {
            Entry.setAccess(blob, fresh);
        } else if (!leavesNoTrace) {
            count(blob);
        }
    }

    /** An entry is given another value: by time it is as one made now, but it keeps how often it was used. */
    void overwritten(long blob) {
        if (countsUses) {
            used(blob);
        } else {
            Entry.setAccess(blob, fresh);
        }
    }

    private void count(long blob) {
        int counter = frequency(Entry.access(blob));
        if (counter < MOST_FREQUENT) {
            double steps = Math.max(0, counter - NEW_FREQUENCY);
            if (random.nextDouble() * (steps * logFactor + 1) < 1) {
                counter++;
            }
        }
        Entry.setAccess(blob, minute() << COUNTER_BITS | counter);
    }

    /** Seconds since the last use, right up to 194 days, of bits by time. */
    long idleSeconds(int access) {
        return second() - access & SECONDS;
    }

    /** How often an entry is used, from 0 to 255, as far as its counter has not fallen since; of bits by frequency. */
    int frequency(int access) {
        int counter = access & COUNTER;
        if (decayMinutes == 0) {
            return counter;
        }
        int minutes = minute() - (access >>> COUNTER_BITS) & MINUTES;
        return Math.max(0, counter - minutes / decayMinutes);
    }

    /** The bits of an entry that was last used so long ago. */
    int idleFor(long seconds) {
        return (int) (second() - seconds) & SECONDS;
    }

    /** The bits of an entry that is used so often. */
    int usedAsOften(int frequency) {
        return minute() << COUNTER_BITS | frequency;
    }

    private int second() {
        return (int) (nowMs / 1000) & SECONDS;
    }

    private int minute() {
        return (int) (nowMs / MS_PER_MINUTE) & MINUTES;
    }
}
