// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.util.Optional;

/** What tasks of a cgroup wait for; empty what the kernel does not account. */
public record CgroupPressure(
        Optional<Pressure> cpu, Optional<Pressure> memory, Optional<Pressure> io) {
    /** Nothing is accounted. */
    public static CgroupPressure none() {
        return new CgroupPressure(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
