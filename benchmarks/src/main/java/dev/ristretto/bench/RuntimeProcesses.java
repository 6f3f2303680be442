// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.proc.ProcessTable;

import java.io.IOException;
import java.util.Collection;
import java.util.regex.Pattern;

/**
 * Finds the processes that a runtime keeps beside its pods: those with a monitor's name and, on
 * their command line, the id of the pod or of its container. Containers, pause containers too, are
 * not counted.
 */
final class RuntimeProcesses {
    /** As /proc/pid/comm has them, which is cut to 15 bytes. */
    private static final Pattern MONITOR =
            Pattern.compile("podshim|containerd-shim.*|conmon|conmonrs|crio-conmon.*");

    private final ProcessTable processes;

    RuntimeProcesses(ProcessTable processes) {
        this.processes = processes;
    }

    /** Of several processes. */
    record Memory(int processes, long pssBytes) {}

    /** Sum of the proportional set sizes of those that belong to any of these ids. */
    Memory of(Collection<String> ids) throws IOException {
        long bytes = 0;
        int count = 0;
        for (var process : processes.entries()) {
            if (MONITOR.matcher(process.command()).matches()
                    && ids.stream().anyMatch(process.commandLine()::contains)) {
                bytes += processes.pssBytes(process.pid()).orElse(0);
                count++;
            }
        }
        return new Memory(count, bytes);
    }
}
