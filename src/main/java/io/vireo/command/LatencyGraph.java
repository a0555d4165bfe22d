package io.vireo.command;

import java.util.List;
import java.util.Locale;

/** LATENCY GRAPH: the samples of an event as columns of characters, each with its age below, read from top to bottom. */
final class LatencyGraph {
    private static final int ROWS = 4;
    private static final int WIDTH = 80;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MINUTES_PER_HOUR = 60;
    private static final int HOURS_PER_DAY = 24;
    /** A column's top by how far it reaches into its row: low, in the middle, high. */
    private static final char[] TOPS = {'_', 'o', '#'};

    private LatencyGraph() {}

    static String of(LatencyEvent event, long nowSeconds) {
        List<LatencyEvent.Sample> all = event.samples();
        List<LatencyEvent.Sample> shown = all.subList(Math.max(0, all.size() - WIDTH), all.size());
        long low = shown.stream().mapToLong(LatencyEvent.Sample::ms).min().orElse(0);
        long high = shown.stream().mapToLong(LatencyEvent.Sample::ms).max().orElse(0);
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "%s - high %d ms, low %d ms (all time high %d ms)%n",
                event.name(),
                high,
                low,
                event.worstMs()));
        out.append("-".repeat(WIDTH)).append('\n');
        drawColumns(shown, low, high, out);
        drawAges(shown, nowSeconds, out);
        return out.toString();
    }

    private static void drawColumns(List<LatencyEvent.Sample> samples, long low, long high, StringBuilder out) {
        int steps = ROWS * TOPS.length - 1;
        for (int row = ROWS - 1; row >= 0; row--) {
            for (LatencyEvent.Sample sample : samples) {
                long step = high == low ? 0 : (sample.ms() - low) * steps / (high - low);
                int top = (int) step / TOPS.length;
                out.append(row > top ? ' ' : row < top ? '|' : TOPS[(int) step % TOPS.length]);
            }
            out.append('\n');
        }
        out.append('\n');
    }

    private static void drawAges(List<LatencyEvent.Sample> samples, long nowSeconds, StringBuilder out) {
        List<String> ages = samples.stream()
                .map(sample -> age(nowSeconds - sample.atSeconds()))
                .toList();
        int longest = ages.stream().mapToInt(String::length).max().orElse(0);
        for (int row = 0; row < longest; row++) {
            for (String age : ages) {
                out.append(row < age.length() ? age.charAt(row) : ' ');
            }
            out.append('\n');
        }
    }

    private static String age(long seconds) {
        long minutes = seconds / SECONDS_PER_MINUTE;
        long hours = minutes / MINUTES_PER_HOUR;
        if (minutes == 0) {
            return seconds + "s";
        }
        if (hours == 0) {
            return minutes + "m";
        }
        return hours < HOURS_PER_DAY ? hours + "h" : hours / HOURS_PER_DAY + "d";
    }
}
