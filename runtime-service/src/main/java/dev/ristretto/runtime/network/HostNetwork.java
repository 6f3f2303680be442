// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network;

import java.util.List;
import java.util.Set;

/**
 * Pods in the host's network namespace: there is nothing to attach. Their host ports are ports they
 * listen on themselves.
 */
public final class HostNetwork implements PodNetworks {
    @Override
    public PodNetwork attach(PodAttachment attachment) {
        return PodNetwork.host();
    }

    @Override
    public void detach(String podSandboxId) {
        // Nothing was attached.
    }

    @Override
    public void retain(Set<String> podSandboxIds) {
        // Nothing is kept.
    }

    @Override
    public void dismantle() {
        // Nothing was made.
    }

    @Override
    public NetworkReadiness readiness() {
        return NetworkReadiness.ready(List.of());
    }
}
