// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import dev.ristretto.fault.RuntimeFault;

import java.io.IOException;
import java.util.List;

/**
 * The host's control groups, whatever their version (cgroups(7)): v1, hybrid (controllers on v1, an
 * empty v2) and v2 look alike from here. Safe from any thread; cgroups are named by their path
 * below the root, for example {@code /kubepods/pod1/c1}.
 */
public interface Cgroups {
    /** How controllers are mounted. */
    enum Mode {
        V1,
        HYBRID,
        V2
    }

    Mode mode();

    /** The trees that are joined, in the order of the mount table. */
    List<Hierarchy> hierarchies();

    /**
     * Makes the cgroup in every hierarchy, with its parents, and enables controllers on the way
     * (v2) or copies cpusets down (v1). Existing ones are kept: this is idempotent.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if the path is relative, empty or climbs
     * @throws CgroupException if the kernel refuses; the message names the file
     */
    Cgroup create(String path) throws IOException;

    /**
     * The cgroup at this path, which need not exist.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} as {@link #create} does
     */
    Cgroup at(String path);
}
