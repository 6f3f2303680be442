// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.bench.Report.Measured;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A report as rows of text, for the terminal's table and for Markdown's. */
final class ReportRows {
    private final Report report;

    ReportRows(Report report) {
        this.report = report;
    }

    List<String> latencyHeader() {
        var header = new ArrayList<>(List.of("ms"));
        for (var target : report.targets()) {
            header.addAll(List.of(target.name() + " p50", "p99", "min", "max"));
        }
        if (isComparison()) {
            header.add("ratio of p50");
        }
        return header;
    }

    List<List<String>> latency() {
        var rows = new ArrayList<List<String>>();
        for (var operation : Operation.values()) {
            if (report.targets().stream().anyMatch(t -> t.latency().containsKey(operation))) {
                rows.add(latency(operation));
            }
        }
        return rows;
    }

    private List<String> latency(Operation operation) {
        var row = new ArrayList<>(List.of(operation.label()));
        for (var target : report.targets()) {
            var found = target.latency().get(operation);
            row.addAll(
                    found == null
                            ? List.of("-", "-", "-", "-")
                            : List.of(
                                    millis(found.p50()),
                                    millis(found.p99()),
                                    millis(found.min()),
                                    millis(found.max())));
        }
        if (isComparison()) {
            row.add(report.ratio(operation).map(r -> decimal(r, 1) + "×").orElse("-"));
        }
        return row;
    }

    List<String> densityHeader() {
        var header = new ArrayList<>(List.of("many pods"));
        report.targets().forEach(target -> header.add(target.name()));
        if (isComparison()) {
            header.add("ratio");
        }
        return header;
    }

    /** Empty if it was not measured. */
    List<List<String>> density() {
        if (report.targets().stream().noneMatch(t -> t.density().isPresent())) {
            return List.of();
        }
        return List.of(
                row("pods", 0, Density.Result::pods, false),
                row("pods/s", 1, Density.Result::podsPerSecond, false),
                row("runtime's processes beside them", 0, d -> d.monitors().processes(), false),
                row("PSS per pod, KiB", 1, d -> d.pssPerPodBytes() / 1024, true),
                row("daemon RSS before, MiB", 1, d -> mebibytes(d.daemonRssBefore()), true),
                row("daemon RSS with them, MiB", 1, d -> mebibytes(d.daemonRssWith()), true));
    }

    private List<String> row(
            String label, int digits, Function<Density.Result, Number> value, boolean withRatio) {
        var row = new ArrayList<>(List.of(label));
        var values = new ArrayList<Double>();
        for (var target : report.targets()) {
            var found = target.density().map(value).map(Number::doubleValue);
            found.ifPresent(values::add);
            row.add(found.map(v -> decimal(v, digits)).orElse("-"));
        }
        if (isComparison()) {
            boolean both = withRatio && values.size() == 2 && values.get(0) > 0;
            row.add(both ? decimal(values.get(1) / values.get(0), 1) + "×" : "");
        }
        return row;
    }

    /** Sentences below the tables. */
    List<String> notes() {
        var notes = new ArrayList<String>();
        var host = report.host();
        notes.add(
                ("Linux %s, %d cores, %s GiB, cgroup %s, rcu_expedited %s, load average"
                                + " %s before")
                        .formatted(
                                host.kernel(),
                                host.cores(),
                                decimal(host.memoryBytes() / (double) (1L << 30), 1),
                                host.cgroups(),
                                host.rcuExpedited(),
                                host.loadAverage()));
        var effort = report.effort();
        notes.add(
                "%d rounds of %d pods after %d to warm up%s; one connection, one call at a time"
                        .formatted(
                                effort.rounds(),
                                effort.operations(),
                                effort.warmups(),
                                isComparison() ? ", the endpoints in turn" : ""));
        for (var target : report.targets()) {
            noteOfNetwork(target).ifPresent(notes::add);
        }
        report.podshimLines()
                .ifPresent(lines -> notes.add("podshim: %d source lines".formatted(lines)));
        return notes;
    }

    private Optional<String> noteOfNetwork(Measured target) {
        return target.podNetworkFailure().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s, pod network: %s".formatted(target.name(), target.podNetworkFailure()));
    }

    private boolean isComparison() {
        return report.targets().size() > 1;
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }

    private static String millis(double value) {
        return decimal(value, value < 10 ? 2 : 1);
    }

    private static String decimal(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
