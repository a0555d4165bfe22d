package io.vireo.node;

import io.vireo.command.InfoText;
import java.util.Locale;

/** MEMORY DOCTOR: what stands out in the memory's figures, in sentences, and what may help. */
final class MemoryReport {
    /** Below this, ratios say more about the JVM than about the data. */
    private static final long TOO_LITTLE_BYTES = 5L << 20;

    private static final double FAR_BELOW_PEAK = 1.5;
    private static final double MUCH_LOST = 1.4;
    private static final double MUCH_KEPT = 1.5;
    private static final long MUCH_BYTES = 100L << 20;
    private static final long LARGE_CLIENT_BYTES = 200L << 10;
    private static final long LARGE_REPLICA_BYTES = 10L << 20;

    private final MemoryFigures now;
    private final StringBuilder out = new StringBuilder();

    private MemoryReport(MemoryFigures now) {
        this.now = now;
    }

    static String of(MemoryFigures figures, int clients, int replicas) {
        return new MemoryReport(figures).write(clients, replicas);
    }

    private String write(int clients, int replicas) {
        if (now.usedBytes() < TOO_LITTLE_BYTES) {
            return "There is too little data here (" + InfoText.human(now.usedBytes())
                    + ") for the memory's figures to say anything.\n";
        }
        if ((double) now.peakBytes() / now.usedBytes() > FAR_BELOW_PEAK) {
            say(String.format(
                    Locale.ROOT,
                    "At its peak the data took %s, now they take %s. What became free goes back to the system by"
                            + " itself; what is left of it shows in allocator_rss_bytes.",
                    InfoText.human(now.peakBytes()),
                    InfoText.human(now.usedBytes())));
        }
        long lost = now.data().heldBytes() - now.data().usedBytes();
        if (now.fragmentationRatio() > MUCH_LOST && lost > MUCH_BYTES / 10) {
            say(String.format(
                    Locale.ROOT,
                    "Between values lies %s that nothing uses (%.2f bytes for each one in use). CONFIG SET activedefrag"
                            + " yes moves values together.",
                    InfoText.human(lost),
                    now.fragmentationRatio()));
        }
        long kept = now.data().residentBytes() - now.data().heldBytes();
        if (now.residentRatio() > MUCH_KEPT && kept > MUCH_BYTES / 10) {
            say(String.format(
                    Locale.ROOT,
                    "%s is free and not yet given back to the system. MEMORY PURGE does it.",
                    InfoText.human(kept)));
        }
        long beside = now.processBytes() - now.data().residentBytes();
        if (now.processRatio() > MUCH_KEPT && beside > MUCH_BYTES) {
            say(String.format(
                    Locale.ROOT,
                    "The process takes %s beside the data, %s of it objects of the JVM: look at its heap's limits, and"
                            + " at the buffers of clients.",
                    InfoText.human(beside),
                    InfoText.human(now.heapBytes())));
        }
        if (clients > 0 && now.clientBytes() / clients > LARGE_CLIENT_BYTES) {
            say(String.format(
                    Locale.ROOT,
                    "The buffers of clients take %s, which is much for %d of them. CLIENT LIST shows whose they are.",
                    InfoText.human(now.clientBytes()),
                    clients));
        }
        if (replicas > 0 && now.replicaBytes() / replicas > LARGE_REPLICA_BYTES) {
            say(String.format(
                    Locale.ROOT,
                    "The buffers of replicas take %s: they take the stream more slowly than it grows.",
                    InfoText.human(now.replicaBytes())));
        }
        return out.isEmpty() ? "Nothing stands out in the memory's figures.\n" : out.toString();
    }

    private void say(String text) {
        out.append("- ").append(text).append('\n');
    }
}
