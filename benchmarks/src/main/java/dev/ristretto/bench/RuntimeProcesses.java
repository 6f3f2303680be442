// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.proc.ProcessTable;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
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
        var pids = pids(ids);
        return new Memory(
                pids.size(),
                pids.stream().mapToLong(pid -> processes.pssBytes(pid).orElse(0)).sum());
    }

    /** Those that belong to any of these ids. */
    List<Integer> pids(Collection<String> ids) throws IOException {
        return processes.entries().stream()
                .filter(process -> MONITOR.matcher(process.command()).matches())
                .filter(process -> ids.stream().anyMatch(process.commandLine()::contains))
                .map(ProcessTable.Entry::pid)
                .toList();
    }
}
