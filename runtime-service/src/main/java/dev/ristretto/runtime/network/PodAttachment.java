// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import dev.ristretto.fault.RuntimeFault;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a pod sandbox asks of the network.
 *
 * @param podSandboxId 1 to 64 of {@code [0-9a-z-]}; names the lease file and, hashed, the host's
 *     end of the veth pair
 * @param podName {@code namespace/name}, for messages to people
 * @param netns the pod's network namespace, for example {@code /proc/4711/ns/net}
 * @param portMappings host ports; those with host port 0 are dropped
 * @param details what plugins may want to know of the pod
 */
public record PodAttachment(
        String podSandboxId,
        String podName,
        Path netns,
        List<PortMapping> portMappings,
        Details details) {
    private static final Pattern POD_SANDBOX_ID = Pattern.compile("[0-9a-z-]{1,64}");

    public PodAttachment {
        requireId(podSandboxId);
        portMappings = portMappings.stream().filter(PortMapping::isMapped).toList();
    }

    /** A pod of which nothing else is known. */
    public PodAttachment(
            String podSandboxId, String podName, Path netns, List<PortMapping> portMappings) {
        this(podSandboxId, podName, netns, portMappings, Details.ofPod(podName));
    }

    /**
     * Who the pod is and what else was asked for it.
     *
     * @param namespace and {@code name} and {@code uid}: its metadata
     * @param cgroup path of its cgroup, or empty
     */
    public record Details(
            String namespace,
            String name,
            String uid,
            DnsConfig dns,
            Map<String, String> annotations,
            String cgroup) {
        public Details {
            annotations = Map.copyOf(annotations);
        }

        private static Details ofPod(String podName) {
            int slash = podName.indexOf('/');
            return new Details(
                    podName.substring(0, Math.max(slash, 0)),
                    podName.substring(slash + 1),
                    "",
                    DnsConfig.none(),
                    Map.of(),
                    "");
        }
    }

    /** Refuses an id that could not be a file's name. */
    public static String requireId(String podSandboxId) {
        if (!POD_SANDBOX_ID.matcher(podSandboxId).matches()) {
            throw RuntimeFault.invalidArgument(
                    "pod_sandbox_id '%s' is not 1 to 64 of [0-9a-z-]", podSandboxId);
        }
        return podSandboxId;
    }
}
