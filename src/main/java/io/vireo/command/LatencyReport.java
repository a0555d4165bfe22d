package io.vireo.command;

import java.util.List;
import java.util.Locale;

/** LATENCY DOCTOR: what the monitor has noted, in sentences, and what may help. */
final class LatencyReport {
    private final LatencyMonitor monitor;
    private final StringBuilder out = new StringBuilder();

    private LatencyReport(LatencyMonitor monitor) {
        this.monitor = monitor;
    }

    static String of(LatencyMonitor monitor, long slowLogFromMicros) {
        return new LatencyReport(monitor).write(slowLogFromMicros);
    }

    private String write(long slowLogFromMicros) {
        if (monitor.thresholdMs() == 0) {
            return "Nothing is watched: the latency monitor is off. CONFIG SET latency-monitor-threshold <milliseconds>"
                    + " turns it on; choose what is too long for the clients of this server.\n";
        }
        if (monitor.events().isEmpty()) {
            return "Nothing took " + monitor.thresholdMs()
                    + " ms or longer since the monitor was turned on or reset.\n";
        }
        monitor.events().forEach(this::describe);
        out.append('\n');
        monitor.events().forEach(this::advise);
        if (isNoted(LatencyMonitor.COMMAND) || isNoted(LatencyMonitor.FAST_COMMAND)) {
            adviseSlowLog(slowLogFromMicros);
        }
        return out.toString();
    }

    private void describe(LatencyEvent event) {
        List<LatencyEvent.Sample> samples = event.samples();
        double mean =
                samples.stream().mapToLong(LatencyEvent.Sample::ms).average().orElse(0);
        double deviation = samples.stream()
                .mapToDouble(sample -> Math.abs(sample.ms() - mean))
                .average()
                .orElse(0);
        out.append(String.format(
                Locale.ROOT,
                "%s: %d spikes, %.0f ms on average (mean deviation %.0f ms), at worst %d ms",
                event.name(),
                samples.size(),
                mean,
                deviation,
                event.worstMs()));
        if (samples.size() > 1) {
            long span = samples.getLast().atSeconds() - samples.getFirst().atSeconds();
            out.append(String.format(Locale.ROOT, ", one every %.1f s", (double) span / (samples.size() - 1)));
        }
        out.append(".\n");
    }

    private void advise(LatencyEvent event) {
        switch (event.name()) {
            case LatencyMonitor.COMMAND ->
                advice("Some commands work through many elements at once. Ask for less at a time (SCAN in place of"
                        + " KEYS, ranges in place of whole collections).");
            case LatencyMonitor.FAST_COMMAND ->
                advice("Commands that should take no time were slow: look whether other processes take this machine's"
                        + " processors or memory, and at the pauses of the JVM (-Xlog:gc,safepoint).");
            case LatencyMonitor.EXPIRE_CYCLE ->
                advice("Many keys end at the same time, or large ones do: spread their times to expire.");
            case LatencyMonitor.DEFRAGMENT_CYCLE ->
                advice("Moving values together takes long: turn activedefrag off while it does.");
            case LatencyMonitor.FORK ->
                advice("Beginning a snapshot takes long: it does with very many databases in use.");
            default -> {
                if (event.name().startsWith("eviction")) {
                    advice("Making room takes long: lower maxmemory-eviction-tenacity, or raise maxmemory.");
                } else if (event.name().startsWith("aof")) {
                    advice("The disk is slow for the append-only file: consider appendfsync everysec, or a faster"
                            + " disk.");
                }
            }
        }
    }

    private void adviseSlowLog(long fromMicros) {
        long wanted = monitor.thresholdMs() * 1000;
        if (fromMicros < 0 || fromMicros > wanted) {
            advice("The slow log leaves out what the monitor notes; CONFIG SET slowlog-log-slower-than " + wanted
                    + " has it name those commands.");
        } else {
            advice("SLOWLOG GET names the commands.");
        }
    }

    private boolean isNoted(String event) {
        return monitor.event(event) != null;
    }

    private void advice(String text) {
        out.append("- ").append(text).append('\n');
    }
}
