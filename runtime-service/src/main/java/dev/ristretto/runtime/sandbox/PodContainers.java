// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;

/** What a sandbox asks of its containers. Called under the pod's lock. */
public interface PodContainers {
    /** Kills what runs in the pod and waits until it is gone. */
    void stopAll(PodSandboxId id) throws IOException;

    /** Removes every container of the pod, running or not. */
    void removeAll(PodSandboxId id) throws IOException;

    /** The pod's podshim is gone: whatever still runs is killed and recorded as ended. */
    void abandonAll(PodSandboxId id) throws IOException;
}
