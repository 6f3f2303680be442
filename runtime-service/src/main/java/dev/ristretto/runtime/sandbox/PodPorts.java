// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.sandbox;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.fd.Fd;
import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Connects to what listens on the loopback of pods: a thread that joins the pod's network namespace
 * makes a socket there, which may be used from anywhere. Safe from any thread.
 */
public final class PodPorts {
    /** More than the three tries that TCP makes in this time would not help. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final List<Loopback> LOOPBACKS =
            List.of(
                    new Loopback("127.0.0.1", StandardProtocolFamily.INET),
                    new Loopback("::1", StandardProtocolFamily.INET6));

    private final SandboxStore sandboxes;
    private final LinuxSyscalls linux;

    public PodPorts(SandboxStore sandboxes, LinuxSyscalls linux) {
        this.sandboxes = sandboxes;
        this.linux = linux;
    }

    private record Loopback(String name, ProtocolFamily family) {
        InetAddress ip() {
            return InetAddress.ofLiteral(name);
        }
    }

    /**
     * Looks whether a pod's ports could be reached now.
     *
     * @throws RuntimeFault {@code NOT_FOUND}, {@code WRONG_STATE} if the pod is not ready
     */
    public void requireReady(PodSandboxId id) {
        var _ = shimPid(sandboxes.get(id));
    }

    /**
     * Connects to a port of 127.0.0.1, else of ::1, in the pod's network namespace.
     *
     * @throws RuntimeFault as {@link #requireReady}
     * @throws IOException if neither answers, with what came of each
     */
    public SocketChannel connect(PodSandboxId id, int port) throws IOException {
        var sandbox = sandboxes.get(id);
        var failures = new ArrayList<String>();
        for (var loopback : LOOPBACKS) {
            var socket = open(sandbox, loopback.family());
            if (socket.isPresent()) {
                var failure = connect(socket.get(), new InetSocketAddress(loopback.ip(), port));
                if (failure.isEmpty()) {
                    return socket.get();
                }
                failures.add("%s: %s".formatted(loopback.name(), failure.get()));
            }
        }
        throw new IOException(
                "forward port %d of %s: connect to %s; does anything listen there?"
                        .formatted(port, sandbox.described(), String.join(", to ", failures)));
    }

    /** Why not; then the socket is closed. */
    private static Optional<String> connect(SocketChannel socket, InetSocketAddress address)
            throws IOException {
        try {
            socket.socket().connect(address, (int) PATIENCE.toMillis());
            return Optional.empty();
        } catch (IOException e) {
            socket.close();
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** A socket in the pod's network namespace; empty on a host without this version of IP. */
    private Optional<SocketChannel> open(Sandbox sandbox, ProtocolFamily family)
            throws IOException {
        int pid = shimPid(sandbox);
        var path = Path.of("/proc", Integer.toString(pid), "ns", "net");
        try (var namespace = Fd.open(linux, path, FileFlags.O_RDONLY)) {
            if (!PodProcesses.isOf(sandbox.id(), pid)) {
                throw RuntimeFault.wrongState(
                        "forward ports of %s: its podshim has ended", sandbox.described());
            }
            return Optional.of(
                    NamespaceThread.callIn(
                            linux,
                            namespace.number(),
                            ProcessFlags.CLONE_NEWNET,
                            () -> SocketChannel.open(family)));
        } catch (UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static int shimPid(Sandbox sandbox) {
        if (sandbox.state() instanceof SandboxState.Ready(var pid, _)) {
            return pid;
        }
        throw RuntimeFault.wrongState("forward ports of %s: it is not ready", sandbox.described());
    }
}
