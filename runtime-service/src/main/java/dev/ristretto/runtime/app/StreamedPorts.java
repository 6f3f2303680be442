// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.sandbox.PodPorts;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.stream.PortForwardTarget;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Binds the streaming server to the ports of pods. */
record StreamedPorts(PodPorts ports) implements PortForwardTarget {
    @Override
    public void check(PodSandboxId podSandboxId) {
        ports.requireReady(podSandboxId);
    }

    @Override
    public SocketChannel connect(PodSandboxId podSandboxId, int port) throws IOException {
        return ports.connect(podSandboxId, port);
    }
}
