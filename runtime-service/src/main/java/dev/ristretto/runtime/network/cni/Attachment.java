// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Map;
import java.util.Optional;

/**
 * A pod on a CNI network, with all that DEL needs: neither the configuration of today nor the pod
 * itself.
 *
 * @param list the network as it was configured at ADD
 * @param netns the pod's
 * @param arguments what was told to its plugins
 * @param phase where it is in its life
 * @param result what ADD answered; empty if it did not
 */
record Attachment(
        Pod pod,
        NetworkConfigList list,
        NetnsRef netns,
        Arguments arguments,
        Phase phase,
        Optional<CniResult> result) {
    /** The only interface that Kubernetes knows. */
    static final String INTERFACE = "eth0";

    /** Whose it is. */
    record Pod(String podSandboxId, String podName) {}

    /** What was told to the plugins. */
    record Arguments(String args, Map<String, JsonNode> capabilityArgs) {
        Arguments {
            capabilityArgs = Map.copyOf(capabilityArgs);
        }
    }

    /** Where an attachment is in its life. */
    enum Phase {
        /** ADD has begun. */
        ADDING,
        /** ADD has succeeded. */
        ATTACHED,
        /** Nobody wants it any more; DEL is tried until it succeeds. */
        RELEASED
    }

    String podSandboxId() {
        return pod.podSandboxId();
    }

    Attachment attached(CniResult answer) {
        return new Attachment(pod, list, netns, arguments, Phase.ATTACHED, Optional.of(answer));
    }

    Attachment released() {
        return new Attachment(pod, list, netns, arguments, Phase.RELEASED, result);
    }
}
