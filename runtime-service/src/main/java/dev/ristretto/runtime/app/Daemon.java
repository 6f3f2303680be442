// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.Undo;
import dev.ristretto.linux.syscall.SeccompLibrary;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.container.ContainerKill;
import dev.ristretto.runtime.exec.ExecSync;
import dev.ristretto.runtime.explain.Doctor;
import dev.ristretto.runtime.explain.EndRecorder;
import dev.ristretto.runtime.explain.Explain;
import dev.ristretto.runtime.explain.KernelLog;
import dev.ristretto.runtime.explain.PullRecorder;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.flight.Task;
import dev.ristretto.runtime.grpc.CriServer;
import dev.ristretto.runtime.grpc.FlightInterceptor;
import dev.ristretto.runtime.grpc.NodeStatus;
import dev.ristretto.runtime.grpc.OwnGrpcService;
import dev.ristretto.runtime.grpc.RuntimeCalls;
import dev.ristretto.runtime.grpc.RuntimeServices;
import dev.ristretto.runtime.network.NetworkProvider;
import dev.ristretto.runtime.network.NetworkWatch;
import dev.ristretto.runtime.network.PodNetworks;
import dev.ristretto.runtime.observe.CallTimes;
import dev.ristretto.runtime.observe.MetricsListener;
import dev.ristretto.runtime.recovery.Recovery;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.sandbox.UserNamespaceProbe;
import dev.ristretto.runtime.sandbox.UserNamespaceSupport;
import dev.ristretto.runtime.shim.ShimTransport;
import dev.ristretto.runtime.shim.ZygoteLock;
import dev.ristretto.runtime.shim.ZygoteProcess;
import dev.ristretto.runtime.stats.LayerSizes;
import dev.ristretto.runtime.store.StateLayout;
import dev.ristretto.runtime.stream.StreamingServer;
import dev.ristretto.runtime.trace.Tracing;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of the daemon, put together. Closing it stops serving; containers go on running.
 *
 * <p>Made by one thread; safe from any thread afterwards.
 */
