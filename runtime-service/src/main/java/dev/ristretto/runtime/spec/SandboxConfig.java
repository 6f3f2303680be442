// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.runtime.network.DnsConfig;
import dev.ristretto.runtime.network.PortMapping;

import java.util.List;
import java.util.Map;

/**
 * {@code PodSandboxConfig}.
 *
 * @param hostname of the pod; empty takes the host's
 * @param logDirectory absolute, or empty if no container logs
 * @param labels and {@code annotations}: reported exactly as they came
 * @param cgroupParent the cgroup that the kubelet made for the pod; empty takes the daemon's
 * @param sysctls set in the pod's namespaces, by name with dots
 * @param privileged whether containers of it may be privileged
 * @param runtimeHandler the handler asked for; only the default, empty, exists
 */
public record SandboxConfig(
        SandboxMetadata metadata,
        String hostname,
        String logDirectory,
        DnsConfig dns,
        List<PortMapping> portMappings,
        Map<String, String> labels,
        Map<String, String> annotations,
        String cgroupParent,
        Map<String, String> sysctls,
        NamespaceOptions namespaces,
        boolean privileged,
        String runtimeHandler) {

    public SandboxConfig {
        portMappings = List.copyOf(portMappings);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        sysctls = Map.copyOf(sysctls);
    }
}
