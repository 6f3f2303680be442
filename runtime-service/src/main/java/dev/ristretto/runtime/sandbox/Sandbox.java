// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.SandboxConfig;

import java.time.Instant;

/**
 * A pod sandbox.
 *
 * @param cgroup path of the pod's cgroup, in which its containers' are
 * @param ownsCgroup whether this runtime made that cgroup and takes it away
 */
public record Sandbox(
        PodSandboxId id,
        SandboxConfig config,
        Instant createdAt,
        String cgroup,
        boolean ownsCgroup,
        SandboxState state) {

    /** The same sandbox, in another state. */
    Sandbox in(SandboxState next) {
        return new Sandbox(id, config, createdAt, cgroup, ownsCgroup, next);
    }

    /** The same sandbox, its processes ended. */
    Sandbox stopped() {
        return state instanceof SandboxState.NotReady ? this : in(state.stopped());
    }

    /** {@code pod namespace/name}, for messages. */
    public String described() {
        return "pod " + config.metadata().podName();
    }
}
