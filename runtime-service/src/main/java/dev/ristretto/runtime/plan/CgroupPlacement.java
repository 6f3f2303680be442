// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.cgroup.Cgroup;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.cgroup.Hierarchy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a process gets into its container's cgroup and what it sees of cgroups.
 *
 * @param cloneIntoDirectory on v2 the directory to be born in
 * @param attachFiles on v1 the {@code cgroup.procs} files; an exec'd process writes itself to them,
 *     a container's init has been moved by {@code CONTAINER_PREPARE}
 * @param hierarchies the host's trees, of which the container sees its own part
 */
public record CgroupPlacement(
        Optional<Path> cloneIntoDirectory, List<Path> attachFiles, List<Hierarchy> hierarchies) {

    public CgroupPlacement {
        attachFiles = List.copyOf(attachFiles);
        hierarchies = List.copyOf(hierarchies);
    }

    /** That of this cgroup. */
    public static CgroupPlacement in(Cgroup cgroup, Cgroups host) {
        return new CgroupPlacement(
                cgroup.cloneIntoDirectory(), cgroup.attachFiles(), host.hierarchies());
    }

    /** As {@code Clone} takes it. */
    String cloneInto() {
        return cloneIntoDirectory.map(Path::toString).orElse("");
    }
}
