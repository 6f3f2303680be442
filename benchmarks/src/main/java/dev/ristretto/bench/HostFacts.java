// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What figures depend on beside the runtime.
 *
 * @param loadAverage of the last minute, when the run began: above 1 or so somebody else was busy
 */
record HostFacts(
        String kernel,
        int cores,
        long memoryBytes,
        String cgroups,
        String rcuExpedited,
        String loadAverage) {
    static HostFacts read() throws IOException {
        return new HostFacts(
                System.getProperty("os.version", "unknown"),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                cgroupMode(),
                firstLine("/sys/kernel/rcu_expedited"),
                firstLine("/proc/loadavg").split(" ")[0]);
    }

    private static long memory() throws IOException {
        var kibibytes = firstLine("/proc/meminfo").replaceAll("\\D", "");
        return Long.parseLong(kibibytes) * 1024;
    }

    private static String cgroupMode() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers")) ? "v2" : "v1 or hybrid";
    }

    private static String firstLine(String file) throws IOException {
        var path = Path.of(file);
        if (!Files.isReadable(path)) {
            return "unknown";
        }
        try (var lines = Files.lines(path)) {
            return lines.findFirst().orElse("").strip();
        }
    }
}
