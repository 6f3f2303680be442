// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.linux.cgroup.DeviceRule;
import dev.ristretto.linux.syscall.DeviceNumber;

import java.util.OptionalLong;

/**
 * A device of the host that has been looked at.
 *
 * @param containerPath absolute
 * @param permissions {@code rwx} bits of the node
 * @param access what the cgroup allows, of {@code r}, {@code w} and {@code m}
 */
public record ResolvedDevice(
        String containerPath,
        DeviceRule.Kind kind,
        DeviceNumber number,
        int permissions,
        String access) {

    DeviceRule rule() {
        return new DeviceRule(
                kind, OptionalLong.of(number.major()), OptionalLong.of(number.minor()), access);
    }
}
