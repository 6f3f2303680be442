// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.verb;

import dev.ristretto.cli.session.Connection;

import runtime.v1.ListPodSandboxRequest;
import runtime.v1.PodSandboxMetadata;

import java.util.HashMap;
import java.util.Map;

/** Names of pods by id. crictl reads the kubelet's labels instead, which only its pods have. */
final class PodNames {
    private final Map<String, PodSandboxMetadata> metadata;

    private PodNames(Map<String, PodSandboxMetadata> metadata) {
        this.metadata = metadata;
    }

    static PodNames read(Connection connection) {
        var metadata = new HashMap<String, PodSandboxMetadata>();
        var pods = connection.runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
        pods.getItemsList().forEach(pod -> metadata.put(pod.getId(), pod.getMetadata()));
        return new PodNames(metadata);
    }

    String name(String podSandboxId) {
        var found = metadata.get(podSandboxId);
        return found == null ? "unknown" : found.getName();
    }

    String namespace(String podSandboxId) {
        var found = metadata.get(podSandboxId);
        return found == null ? "unknown" : found.getNamespace();
    }
}
