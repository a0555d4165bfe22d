package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.ArrayList;
import java.util.List;

/** One kind of event of the {@link LatencyMonitor}: the worst of each second, for the last seconds that had any. */
@RunsOn(Loop.KEYSPACE)
final class LatencyEvent {
    /** How many seconds are kept. */
    static final int SAMPLES = 160;

    /** @param atSeconds since 1970 */
    record Sample(long atSeconds, long ms) {}

    private final String name;
    private final long[] seconds = new long[SAMPLES];
    private final long[] durations = new long[SAMPLES];
    private int count;
    private int next;
    private long worstMs;

    LatencyEvent(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void add(long atSeconds, long ms) {
        worstMs = Math.max(worstMs, ms);
        int last = (next + SAMPLES - 1) % SAMPLES;
        if (count > 0 && seconds[last] == atSeconds) {
            durations[last] = Math.max(durations[last], ms);
            return;
        }
        seconds[next] = atSeconds;
        durations[next] = ms;
        next = (next + 1) % SAMPLES;
        count = Math.min(count + 1, SAMPLES);
    }

    /** What is kept, the oldest first; never empty. */
    List<Sample> samples() {
        List<Sample> samples = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = (next + SAMPLES - count + i) % SAMPLES;
            samples.add(new Sample(seconds[at], durations[at]));
        }
        return samples;
    }

    /** The worst that was ever noted, in milliseconds. */
    long worstMs() {
        return worstMs;
    }
}
