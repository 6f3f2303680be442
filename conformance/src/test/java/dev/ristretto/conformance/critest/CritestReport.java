// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.ristretto.conformance.critest.Spec.Outcome;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The result of a run. Specs that focus, skip or the suite's own choice left out are not in it.
 *
 * @param specs by area and name
 */
record CritestReport(List<Spec> specs) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern GRPC_STATUS = Pattern.compile("code = \\w+ desc = [^\n]+");
    private static final int REASON_LENGTH = 160;

    CritestReport {
        specs =
                specs.stream()
                        .sorted(Comparator.comparing(Spec::area).thenComparing(Spec::name))
                        .toList();
    }

    /** Reads what {@code -ginkgo.json-report} wrote. */
    static CritestReport parse(String json) throws IOException {
        var specs = new ArrayList<Spec>();
        for (var suite : JSON.readTree(json)) {
            for (var node : suite.path("SpecReports")) {
                var spec = spec(node);
                if (isCase(node) && !leftOut(spec)) {
                    specs.add(spec);
                }
            }
        }
        return new CritestReport(specs);
    }

    private static boolean isCase(JsonNode node) {
        return node.path("LeafNodeType").asText().equals("It")
                || !node.path("State").asText().equals("passed");
    }

    /** Ginkgo reports what its filters exclude as skipped without a word. */
    private static boolean leftOut(Spec spec) {
        return spec.outcome() == Outcome.SKIPPED && spec.reason().isEmpty();
    }

    private static Spec spec(JsonNode node) {
        var words = new ArrayList<String>();
        for (var container : node.path("ContainerHierarchyTexts")) {
            words.add(container.asText().replace("[k8s.io] ", ""));
        }
        var area = words.isEmpty() ? node.path("LeafNodeType").asText() : words.getFirst();
        words.add(node.path("LeafNodeText").asText());
        var outcome =
                switch (node.path("State").asText()) {
                    case "passed" -> Outcome.PASSED;
                    case "skipped", "pending" -> Outcome.SKIPPED;
                    default -> Outcome.FAILED;
                };
        return new Spec(
                area,
                String.join(" ", words).strip(),
                outcome,
                oneLine(node.path("Failure").path("Message").asText()),
                node.path("RunTime").asLong() / 1e9);
    }

    /** What the daemon said, if it is a gRPC error: the rest is how Go prints it. */
    private static String oneLine(String message) {
        var status = GRPC_STATUS.matcher(message);
        var line = (status.find() ? status.group() : message).replaceAll("\\s+", " ").strip();
        return line.length() <= REASON_LENGTH ? line : line.substring(0, REASON_LENGTH) + "…";
    }

    List<Spec> with(Outcome outcome) {
        return specs.stream().filter(spec -> spec.outcome() == outcome).toList();
    }

    /** The table by area, then each spec that did not pass and why. */
    String text() {
        var text = new StringBuilder(table());
        list(text, "failed", with(Outcome.FAILED));
        list(text, "skipped", with(Outcome.SKIPPED));
        return text.toString();
    }

    /** Counts by area, and how many of what can pass on this host do. */
    String table() {
        var text = new StringBuilder();
        row(text, "area", "passed", "failed", "skipped");
        var areas = new TreeSet<String>();
        specs.forEach(spec -> areas.add(spec.area()));
        for (var area : areas) {
            var counts = new TreeMap<Outcome, Integer>();
            specs.stream()
                    .filter(spec -> spec.area().equals(area))
                    .forEach(spec -> counts.merge(spec.outcome(), 1, Integer::sum));
            row(
                    text,
                    area,
                    counts.getOrDefault(Outcome.PASSED, 0),
                    counts.getOrDefault(Outcome.FAILED, 0),
                    counts.getOrDefault(Outcome.SKIPPED, 0));
        }
        row(
                text,
                "all",
                with(Outcome.PASSED).size(),
                with(Outcome.FAILED).size(),
                with(Outcome.SKIPPED).size());
        text.append(outOfWhatCanPass());
        return text.toString();
    }

    /** AppArmor is the one thing that specs ask for and that a host may not have. */
    private String outOfWhatCanPass() {
        long withoutAppArmor =
                with(Outcome.SKIPPED).stream().filter(s -> s.area().equals("AppArmor")).count();
        return "%n%d of the %d specs that ran and can pass on this host do%s.%n"
                .formatted(
                        with(Outcome.PASSED).size(),
                        specs.size() - withoutAppArmor,
                        withoutAppArmor == 0
                                ? ""
                                : " (%d need AppArmor, which it has not)"
                                        .formatted(withoutAppArmor));
    }

    private static void row(StringBuilder text, String area, Object... cells) {
        text.append("%-36s".formatted(area));
        for (var cell : cells) {
            text.append("%9s".formatted(cell));
        }
        text.append('\n');
    }

    private static void list(StringBuilder text, String title, List<Spec> specs) {
        if (specs.isEmpty()) {
            return;
        }
        text.append("\n%s:\n".formatted(title));
        for (var spec : specs) {
            text.append("  %s%n      %s%n".formatted(spec.name(), spec.reason()));
        }
    }
}
