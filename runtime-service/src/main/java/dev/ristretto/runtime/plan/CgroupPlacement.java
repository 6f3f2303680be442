// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.cgroup.Cgroup;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.cgroup.Hierarchy;
import dev.ristretto.runtime.shim.ShimOp;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a process gets into its container's cgroup and what it sees of cgroups.
 *
 * @param cloneIntoDirectory on v2 and hybrid hosts the directory to be born in
 * @param attachFiles on v1 and hybrid hosts the {@code tasks} files that its parent writes itself
 *     to before
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

    /** Has the process move, in what is to be done last before it clones. */
    List<ShimOp> attach() {
        return attachFiles.stream()
                .<ShimOp>map(file -> new ShimOp.CgroupAttach(file.toString()))
                .toList();
    }

    /** As {@code Clone} takes it. */
    String cloneInto() {
        return cloneIntoDirectory.map(Path::toString).orElse("");
    }
}
