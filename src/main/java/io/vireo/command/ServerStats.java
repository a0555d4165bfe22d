package io.vireo.command;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import java.util.Map;
import java.util.TreeMap;

/** What is counted about all commands together. Plain fields of the keyspace thread. */
@RunsOn(Loop.KEYSPACE)
public final class ServerStats {
    private static final int SAMPLES = 16;
    /** Redis stops telling errors apart past this many kinds, and so do we. */
    private static final int MAX_ERROR_KINDS = 128;

    private final Map<String, Long> errors = new TreeMap<>();
    private final long[] samples = new long[SAMPLES];
    private int nextSample;
    private long sampledCommands;
    private long sampledAtMs;

    long commands;
    long errorReplies;

    public long commands() {
        return commands;
    }

    public long errorReplies() {
        return errorReplies;
    }

    /** Error replies by their first word. */
    public Map<String, Long> errors() {
        return errors;
    }

    public void countError(String code) {
        errorReplies++;
        if (errors.size() < MAX_ERROR_KINDS || errors.containsKey(code)) {
            errors.merge(code, 1L, Long::sum);
        }
    }

    /** Takes a sample of the rate; to be called ten times a second. */
    public void sample(long nowMs) {
        long passedMs = nowMs - sampledAtMs;
        if (sampledAtMs != 0 && passedMs > 0) {
            samples[nextSample] = (commands - sampledCommands) * 1000 / passedMs;
            nextSample = (nextSample + 1) % SAMPLES;
        }
        sampledAtMs = nowMs;
        sampledCommands = commands;
    }

    /** Commands per second over the last samples. */
    public long commandsPerSecond() {
        long sum = 0;
        for (long sample : samples) {
            sum += sample;
        }
        return sum / SAMPLES;
    }

    public void reset() {
        errors.clear();
        errorReplies = 0;
        commands = 0;
        sampledCommands = 0;
        java.util.Arrays.fill(samples, 0);
    }
}
