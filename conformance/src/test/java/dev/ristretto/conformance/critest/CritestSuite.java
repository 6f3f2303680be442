// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.critest.Spec.Outcome;
import dev.ristretto.conformance.image.CritestImages;
import dev.ristretto.conformance.stand.Checkout;
import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs critest and fails if a spec of the floor does. Settings, as system properties: {@code
 * critest.focus} runs the specs that the regular expression finds, {@code critest.raise} adds what
 * passed to the floor, {@code critest.minutes} is how long the suite may take.
 */
@Tag("root")
class CritestSuite {
    private static final Path REPORTS = Checkout.file("conformance/target/critest");
    private static final Path FLOOR = Checkout.file("conformance/critest-floor.txt");

    /** The suite wants a container that names no profile unconfined, as containerd has it. */
    private static final String SETTINGS = "unsetSeccompProfile: \"Unconfined\"\n";

    private static final List<String> MIRRORED =
            List.of("registry.k8s.io", "k8s.gcr.io", "gcr.io", "docker.io");

    /** The one digest that the suite has built in; an image with it cannot be made again. */
    private static final String BUILT_IN_DIGEST =
            "9700f9a2f5bf2c45f2f605a0bd3bce7cf37420ec9d3ed50ac2758413308766bf";

    private final String focus = System.getProperty("critest.focus", "");

    @Test
    void specsOfTheFloor_pass() throws Exception {
        Files.createDirectories(REPORTS);
        var json = REPORTS.resolve("critest.json");
        Files.deleteIfExists(json);
        try (var stand = Stand.start("critest", SETTINGS)) {
            run(stand, json);
        }
        var report = CritestReport.parse(Files.readString(json));
        if (Boolean.getBoolean("critest.raise")) {
            Floor.read(FLOOR).raised(report).write(FLOOR);
        }
        var floor = Floor.read(FLOOR);
        var broken = floor.broken(report, focus.isEmpty());
        write(report, floor.above(report), broken);
        assertThat(report.specs()).as("specs that ran").isNotEmpty();
        assertThat(broken).as("specs that passed before, and do not now").isEmpty();
    }

    private void run(Stand stand, Path json) throws IOException, InterruptedException {
        var images = new CritestImages(stand.registry(), stand.scratch("images"));
        var critest = patched(stand.scratch("critest"), images.push());
        for (var host : MIRRORED) {
            stand.mirror(host);
        }
        var endpoint = "unix://" + stand.paths().socket();
        var words = new ArrayList<>(stand.network().entry());
        words.addAll(
                List.of(
                        critest.toString(),
                        "-runtime-endpoint=" + endpoint,
                        "-image-endpoint=" + endpoint,
                        "-ginkgo.no-color",
                        "-ginkgo.json-report=" + json));
        if (!focus.isEmpty()) {
            words.add("-ginkgo.focus=" + focus);
        }
        var log = REPORTS.resolve("critest.log");
        var builder = new ProcessBuilder(words).redirectErrorStream(true);
        var environment = builder.environment();
        environment.put("TMPDIR", Files.createDirectories(stand.scratch("tmp")).toString());
        var segments = stand.scratch("segments");
        environment.put("PATH", recordingIpcmk(stand, segments) + ":" + environment.get("PATH"));
        var process = builder.redirectOutput(log.toFile()).start();
        try {
            var minutes = Long.getLong("critest.minutes", 13);
            assertThat(process.waitFor(minutes, TimeUnit.MINUTES))
                    .as("critest ends within %d minutes; see %s", minutes, log)
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
            removeSegments(segments);
        }
        assertThat(json).as("report of critest; see " + log).exists();
    }

    /**
     * The suite makes System V shared memory on the host and leaves it: a directory with an
     * ipcmk(1) that writes down what it made.
     */
    private static Path recordingIpcmk(Stand stand, Path segments) throws IOException {
        var directory = Files.createDirectories(stand.scratch("bin"));
        var ipcmk = directory.resolve("ipcmk");
        Files.writeString(
                ipcmk,
                "#!/bin/sh\nPATH=/usr/bin:/bin ipcmk \"$@\" | tee -a '%s'\n".formatted(segments));
        Files.setPosixFilePermissions(ipcmk, PosixFilePermissions.fromString("rwxr-xr-x"));
        return directory;
    }

    private static void removeSegments(Path segments) throws IOException {
        if (Files.exists(segments)) {
            for (var line : Files.readAllLines(segments)) {
                Command.of("ipcrm", "-m", line.substring(line.lastIndexOf(' ') + 1)).text();
            }
        }
    }

    /** The suite with the digest of the image that is here, in place of the one built in. */
    private static Path patched(Path copy, String digest) throws IOException {
        var bytes = Files.readAllBytes(Checkout.tool("critest", "conformance/tools/build.sh"));
        var from = BUILT_IN_DIGEST.getBytes(StandardCharsets.US_ASCII);
        var to = digest.substring("sha256:".length()).getBytes(StandardCharsets.US_ASCII);
        int found = 0;
        for (int at = 0; at <= bytes.length - from.length; at++) {
            if (Arrays.equals(bytes, at, at + from.length, from, 0, from.length)) {
                System.arraycopy(to, 0, bytes, at, to.length);
                found++;
            }
        }
        assertThat(found).as("digest %s in critest", BUILT_IN_DIGEST).isPositive();
        Files.write(copy, bytes);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        return copy;
    }

    private static void write(CritestReport report, List<String> above, List<String> broken)
            throws IOException {
        var text = new StringBuilder(report.text());
        section(text, "passed, and not in the floor yet", above);
        section(text, "BELOW THE FLOOR: passed before, and does not now", broken);
        Files.writeString(REPORTS.resolve("report.txt"), text);
        Files.writeString(
                REPORTS.resolve("counts"),
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
