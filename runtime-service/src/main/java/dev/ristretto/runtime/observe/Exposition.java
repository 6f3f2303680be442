// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.observe;

import java.util.Locale;
import java.util.Map;

/** Writes Prometheus' text format, version 0.0.4. Not for several threads. */
public final class Exposition {
    /** Of what is written. */
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();

    /** How values change. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /** Begins a metric; its samples follow. */
    void begin(String name, Type type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ")
                .append(name)
                .append(' ')
                .append(type.name().toLowerCase(Locale.ROOT))
                .append('\n');
    }

    /** A sample of the metric that was begun. */
    void sample(String name, Map<String, String> labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            char separator = '{';
            for (var label : labels.entrySet()) {
                text.append(separator)
                        .append(label.getKey())
                        .append("=\"")
                        .append(escaped(label.getValue()))
                        .append('"');
                separator = ',';
            }
            text.append('}');
        }
        text.append(' ').append(number(value)).append('\n');
    }

    /** A metric with one sample. */
    public void single(String name, Type type, String help, double value) {
        begin(name, type, help);
        sample(name, Map.of(), value);
    }

    /**
     * A metric with a sample for each value of one label.
     *
     * @param label its name
     */
    public void each(
            String name,
            Type type,
            String help,
            String label,
            Map<String, ? extends Number> values) {
        begin(name, type, help);
        values.forEach((key, value) -> sample(name, Map.of(label, key), value.doubleValue()));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
