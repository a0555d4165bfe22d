package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;

/**
 * How often a command took how long, from a nanosecond to a second (what takes longer counts as a second), with two
 * significant digits.
 *
 * <p>The cells are those of Gil Tene's HdrHistogram, so that percentiles come out as Redis's: 256 cells of one
 * nanosecond, then 128 cells for each doubling. Counting is a shift and an increment.
 */
@RunsOn(Loop.KEYSPACE)
final class LatencyHistogram {
    private static final long MAX_NANOS = 1_000_000_000;
    private static final int FINE_CELLS = 256;
    private static final int HALF_BITS = 7;
    private static final int HALF = 1 << HALF_BITS;
    /** Leading zeros of the largest number that has a fine cell. */
    private static final int FINE_ZEROS = Long.numberOfLeadingZeros(FINE_CELLS - 1);

    private static final int CELLS = cell(MAX_NANOS) + HALF & -HALF;
    private static final long FIRST_STEP_NANOS = 1024;
    private static final double NANOS_PER_MICRO = 1000;

    /** Receives how many calls took at most so long. */
    @FunctionalInterface
    interface Step {
        void take(long micros, long callsUpTo);
    }

    private final long[] cells = new long[CELLS];
    private long calls;

    void record(long nanos) {
        cells[cell(Math.clamp(nanos, 1, MAX_NANOS))]++;
        calls++;
    }

    private static int cell(long nanos) {
        int doubling = FINE_ZEROS - Long.numberOfLeadingZeros(nanos | FINE_CELLS - 1);
        return (doubling << HALF_BITS) + (int) (nanos >>> doubling);
    }

    /** The longest time that falls into a cell. */
    private static long longest(int cell) {
        int doubling = Math.max(0, (cell >> HALF_BITS) - 1);
        long first = (long) (cell - (doubling << HALF_BITS)) << doubling;
        return first + (1L << doubling) - 1;
    }

    /** How many calls were recorded. */
    long calls() {
        return calls;
    }

    /** The time that so many percent of the calls did not exceed, in microseconds; 0 where there was no call. */
    double percentileMicros(double percent) {
        long wanted = Math.max(1, (long) (percent / 100 * calls + 0.5));
        long sum = 0;
        for (int i = 0; i < CELLS; i++) {
            sum += cells[i];
            if (sum >= wanted) {
                return longest(i) / NANOS_PER_MICRO;
            }
        }
        return 0;
    }

    /** Shows how many calls took at most 1, 2, 4, 8 ... microseconds, leaving out the steps that add none. */
    void cumulate(Step step) {
        long shown = 0;
        long sum = 0;
        long level = FIRST_STEP_NANOS;
        for (int i = 0; i < CELLS && shown < calls; i++) {
            sum += cells[i];
            if (i == cell(level) || i == CELLS - 1) {
                if (sum > shown) {
                    step.take((long) (longest(i) / NANOS_PER_MICRO), sum);
                    shown = sum;
                }
                level <<= 1;
            }
        }
    }
}
