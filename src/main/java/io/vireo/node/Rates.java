package io.vireo.node;

import io.vireo.base.Loop;
import io.vireo.base.RunsOn;
import io.vireo.net.Traffic;

/** How fast bytes go in and out, averaged over the last samples. */
@RunsOn(Loop.KEYSPACE)
final class Rates {
    private static final int SAMPLES = 16;
    private static final double MS_TO_KILOBYTES = 1000.0 / 1024;

    private final Traffic traffic;
    private final double[] input = new double[SAMPLES];
    private final double[] output = new double[SAMPLES];
    private int next;
    private long sampledAtMs;
    private long sampledInput;
    private long sampledOutput;

    Rates(Traffic traffic) {
        this.traffic = traffic;
    }

    /** Takes a sample; to be called ten times a second. */
    void sample(long nowMs) {
        long passedMs = nowMs - sampledAtMs;
        if (sampledAtMs != 0 && passedMs > 0) {
            input[next] = (traffic.receivedBytes() - sampledInput) * MS_TO_KILOBYTES / passedMs;
            output[next] = (traffic.sentBytes() - sampledOutput) * MS_TO_KILOBYTES / passedMs;
            next = (next + 1) % SAMPLES;
        }
        sampledAtMs = nowMs;
        sampledInput = traffic.receivedBytes();
        sampledOutput = traffic.sentBytes();
    }

    double inputKilobytes() {
        return mean(input);
    }

    double outputKilobytes() {
        return mean(output);
    }

    private static double mean(double[] samples) {
        double sum = 0;
        for (double sample : samples) {
            sum += sample;
        }
        return sum / SAMPLES;
    }
}
