// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.cgroup.DeviceRule;
import dev.ristretto.linux.syscall.DeviceNumber;

import java.util.OptionalLong;

/**
 * A device of the host that has been looked at.
 *
 * @param hostPath where it is on the host
 * @param containerPath absolute
 * @param node how it is to look like
 * @param access what the cgroup allows, of {@code r}, {@code w} and {@code m}
 */
public record ResolvedDevice(
        String hostPath,
        String containerPath,
        DeviceRule.Kind kind,
        DeviceNumber number,
        Node node,
        String access) {

    /**
     * Who may open it.
     *
     * @param permissions {@code rwx} bits
     */
    public record Node(int permissions, long uid, long gid) {}

    /** One that belongs to root. */
    public ResolvedDevice(
            String hostPath,
            String containerPath,
            DeviceRule.Kind kind,
            DeviceNumber number,
            int permissions,
            String access) {
        this(hostPath, containerPath, kind, number, new Node(permissions, 0, 0), access);
    }

    /** With {@code m}: the container's own init, which is in its cgroup by then, makes the node. */
    DeviceRule rule() {
        return new DeviceRule(
                kind,
                OptionalLong.of(number.major()),
                OptionalLong.of(number.minor()),
                access.contains("m") ? access : access + "m");
    }
}
