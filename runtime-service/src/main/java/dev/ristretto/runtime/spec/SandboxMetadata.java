// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code PodSandboxMetadata}: who the pod is. Two requests with the same metadata mean the same
 * sandbox.
 *
 * @param attempt how often the kubelet has made a sandbox for this pod before
 */
public record SandboxMetadata(String name, String namespace, String uid, int attempt) {
    public SandboxMetadata {
        require("name", name);
        require("namespace", namespace);
        require("uid", uid);
    }

    /** {@code namespace/name}, for messages. */
    public String podName() {
        return namespace + "/" + name;
    }

    private static void require(String field, String value) {
        if (value.isEmpty()) {
            throw RuntimeFault.invalidArgument("config.metadata.%s is empty", field);
        }
    }
}
