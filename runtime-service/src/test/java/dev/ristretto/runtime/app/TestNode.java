// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.seccomp.SeccompProfiles;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SeccompLibrary;
import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerKill;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ContainerStore;
import dev.ristretto.runtime.event.ContainerEvents;
import dev.ristretto.runtime.exec.ContainerExec;
import dev.ristretto.runtime.explain.EndRecorder;
import dev.ristretto.runtime.explain.Explain;
import dev.ristretto.runtime.explain.KernelLog;
import dev.ristretto.runtime.explain.PullRecorder;
import dev.ristretto.runtime.flight.FlightRecorder;
import dev.ristretto.runtime.grpc.RuntimeCalls;
import dev.ristretto.runtime.host.SecurityModules;
import dev.ristretto.runtime.observe.Exposition;
import dev.ristretto.runtime.recovery.Recovery;
import dev.ristretto.runtime.sandbox.PodShims;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.sandbox.SandboxStore;
import dev.ristretto.runtime.sandbox.UserNamespaceSupport;
import dev.ristretto.runtime.shim.ContainerReport;
import dev.ristretto.runtime.shim.ExitStatus;
import dev.ristretto.runtime.shim.FakeShim;
import dev.ristretto.runtime.shim.FakeZygote;
import dev.ristretto.runtime.shim.ShimTransport;
import dev.ristretto.runtime.shim.Zygote;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.store.JsonRecords;
import dev.ristretto.runtime.store.ObjectStore;
import dev.ristretto.runtime.store.StateLayout;
import dev.ristretto.runtime.stream.AttachTarget;
import dev.ristretto.runtime.stream.PortForwardTarget;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

/**
 * A daemon's pods and containers, wired as the daemon wires them, on a host of fakes: podshims
 * without containers, cgroups, layers and networks in memory. What a killed daemon leaves stays for
 * the next one ({@link #restart}). Needs no root.
 */
public final class TestNode implements AutoCloseable {
    public static final String CGROUP_PARENT = "/ristretto";
    private static final Duration LONG = Duration.ofSeconds(20);

    public final Faults faults = new Faults();
    public final TestClock clock = new TestClock();
    public final FakeCgroups cgroups = new FakeCgroups(faults);
    public final FakePodNetworks networks = new FakePodNetworks(faults);
    public final FakeImages images = new FakeImages();
    public final FakeZygote zygote = new FakeZygote(clock);
    public final FakeSnapshots snapshots;
    public final StateLayout layout;
    private final LinuxSyscalls linux = faults.killing(LinuxSyscalls.load());
    private FlightRecorder flights = new FlightRecorder(clock, System::nanoTime);
    private Zygote answering;
    private EndRecorder ends = recorder();

    /** What nobody waits for, as if the daemon had no time for it. */
    private final BlockingQueue<Runnable> later = new LinkedBlockingQueue<>();

    private Duration patience = LONG;
    private ContainerKill.Patience kills = ContainerKill.Patience.usual();
    private ShimTransport transport;
    private PodParts parts;
    private RuntimeCalls.Sandboxes sandboxes;
    private RuntimeCalls.Containers containers;

    /** A first start: nothing to recover. */
    public TestNode(Path directory) throws IOException {
        layout = new StateLayout(directory.resolve("run"), directory.resolve("state"));
        snapshots = new FakeSnapshots(directory.resolve("snapshots"), faults);
        answering =
                (id, run, program) ->
                        faults.act(
                                "create podshim " + id, () -> zygote.createPod(id, run, program));
        zygote.behind(request -> faults.act(request.getClass().getSimpleName(), () -> true));
        cgroups.onKill(this::killed);
        Recovery.makeDirectories(layout);
        transport = new ShimTransport(patience);
        parts = assemble();
        sandboxes = parts.sandboxCalls();
        containers = parts.containerCalls();
    }

    /** Whose cgroup is killed ends, as its podshim notices if it lives. */
    private void killed(String cgroup) throws IOException {
        for (var pod : zygote.living()) {
            for (var report : shim(pod).containers()) {
                if (report instanceof ContainerReport.Running
                        && cgroup.endsWith("/" + report.containerId())) {
                    shim(pod).end(report.containerId(), new ExitStatus.Signaled(9));
                }
            }
        }
    }

    /** Another daemon may find that user namespaces are missing. */
    public UserNamespaceSupport users = UserNamespaceSupport.WORKS;

    private EndRecorder recorder() {
        return new EndRecorder(flights, new KernelLog(linux, SeccompLibrary.load()));
    }

    /** What this daemon's metrics say of its pods. */
    public String metrics() {
        var text = new Exposition();
        new NodeFigures(
                        sandboxes.store(),
                        containers.store(),
                        parts.events(),
                        new NodeFigures.Counters(
                                ends, new PullRecorder(flights), transport.faults()))
                .accept(text);
        return text.toString();
    }

    private PodParts assemble() {
        var config = RistrettoConfig.defaults();
        var host =
                new Host(
                        linux,
                        cgroups,
                        new HostFeatures(
                                HostFeatures.OverlayMount.LOWERDIR_PLUS,
                                true,
                                true,
                                true,
                                true,
                                Cgroups.Mode.HYBRID),
                        new HostCapabilities(-1L),
                        new SeccompProfiles(linux),
                        SecurityModules.absent(),
                        clock);
        return new PodParts(
                new PodParts.Ground(
                        host, config, images, snapshots, networks, layout, users, later::add, ends),
                new PodShims(
                        (id, run, program) -> answering.createPod(id, run, program),
                        transport,
                        layout,
                        linux),
                new PodParts.Stores(
                        new SandboxStore(
                                faulty(
                                        "pod",
                                        new JsonRecords<>(
                                                Sandbox.class, s -> layout.podRecord(s.id())))),
                        new ContainerStore(
                                faulty(
                                        "container",
                                        new JsonRecords<>(
                                                Container.class,
                                                c -> layout.containerRecord(c.id()))))),
                kills);
    }

