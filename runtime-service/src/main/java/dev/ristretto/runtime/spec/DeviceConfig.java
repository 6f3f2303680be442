// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code Device}: a device of the host.
 *
 * @param permissions of {@code r}, {@code w} and {@code m} (mknod)
 */
public record DeviceConfig(String containerPath, String hostPath, String permissions) {
    public DeviceConfig {
        if (!hostPath.startsWith("/") || !containerPath.startsWith("/")) {
            throw RuntimeFault.invalidArgument(
                    "devices: '%s' on '%s' are not both absolute paths", hostPath, containerPath);
        }
        if (!permissions.matches("[rwm]{1,3}")) {
            throw RuntimeFault.invalidArgument(
                    "devices[%s].permissions '%s' is not made of r, w and m",
                    containerPath, permissions);
        }
    }
}
