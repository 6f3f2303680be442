// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.critest.Spec.Outcome;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of a suite that is built with Ginkgo, its report and its floor. Settings, as system
 * properties: {@code NAME.focus} runs the specs that the regular expression finds, {@code
 * NAME.raise} adds what passed to the floor, {@code NAME.minutes} is how long the suite may take,
 * {@code NAME.reports} is the directory for what it leaves, {@code NAME.floor} another floor,
 * {@code NAME.whole} says that the focus finds all specs of it.
 */
final class GinkgoSuite {
    private final String name;
    private final String focus;
    private final Path reports;
    private final Path floorFile;
    private final boolean whole;

    /**
     * @param name of the floor {@code conformance/NAME-floor.txt}
     */
    GinkgoSuite(String name) throws IOException {
        this(name, "");
    }

    /**
     * @param name of the floor {@code conformance/NAME-floor.txt}
     * @param specs a regular expression that finds what is to run, empty for all
     */
    GinkgoSuite(String name, String specs) throws IOException {
        this.name = name;
        this.focus = System.getProperty(name + ".focus", specs);
        var directory = System.getProperty(name + ".reports", "conformance/target/" + name);
        this.reports = Files.createDirectories(Checkout.file(directory));
        var floor = System.getProperty(name + ".floor", "conformance/" + name + "-floor.txt");
        this.floorFile = Checkout.file(floor);
        this.whole = focus.equals(specs) || Boolean.getBoolean(name + ".whole");
    }

    /**
     * Runs it in the network of the stand.
     *
     * @param program with its arguments, but for those of Ginkgo
     */
    void run(Stand stand, List<String> program, Map<String, String> environment)
            throws IOException, InterruptedException {
        Files.deleteIfExists(json());
        var words = new ArrayList<>(stand.network().entry());
        words.addAll(program);
        words.addAll(List.of("-ginkgo.no-color", "-ginkgo.json-report=" + json()));
        if (!focus.isEmpty()) {
            words.add("-ginkgo.focus=" + focus);
        }
        var log = reports.resolve(name + ".log");
        var builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("TMPDIR", directory(stand, "tmp").toString());
        builder.environment().putAll(environment);
        var process = builder.redirectOutput(log.toFile()).start();
        try {
            var minutes = Long.getLong(name + ".minutes", 13);
            assertThat(process.waitFor(minutes, TimeUnit.MINUTES))
                    .as("%s ends within %d minutes; see %s", name, minutes, log)
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(json()).as("report of %s; see %s", name, log).exists();
    }

    /** Writes {@code report.txt} and {@code counts}, and fails for what is below the floor. */
    void holdAgainstFloor() throws IOException {
        var report = CritestReport.parse(Files.readString(json()));
        if (Boolean.getBoolean(name + ".raise")) {
            Floor.read(floorFile).raised(report).write(floorFile);
        }
        var floor = Floor.read(floorFile);
        var broken = floor.broken(report, whole);
        write(report, floor.above(report), broken);
        assertThat(report.specs()).as("specs that ran").isNotEmpty();
        assertThat(broken).as("specs that passed before, and do not now").isEmpty();
    }

    private Path json() {
        return reports.resolve(name + ".json");
    }

    private static Path directory(Stand stand, String path) throws IOException {
        return Files.createDirectories(stand.scratch(path));
    }

    private void write(CritestReport report, List<String> above, List<String> broken)
            throws IOException {
        Files.writeString(reports.resolve("table.txt"), report.table());
        var text = new StringBuilder(report.text());
        section(text, "passed, and not in the floor yet", above);
        section(text, "BELOW THE FLOOR: passed before, and does not now", broken);
        Files.writeString(reports.resolve("report.txt"), text);
        Files.writeString(
                reports.resolve("counts"),
                "%d %d %d %d\n"
                        .formatted(
                                report.with(Outcome.PASSED).size(),
                                report.with(Outcome.FAILED).size(),
                                report.with(Outcome.SKIPPED).size(),
                                broken.size()));
    }

    private static void section(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append("\n%s:%n  %s%n".formatted(title, String.join("\n  ", lines)));
        }
    }
}
