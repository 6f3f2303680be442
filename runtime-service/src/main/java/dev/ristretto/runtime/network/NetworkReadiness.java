// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.util.List;

/**
 * Whether pods can get a network; the kubelet taints the node while they cannot.
 *
 * @param ready the status of {@code NetworkReady}
 * @param reason one CamelCase word, empty when ready
 * @param message for people: what is missing and what to do
 * @param facts what the network changed on the host or cannot do, for Status' verbose answer and
 *     {@code doctor}
 */
public record NetworkReadiness(boolean ready, String reason, String message, List<String> facts) {
    public NetworkReadiness {
        facts = List.copyOf(facts);
    }

    /** Pods can be attached. */
    public static NetworkReadiness ready(List<String> facts) {
        return new NetworkReadiness(true, "", "", facts);
    }

    /** They cannot, and why. */
    public static NetworkReadiness notReady(String reason, String message, List<String> facts) {
        return new NetworkReadiness(false, reason, message, facts);
    }
}
