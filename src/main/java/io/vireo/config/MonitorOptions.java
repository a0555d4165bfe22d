package io.vireo.config;

import static io.vireo.config.Access.SETTABLE;
import static io.vireo.config.NumberTypes.large;
import static io.vireo.config.TextTypes.yesNo;

import java.util.List;

/** What is noted about commands that take long: a part of the table of {@link Options}. */
public final class MonitorOptions {
    static final OptionSection SECTION = new OptionSection("Monitoring");

    public static final Option<Long> SLOWLOG_LOG_SLOWER_THAN = SECTION.option(
            "slowlog-log-slower-than",
            large(-1, Long.MAX_VALUE),
            10_000L,
            SETTABLE,
            "Microseconds from which on a command goes into the slow log; 0: all do, -1: none.");

    public static final Option<Long> SLOWLOG_MAX_LEN = SECTION.option(
            "slowlog-max-len", large(0, Long.MAX_VALUE), 128L, SETTABLE, "Commands that the slow log keeps.");

    public static final Option<Long> LATENCY_MONITOR_THRESHOLD = SECTION.option(
            "latency-monitor-threshold",
            large(0, Long.MAX_VALUE),
            0L,
            SETTABLE,
            "Milliseconds from which on LATENCY notes what kept clients waiting; 0: nothing.");

    public static final Option<Boolean> LATENCY_TRACKING = SECTION.option(
            "latency-tracking", yesNo(), true, SETTABLE, "Whether is counted how long each command takes.");

    public static final Option<List<Double>> LATENCY_TRACKING_INFO_PERCENTILES = SECTION.option(
            "latency-tracking-info-percentiles",
            ListTypes.percentiles(),
            List.of(50.0, 99.0, 99.9),
            SETTABLE,
            "The percentiles that INFO latencystats shows.");

    private MonitorOptions() {}
}
