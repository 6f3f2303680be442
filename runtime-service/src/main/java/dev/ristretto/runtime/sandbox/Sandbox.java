// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.SandboxConfig;

import java.time.Instant;

/**
 * A pod sandbox.
 *
 * @param cgroup path of the pod's cgroup, in which its containers' are
 * @param ownsCgroup whether this runtime made that cgroup and takes it away
 * @param limits what its client said last that it may use
 */
public record Sandbox(
        PodSandboxId id,
        SandboxConfig config,
        Instant createdAt,
        String cgroup,
        boolean ownsCgroup,
        PodLimits limits,
        SandboxState state) {

    /** The same sandbox, in another state. */
    Sandbox in(SandboxState next) {
        return new Sandbox(id, config, createdAt, cgroup, ownsCgroup, limits, next);
    }

    /** The same sandbox, with other limits. */
    Sandbox limitedTo(PodLimits next) {
        return new Sandbox(id, config, createdAt, cgroup, ownsCgroup, next, state);
    }

    /** Whether nobody but this runtime limits its cgroup. */
    boolean limitsCgroup() {
        return config.cgroupParent().isEmpty();
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
