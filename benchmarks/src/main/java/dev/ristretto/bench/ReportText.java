// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.ristretto.bench.Report.Measured;
import dev.ristretto.cli.output.Table;

import java.util.List;
import java.util.stream.Collectors;

/** A report for the terminal, for Markdown and as JSON. */
final class ReportText {
    private final Report report;
    private final ReportRows rows;

    ReportText(Report report) {
        this.report = report;
        this.rows = new ReportRows(report);
    }

    String table() {
        var text = new StringBuilder(table(rows.latencyHeader(), rows.latency()));
        if (!rows.density().isEmpty()) {
            text.append('\n').append(table(rows.densityHeader(), rows.density()));
        }
        text.append('\n');
        rows.notes().forEach(note -> text.append(note).append('\n'));
        return text.toString();
    }

    private static String table(List<String> header, List<List<String>> rows) {
        var table = new Table(header);
        rows.forEach(table::row);
        return table.render();
    }

    String markdown() {
        var text = new StringBuilder(markdown(rows.latencyHeader(), rows.latency()));
        if (!rows.density().isEmpty()) {
            text.append('\n').append(markdown(rows.densityHeader(), rows.density()));
        }
        text.append('\n');
        rows.notes().forEach(note -> text.append("- ").append(note).append('\n'));
        return text.toString();
    }

    private static String markdown(List<String> header, List<List<String>> rows) {
        var rule = header.stream().skip(1).map(_ -> "---:").toList();
        return line(header)
                + "|---|"
                + String.join("|", rule)
                + "|\n"
                + rows.stream().map(ReportText::line).collect(Collectors.joining());
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    String json() {
        var mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        var root = mapper.createObjectNode();
        root.set("host", mapper.valueToTree(report.host()));
        root.set("effort", mapper.valueToTree(report.effort()));
        var targets = root.putArray("targets");
        report.targets().forEach(target -> targets.add(json(mapper, target)));
        var ratios = root.putObject("ratiosOfP50");
        for (var operation : Operation.values()) {
            report.ratio(operation).ifPresent(ratio -> ratios.put(operation.label(), ratio));
        }
        report.podshimLines().ifPresent(lines -> root.put("podshimSourceLines", lines));
        try {
            return mapper.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private static ObjectNode json(JsonMapper mapper, Measured target) {
        var node = mapper.createObjectNode();
        node.put("name", target.name());
        node.put("endpoint", target.endpoint());
        var latency = node.putObject("latencyMillis");
        for (var operation : Operation.values()) {
            var summary = target.latency().get(operation);
            if (summary != null) {
                latency.set(operation.label(), mapper.valueToTree(summary));
            }
        }
        node.put("podNetworkFailure", target.podNetworkFailure());
        target.density()
                .ifPresent(
                        density -> {
                            ObjectNode tree = mapper.valueToTree(density);
                            tree.put("podsPerSecond", density.podsPerSecond());
                            tree.put("pssPerPodBytes", density.pssPerPodBytes());
                            node.set("density", tree);
                        });
        return node;
    }
}
