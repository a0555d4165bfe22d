package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** When, and for how long, one thing kept all others waiting: by kind of thing, the latest of each. */
@RunsOn(Loop.KEYSPACE)
public final class LatencyMonitor {
    public static final String COMMAND = "command";
    public static final String FAST_COMMAND = "fast-command";
    public static final String COMMAND_UNBLOCKING = "command-unblocking";
    /** Keys whose time is over are looked for and deleted. */
    public static final String EXPIRE_CYCLE = "expire-cycle";
    /** Keys are deleted to make room. */
    public static final String EVICTION_CYCLE = "eviction-cycle";
    /** One of them is. */
    public static final String EVICTION_OF_A_KEY = "eviction-del";
    /** Blobs are moved out of sparse memory. */
    public static final String DEFRAGMENT_CYCLE = "active-defrag-cycle";
    /** A snapshot's cut begins, where Redis would fork. */
    public static final String FORK = "fork";

    static final long NANOS_PER_MS = 1_000_000;

    private final Map<String, LatencyEvent> events = new TreeMap<>();
    private LongSupplier clock = System::currentTimeMillis;
    private long thresholdMs;

    /** Sets the clock, in milliseconds since 1970. */
    public void clock(LongSupplier newClock) {
        clock = newClock;
    }

    long nowMs() {
        return clock.getAsLong();
    }

    void thresholdMs(long ms) {
        thresholdMs = ms;
    }

    /** From how many milliseconds on an event is noted; 0 is never. */
    long thresholdMs() {
        return thresholdMs;
    }

    /** Says that something took so long; it is noted if that is long enough. */
    public void add(String event, long nanos) {
        long ms = nanos / NANOS_PER_MS;
        if (thresholdMs == 0 || ms < thresholdMs) {
            return;
        }
        events.computeIfAbsent(event, LatencyEvent::new).add(nowMs() / 1000, ms);
    }

    /** What was noted, by the events' names in order. */
    Collection<LatencyEvent> events() {
        return events.values();
    }

    /** An event that was noted, or null. */
    LatencyEvent event(String name) {
        return events.get(name);
    }

    /** Forgets an event. Returns whether there was anything to forget. */
    boolean reset(String name) {
        return events.remove(name) != null;
    }

    /** Forgets all. Returns how many events there were. */
    int reset() {
        int had = events.size();
        events.clear();
        return had;
    }
}
