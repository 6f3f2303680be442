// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a pod sandbox asks of the network.
 *
 * @param podSandboxId 1 to 64 of {@code [0-9a-z-]}; names the lease file and, hashed, the host's
 *     end of the veth pair
 * @param podName {@code namespace/name}, for messages to people
 * @param netns the pod's network namespace, for example {@code /proc/4711/ns/net}
 * @param portMappings host ports; those with host port 0 are dropped
 */
public record PodAttachment(
        String podSandboxId, String podName, Path netns, List<PortMapping> portMappings) {
    private static final Pattern POD_SANDBOX_ID = Pattern.compile("[0-9a-z-]{1,64}");

    public PodAttachment {
        requireId(podSandboxId);
        portMappings = portMappings.stream().filter(PortMapping::isMapped).toList();
    }

    static String requireId(String podSandboxId) {
        if (!POD_SANDBOX_ID.matcher(podSandboxId).matches()) {
            throw RuntimeFault.invalidArgument(
                    "pod_sandbox_id '%s' is not 1 to 64 of [0-9a-z-]", podSandboxId);
        }
        return podSandboxId;
    }
}
