// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.ProcessSpec;

import java.util.List;
import java.util.Optional;

/**
 * A process to run in a container that runs.
 *
 * @param container the process of the container: its user, environment and working directory count
 * @param argv what to run; not empty
 * @param oomScoreAdj as the container's
 * @param ids who is who in its pod
 * @param terminal its first size, if it is to have one
 */
public record ExecInput(
        ContainerId id,
        ProcessSpec container,
        List<String> argv,
        Confinement confinement,
        int oomScoreAdj,
        IdMap ids,
        Optional<TerminalSize> terminal,
        CgroupPlacement cgroup) {

    public ExecInput {
        argv = List.copyOf(argv);
    }

    /** Rows and columns; 0 for unknown. */
    public record TerminalSize(int rows, int columns) {}
}
