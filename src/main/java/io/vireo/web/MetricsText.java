package io.vireo.web;

import java.util.LinkedHashMap;
import java.util.Map;

/** Prometheus's text format: samples are gathered by metric, since those of one metric must stand together. */
final class MetricsText {
    /** Of the version 0.0.4, which every Prometheus reads. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, StringBuilder> metrics = new LinkedHashMap<>();

    MetricsText gauge(String name, double value, String... labels) {
        return add(name, "gauge", value, labels);
    }

    MetricsText counter(String name, double value, String... labels) {
        return add(name, "counter", value, labels);
    }

    /** @param labels names and values in turn */
    private MetricsText add(String name, String type, double value, String... labels) {
        StringBuilder text = metrics.computeIfAbsent(
                name,
                any -> new StringBuilder("# TYPE ")
                        .append(any)
                        .append(' ')
                        .append(type)
                        .append('\n'));
        text.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            text.append(
                    labels[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
            text.append('"');
        }
        text.append(labels.length == 0 ? " " : "} ").append(number(value)).append('\n');
        return this;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1L << 53
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        return String.join("", metrics.values());
    }
}
