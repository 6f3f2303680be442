// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A pod in which one port is listened on, by the test. */
final class TestPod implements PortForwardTarget, AutoCloseable {
    static final PodSandboxId ID = new PodSandboxId("90d".repeat(21) + "0");
    static final int PORT = 80;
    private static final long PATIENCE_SECONDS = 30;

    private final ServerSocketChannel listener =
            ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final BlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();

    TestPod() throws IOException {
        var _ = Thread.ofVirtual().name("test-pod").start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                accepted.add(listener.accept());
            }
        } catch (IOException e) {
            // It was closed.
            return;
        }
    }

    /** The pod's end of the next connection. */
    SocketChannel next() throws InterruptedException {
        var socket = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (socket == null) {
            throw new AssertionError("nobody connected for 30 s");
        }
        return socket;
    }

    @Override
    public void check(PodSandboxId podSandboxId) {
        if (!podSandboxId.equals(ID)) {
            throw RuntimeFault.notFound("pod sandbox %s not found", podSandboxId);
        }
    }

    @Override
    public SocketChannel connect(PodSandboxId podSandboxId, int port) throws IOException {
        if (port != PORT) {
            throw new IOException("connect to 127.0.0.1:%d: refused".formatted(port));
        }
        return SocketChannel.open(listener.getLocalAddress());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : accepted) {
            socket.close();
        }
    }
}
