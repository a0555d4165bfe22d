package io.vireo.web;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers samples by metric, and writes them in Prometheus's text format, with what others have measured behind them. */
final class MetricsText {
    /** Of the version 0.0.4, which every Prometheus reads. */
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final String COUNTER_END = "_total";
    private static final String INFO_END = "_info";

    private final Map<String, Map<Labels, Double>> gauges = new LinkedHashMap<>();
    private final Map<String, Map<Labels, Double>> counters = new LinkedHashMap<>();
    private final Map<String, Labels> infos = new LinkedHashMap<>();
    private final List<MetricSnapshot> summaries = new ArrayList<>();

    /** @param labels names and values in turn */
    MetricsText gauge(String name, double value, String... labels) {
        return add(gauges, name, value, labels);
    }

    /** @param name ends in {@code _total} */
    MetricsText counter(String name, double value, String... labels) {
        return add(counters, name.substring(0, name.length() - COUNTER_END.length()), value, labels);
    }

    /**
     * Facts that are labels of the value 1.
     *
     * @param name ends in {@code _info}
     */
    MetricsText info(String name, String... labels) {
        infos.put(name.substring(0, name.length() - INFO_END.length()), Labels.of(labels));
        return this;
    }

    /** How often something was measured, and the sum of what was found. */
    MetricsText summary(String name, long count, double sum) {
        summaries.add(SummarySnapshot.builder()
                .name(name)
                .dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                        .count(count)
                        .sum(sum)
                        .quantiles(Quantiles.EMPTY)
                        .build())
                .build());
        return this;
    }

    /** Two samples of the same labels, as of two replicas behind one address, are one: the last. */
    private MetricsText add(Map<String, Map<Labels, Double>> metrics, String name, double value, String... labels) {
        metrics.computeIfAbsent(name, any -> new LinkedHashMap<>()).put(Labels.of(labels), value);
        return this;
    }

    /** @param others metrics of other names; those of a name that is here too are left out */
    String text(MetricSnapshots others) {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        gauges.forEach((name, samples) -> {
            GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name);
            samples.forEach((labels, value) -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value(value)
                    .build()));
            all.metricSnapshot(gauge.build());
        });
        counters.forEach((name, samples) -> {
            CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name);
            samples.forEach((labels, value) -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value(value)
                    .build()));
            all.metricSnapshot(counter.build());
        });
        infos.forEach((name, labels) -> all.metricSnapshot(InfoSnapshot.builder()
                .name(name)
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(labels)
                        .build())
                .build()));
        summaries.forEach(all::metricSnapshot);
        for (MetricSnapshot other : others) {
            if (!all.containsMetricName(other.getMetadata().getName())) {
                all.metricSnapshot(other);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, all.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
