// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Connects to what listens in pods. */
public interface PortForwardTarget {
    /**
     * Looks whether a pod's ports could be reached now.
     *
     * @throws dev.ristretto.fault.RuntimeFault if the pod is not ready or not there
     */
    void check(PodSandboxId podSandboxId);

    /**
     * Connects to a port of the pod's loopback. Called on a virtual thread, which it may block.
     *
     * @param port 1 to 65535
     * @return a blocking channel, the caller's to close
     * @throws dev.ristretto.fault.RuntimeFault as {@link #check}
     * @throws IOException if nothing listens there; the message is what the user of {@code kubectl
     *     port-forward} reads
     */
    SocketChannel connect(PodSandboxId podSandboxId, int port) throws IOException;
}
