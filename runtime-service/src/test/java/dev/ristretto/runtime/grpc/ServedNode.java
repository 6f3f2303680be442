// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.syscall.FileSystemStatus;
import dev.ristretto.runtime.app.TestNode;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.exec.ExecSync;
import dev.ristretto.runtime.explain.Doctor;
import dev.ristretto.runtime.host.SecurityModules;
import dev.ristretto.runtime.observe.CallTimes;
import dev.ristretto.runtime.sandbox.UserNamespaceSupport;
import dev.ristretto.runtime.stats.LayerSizes;
import dev.ristretto.runtime.stream.StreamingServer;
import dev.ristretto.runtime.trace.Tracing;

import io.grpc.ServerInterceptors;

import runtime.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A {@link TestNode} that serves on a real socket, and a client of it. */
final class ServedNode implements AutoCloseable {
    final TestNode node;
    final CriClient client;
    private final StreamingServer streaming;
    private final CriServer server;
    private final LayerSizes layers;

    ServedNode(Path directory) throws IOException {
        this(directory, new CriServer.Watchers(new CallTimes(), Tracing.off()));
    }

    ServedNode(Path directory, CriServer.Watchers watchers) throws IOException {
        node = new TestNode(directory);
        layers = LayerSizes.of(node.containers().store(), node.snapshots, node.clock);
        streaming =
                StreamingServer.start(
                        RistrettoConfig.defaults().streaming(),
                        (_, _) -> {
                            throw new AssertionError("nobody comes to the URL");
                        });
        var socket = directory.resolve("r.sock");
        var service = RuntimeServices.of(calls(), node.events(), "9.8.7", node.clock);
        var recording = new FlightInterceptor(node.flights());
        server =
                CriServer.start(
                        socket,
                        "",
                        List.of(() -> ServerInterceptors.intercept(service, recording)),
                        watchers);
        client = new CriClient(socket, "localhost");
    }

    private RuntimeCalls calls() {
        var exec = node.exec();
        return new RuntimeCalls(
                node.sandboxes(),
                node.containers(),
                new RuntimeCalls.Execs(
                        new ExecSync(exec),
                        exec,
                        streaming,
                        node.streamedAttach(),
                        node.streamedPorts()),
                RuntimeCalls.Usage.of(
                        node.cgroups,
                        layers,
                        () -> new FileSystemStatus(0, 4096, 100, 50, 40, 30, 20, 0),
                        Path.of("/var/lib/ristretto"),
                        node.clock),
                new NodeStatus(
                        RistrettoConfig.defaults(),
                        node.networks,
                        UserNamespaceSupport.WORKS,
                        new Doctor.Host(
                                new HostFeatures(
                                        HostFeatures.OverlayMount.ONE_PAGE,
                                        true,
                                        true,
                                        true,
                                        false,
                                        Cgroups.Mode.HYBRID),
                                SecurityModules.absent())));
    }

    RuntimeServiceBlockingStub stub() {
        return client.stub();
    }

    @Override
    public void close() throws IOException {
        client.close();
        node.events().close();
        server.close();
        streaming.close();
        layers.close();
        node.close();
    }
}