    /** A file is its old or its new content, so a record that fails is never half there. */
    private <V> ObjectStore.Records<V> faulty(String kind, ObjectStore.Records<V> records) {
        return new ObjectStore.Records<>() {
            @Override
            public void write(V value) throws IOException {
                faults.act("write record of " + kind, () -> kind);
                records.write(value);
            }

            @Override
            public void delete(V value) throws IOException {
                faults.act("delete record of " + kind, () -> kind);
                records.delete(value);
            }
        };
    }

    /** How long podshims may take to answer from now on; takes a {@link #restart}. */
    public TestNode withPatience(Duration newPatience) throws IOException {
        patience = newPatience;
        restart();
        return this;
    }

    /** What does not die is given up soon, from now on; takes a {@link #restart}. */
    public TestNode withoutPatienceForKills() throws IOException {
        kills = new ContainerKill.Patience(Duration.ofMillis(50), Duration.ofMillis(50));
        restart();
        return this;
    }

    /** Who makes pods from now on; asks {@link #zygote} or does not. */
    public void makingPodsWith(Zygote newZygote) {
        answering = newZygote;
    }

    /** The daemon hears no more of what podshims announce. */
    public void stopListening() throws IOException {
        parts.watches().close();
    }

    /** The daemon is killed. What it was doing has no effect any more if faults say so. */
    public void kill() throws IOException {
        parts.watches().close();
        transport.close();
    }

    /** The daemon is killed if it lives, and another one recovers what there is. */
    public void restart() throws IOException {
        kill();
        faults.disarm();
        boot();
    }

    /** Another daemon recovers what there is, after {@link #kill}. */
    public void boot() throws IOException {
        transport = new ShimTransport(patience);
        flights = new FlightRecorder(clock, System::nanoTime);
        ends = recorder();
        parts = assemble();
        sandboxes = parts.sandboxCalls();
        containers = parts.containerCalls();
        parts.recovery().run();
        parts.recordRecovered(flights);
    }

    public RuntimeCalls.Sandboxes sandboxes() {
        return sandboxes;
    }

    public RuntimeCalls.Containers containers() {
        return containers;
    }

    public ContainerEvents events() {
        return parts.events();
    }

    public AttachTarget streamedAttach() {
        return new StreamedAttach(parts.attach());
    }

    public PortForwardTarget streamedPorts() {
        return new StreamedPorts(parts.ports());
    }

    public ContainerExec exec() {
        return parts.exec();
    }

    /** What this daemon's flight recorder has. */
    public FlightRecorder flights() {
        return flights;
    }

    public Explain explain() {
        return new Explain(flights, sandboxes.store(), containers.store());
    }

    public Sandbox sandbox(PodSandboxId id) {
        return sandboxes.store().get(id);
    }

    public Container container(ContainerId id) {
        return containers.store().get(id);
    }

    /** The podshim of a pod that was made here. */
    public FakeShim shim(PodSandboxId id) {
        return zygote.pod(id);
    }

    public PodSandboxId runPod(String name) throws IOException {
        return sandboxes.run().run(Samples.pod(name));
    }

    public ContainerId create(PodSandboxId pod, String name) throws IOException {
        return containers.create().run(pod, Samples.container(name));
    }

    public ContainerId start(PodSandboxId pod, String name) throws IOException {
        var id = create(pod, name);
        containers.start().run(id);
        return id;
    }

    /** Waits for a container's end to be recorded, which the podshim announces. */
    public ContainerState.Exited awaitExit(ContainerId id) {
        await(() -> container(id).state() instanceof ContainerState.Exited);
        return (ContainerState.Exited) container(id).state();
    }

    /** Waits until all is done that a podshim's unasked end brings about. */
    public void awaitStopped(PodSandboxId id) {
        await(
                () ->
                        sandbox(id).state() instanceof SandboxState.NotReady
                                && !networks.attached().contains(id.value()));
    }

    /** Does what nobody waits for, when there is something. */
    public void runLater() {
        await(() -> !later.isEmpty());
        later.remove().run();
    }

    /** Waits for what another thread brings about. */
    public static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it has not come about");
            }
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    /** Everything that exists because of pods and containers, by kind and name. */
    public Set<String> things() throws IOException {
        var things = new TreeSet<String>();
        for (var directory :
                Set.of(layout.podRecords(), layout.containerRecords(), layout.runDirs())) {
            try (var files = Files.list(directory)) {
                files.forEach(f -> things.add(directory.getFileName() + "/" + f.getFileName()));
            }
        }
        cgroups.paths().stream()
                .filter(path -> !path.equals(CGROUP_PARENT))
                .forEach(path -> things.add("cgroup " + path));
        snapshots.containerIds().forEach(id -> things.add("snapshot " + id));
        networks.attached().forEach(id -> things.add("network " + id));
        zygote.living().forEach(id -> things.add("podshim " + id));
        return things;
    }

    @Override
    public void close() throws IOException {
        kill();
        zygote.close();
    }
}
