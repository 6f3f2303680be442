// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.nio.file.Path;
import java.util.Set;

/**
 * One mounted tree of cgroups.
 *
 * @param root its mount point
 * @param unified whether it is the v2 hierarchy
 * @param controllers on v1 what it controls, {@code name=…} for a tree that only names; empty for
 *     v2, whose directories say themselves ({@code cgroup.controllers})
 */
public record Hierarchy(Path root, boolean unified, Set<String> controllers) {
    public Hierarchy {
        controllers = Set.copyOf(controllers);
    }

    /** The directory of a cgroup in it. */
    CgroupDirectory directory(CgroupPath path) {
        return new CgroupDirectory(root.resolve(path.value().substring(1)));
    }
}