final class Daemon implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Daemon.class);

    private final Path socket;
    private final Undo parts;

    private Daemon(Path socket, Undo parts) {
        this.socket = socket;
        this.parts = parts;
    }

    /** Recovers what runs, then serves. */
    static Daemon start(RistrettoConfig config, String version) throws IOException {
        var started = new Undo();
        try (var undo = new Undo()) {
            undo.push(started::close);
            start(config, version, started);
            undo.commit();
            return new Daemon(config.socket(), started);
        }
    }

    private static void start(RistrettoConfig config, String version, Undo started)
            throws IOException {
        var host = Host.detect();
        var layout = new StateLayout(config.runDir(), config.stateDir());
        var flights = new FlightRecorder(host.clock(), System::nanoTime);
        Recovery.makeDirectories(layout);
        var pulls = new PullRecorder(flights);
        var images = ImageParts.open(host.linux(), config, host.clock(), pulls);
        started.push(images::close);
        var transport = new ShimTransport(ShimTransport.PATIENCE);
        started.push(transport::close);
        ZygoteLock.awaitNoForeignZygote(host.linux(), config.runDir(), ShimTransport.PATIENCE);
        var zygote = ZygoteProcess.start(config.podshim(), config.runDir(), transport);
        started.push(zygote::close);
        var networks =
                NetworkProvider.open(
                        host.linux(),
                        config.network(),
                        new NetworkProvider.Directories(config.runDir(), config.stateDir()));
        started.push(networks::close);
        var users =
                new UserNamespaceProbe(zygote)
                        .probe(config.stateDir().resolve("layers"), config.runDir());
        var ends = new EndRecorder(flights, new KernelLog(host.linux(), SeccompLibrary.load()));
        var ground =
                new PodParts.Ground(
                        host,
                        config,
                        images.stores().images(),
                        images.stores().snapshots(),
                        networks,
                        layout,
                        users,
                        work -> Thread.startVirtualThread(Task.carried(work)),
                        ends);
        var pods =
                new PodParts(
                        ground,
                        new PodShims(zygote, transport, layout, host.linux()),
                        PodParts.Stores.in(layout),
                        ContainerKill.Patience.usual());
        recover(pods, started, () -> tidyUp(host, config, pods, networks));
        pods.recordRecovered(flights);
        started.push(NetworkWatch.start(networks)::close);
        var counters = new NodeFigures.Counters(ends, pulls, transport.faults());
        serve(
                config,
                version,
                started,
                new Parts(host, images, pods, networks, users, flights, counters));
    }

    /** Only who knows all pods knows that there is none. */
    private static void recover(PodParts pods, Undo started, Undo.Step tidyUp) throws IOException {
        try (var undo = new Undo()) {
            undo.push(pods.watches()::close);
            pods.recovery().run();
            undo.commit();
        }
        started.push(tidyUp);
        started.push(pods.watches()::close);
    }

    private record Parts(
            Host host,
            ImageParts images,
            PodParts pods,
            PodNetworks networks,
            UserNamespaceSupport users,
            FlightRecorder flights,
            NodeFigures.Counters counters) {}

    private static void serve(RistrettoConfig config, String version, Undo started, Parts parts)
            throws IOException {
        var exec = parts.pods().exec();
        var streaming = StreamingServer.start(config.streaming(), new StreamedExec(exec));
        started.push(streaming::close);
        var layers =
                LayerSizes.of(
                        parts.pods().containerStore(),
                        parts.images().stores().snapshots(),
                        parts.host().clock());
        started.push(layers::close);
        var calls =
                new RuntimeCalls(
                        parts.pods().sandboxCalls(),
                        parts.pods().containerCalls(),
                        new RuntimeCalls.Execs(
                                new ExecSync(exec),
                                exec,
                                streaming,
                                new StreamedAttach(parts.pods().attach()),
                                new StreamedPorts(parts.pods().ports())),
                        RuntimeCalls.Usage.of(
                                parts.host().cgroups(),
                                layers,
                                () -> parts.host().linux().statfs(config.stateDir().toString()),
                                config.stateDir(),
                                parts.host().clock()),
                        new NodeStatus(
                                config,
                                parts.networks(),
                                parts.users(),
                                new Doctor.Host(parts.host().features(), parts.host().modules())));
        var services = new ArrayList<BindableService>(parts.images().services());
        var events = parts.pods().events();
        services.add(RuntimeServices.of(calls, events, version, parts.host().clock()));
        services.add(own(config, parts, calls));
        var recording = new FlightInterceptor(parts.flights());
        services.replaceAll(s -> () -> ServerInterceptors.intercept(s, recording));
        var tracing = Tracing.start(config.tracing(), version, Host.name());
        started.push(tracing::close);
        var watchers = new CriServer.Watchers(new CallTimes(), tracing);
        observe(config.metrics(), started, parts, watchers);
        var server = CriServer.start(config.socket(), config.socketGroup(), services, watchers);
        started.push(server::close);
        started.push(events::close); // first, since the server waits for calls to end
    }

    private static BindableService own(RistrettoConfig config, Parts parts, RuntimeCalls calls) {
        return new OwnGrpcService(
                parts.images().ownService(),
                new Explain(parts.flights(), calls.sandboxes().store(), calls.containers().store()),
                new Doctor(
                        new Doctor.Host(parts.host().features(), parts.host().modules()),
                        parts.networks(),
                        config.stateDir(),
                        parts.users().missing()));
    }

    private static void observe(
            RistrettoConfig.Metrics metrics, Undo started, Parts parts, CriServer.Watchers watchers)
            throws IOException {
        if (metrics.port() > 0) {
            var figures =
                    new NodeFigures(
                            parts.pods().sandboxCalls().store(),
                            parts.pods().containerStore(),
                            parts.pods().events(),
                            parts.counters());
            var listener =
                    MetricsListener.start(
                            metrics.address(),
                            metrics.port(),
                            watchers.times(),
                            List.of(figures, new TraceFigures(watchers.tracing())));
            started.push(listener::close);
        }
    }

    /** A daemon that leaves no pod leaves nothing else behind either. */
    private static void tidyUp(
            Host host, RistrettoConfig config, PodParts pods, PodNetworks networks)
            throws IOException {
        if (!pods.isEmpty()) {
            return;
        }
        try {
            networks.dismantle();
        } catch (RuntimeFault e) {
            LOG.warnf("%s; once more", e.getMessage()); // others change interfaces meanwhile
            networks.dismantle();
        }
        var parent = host.cgroups().at(config.cgroupParent());
        if (parent.exists() && parent.processes().isEmpty() && parent.children().isEmpty()) {
            parent.delete(Duration.ZERO);
        }
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
