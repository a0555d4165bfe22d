package io.vireo.node;

import io.vireo.command.Dispatcher;
import io.vireo.config.Config;
import io.vireo.config.MonitorOptions;
import io.vireo.config.Option;
import java.util.function.Consumer;

/** Lets the options say what is noted about commands that take long. */
final class Monitoring {
    private final Config config;

    private Monitoring(Config config) {
        this.config = config;
    }

    static void follow(Config config, Dispatcher dispatcher) {
        Monitoring these = new Monitoring(config);
        these.follow(MonitorOptions.SLOWLOG_LOG_SLOWER_THAN, dispatcher.slowness()::slowLogFrom);
        these.follow(MonitorOptions.SLOWLOG_MAX_LEN, dispatcher.slowness()::slowLogLength);
        these.follow(MonitorOptions.LATENCY_MONITOR_THRESHOLD, dispatcher.slowness()::monitorFrom);
        these.follow(MonitorOptions.LATENCY_TRACKING, dispatcher::trackLatencies);
    }

    private <T> void follow(Option<T> option, Consumer<T> setting) {
        setting.accept(config.get(option));
        config.onChange(option, setting);
    }
}
