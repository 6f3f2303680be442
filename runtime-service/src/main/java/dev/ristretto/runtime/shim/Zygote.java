// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.nio.file.Path;

/** Makes pods. Safe from any thread. */
@FunctionalInterface
public interface Zygote {
    /**
     * Forks the podshim of a pod and runs a program in it. When this returns, {@code shim.sock} in
     * the pod's directory answers; when it throws a {@link PodException}, nothing is left.
     *
     * @param podDirectory the pod's run directory, which exists
     * @param program without {@link ShimOp.Clone} and {@link ShimOp.Exec}
     * @return the pid of the podshim, whose namespaces are the pod's
     * @throws ShimException if a step failed
     * @throws dev.ristretto.fault.RuntimeFault {@code BUSY} if there was no answer in time: then
     *     the pod may come to be later
     */
    int createPod(PodSandboxId podSandboxId, Path podDirectory, Program program) throws IOException;
}
