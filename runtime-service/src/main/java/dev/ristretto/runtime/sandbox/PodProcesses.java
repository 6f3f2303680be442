// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds podshims among the host's processes by their command line, {@code podshim <pod sandbox
 * id>}: for those that nobody can reach otherwise.
 */
final class PodProcesses {
    private static final Path PROC = Path.of("/proc");

    private PodProcesses() {}

    /** The pod's podshim, and its PID 1 if it shares a pid namespace. */
    static List<Integer> of(PodSandboxId id) throws IOException {
        var found = new ArrayList<Integer>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var process : processes) {
                int pid = Integer.parseInt(String.valueOf(process.getFileName()));
                if (isOf(id, pid)) {
                    found.add(pid);
                }
            }
        }
        return found;
    }

    /** Whether the process with this pid is one of them now. */
    static boolean isOf(PodSandboxId id, int pid) {
        try {
            var file = PROC.resolve(Integer.toString(pid)).resolve("cmdline");
            var commandLine = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return commandLine.startsWith("podshim " + id);
        } catch (IOException e) {
            return false; // ENOENT or ESRCH: it has ended
        }
    }
}
