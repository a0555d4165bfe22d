package io.vireo.command;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** INFO's sections about commands: how often, how long, how often refused, and which errors. */
public final class CommandInfo {
    private CommandInfo() {}

    /** {@code Commandstats}: a line for each command that was called or refused. */
    public static InfoSection commandStats(Dispatcher dispatcher) {
        return new InfoSection() {
            @Override
            public String title() {
                return "Commandstats";
            }

            @Override
            public boolean isDefault() {
                return false;
            }

            @Override
            public void write(InfoText out) {
                for (Command command : dispatcher.table().allWithSubcommands()) {
                    if (command.calls() + command.rejected() + command.failed() > 0) {
                        out.field("cmdstat_" + command.fullName(), line(command));
                    }
                }
            }
        };
    }

    private static String line(Command command) {
        double each = command.calls() == 0 ? 0 : (double) command.microseconds() / command.calls();
        return String.format(
                Locale.ROOT,
                "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                command.calls(),
                command.microseconds(),
                each,
                command.rejected(),
                command.failed());
    }

    /** {@code Latencystats}: a line for each command that was called, with the percentiles that are asked for now. */
    public static InfoSection latencyStats(Dispatcher dispatcher, Supplier<List<Double>> percentiles) {
        return new InfoSection() {
            @Override
            public String title() {
                return "Latencystats";
            }

            @Override
            public boolean isDefault() {
                return false;
            }

            @Override
            public void write(InfoText out) {
                for (Command command : dispatcher.table().allWithSubcommands()) {
                    if (command.latencies() != null) {
                        out.field(
                                "latency_percentiles_usec_" + command.fullName(),
                                percentiles(command.latencies(), percentiles.get()));
                    }
                }
            }
        };
    }

    private static String percentiles(LatencyHistogram latencies, List<Double> percentiles) {
        return percentiles.stream()
                .map(percent -> String.format(
                        Locale.ROOT,
                        "p%s=%.3f",
                        new BigDecimal(percent.toString()).stripTrailingZeros().toPlainString(),
                        latencies.percentileMicros(percent)))
                .collect(Collectors.joining(","));
    }

    /** {@code Errorstats}: a line for each first word of an error that was answered. */
    public static InfoSection errorStats(Dispatcher dispatcher) {
        return new InfoSection() {
            @Override
            public String title() {
                return "Errorstats";
            }

            @Override
            public void write(InfoText out) {
                dispatcher.stats().errors().forEach((code, count) -> out.field("errorstat_" + code, "count=" + count));
            }
        };
    }
}
