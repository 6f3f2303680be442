// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.cgroup.Cgroup;
import dev.ristretto.linux.cgroup.HostCgroups;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.probe.HostFeatures.OverlayMount;
import dev.ristretto.linux.probe.HostProbe;
import dev.ristretto.linux.seccomp.SeccompProfiles;
import dev.ristretto.linux.syscall.FileFlags;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.host.Confinements;
import dev.ristretto.runtime.sandbox.UserNamespaceProbe;
import dev.ristretto.runtime.sandbox.UserNamespaceSupport;
import dev.ristretto.runtime.shim.ExecEvent;
import dev.ristretto.runtime.shim.Program;
import dev.ristretto.runtime.shim.ShimClient;
import dev.ristretto.runtime.shim.ShimTransport;
import dev.ristretto.runtime.shim.TerminalSize;
import dev.ristretto.runtime.shim.ZygoteProcess;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.StdioConfig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A pod that a real podshim makes from a plan, with busybox containers in it. Everything it makes
 * is in its directory, in cgroups of its own and in namespaces that end with it.
 */
final class RealPod implements AutoCloseable {
    private static final String PODSHIM = "native-linux/src/main/c/podshim/build/podshim";
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String HEX = "0123456789abcdef".repeat(4);

    private final Path directory;
    private final Inputs inputs;
    private final LinuxSyscalls linux = LinuxSyscalls.load();
    private final HostCgroups cgroups = HostCgroups.detect();
    private final HostFeatures features = new HostProbe(linux).probe(cgroups);
    private final Confinements confinements =
            new Confinements(HostCapabilities.detect(), new SeccompProfiles(linux));
    private final String cgroupParent = "/ristretto-plan-" + UUID.randomUUID();
    private final List<Cgroup> made = new ArrayList<>();
    private final ShimTransport transport = new ShimTransport(ShimTransport.PATIENCE);
    private final ZygoteProcess zygote;
    private final UserNamespaceSupport support;
    private final ShimClient client;
    private final PodSandboxId podId = new PodSandboxId(HEX);

    RealPod(Path directory, Inputs inputs) throws IOException {
        this.directory = directory;
        this.inputs = inputs;
        for (var name : List.of("run", "pod", "lower", "image/bin", "image/etc", "image/tmp")) {
            Files.createDirectories(directory.resolve(name));
        }
        Files.copy(BUSYBOX, directory.resolve("image/bin/busybox"));
        for (var applet :
                List.of("sh", "cat", "sleep", "id", "mount", "touch", "tty", "ps", "ls", "mknod")) {
            Files.createSymbolicLink(
                    directory.resolve("image/bin").resolve(applet), Path.of("busybox"));
        }
        for (var file : List.of("hostname", "hosts", "resolv.conf")) {
            Files.writeString(directory.resolve("pod").resolve(file), "the pod's " + file + "\n");
        }
        this.zygote = ZygoteProcess.start(podshim(), directory.resolve("run"), transport);
        support =
                new UserNamespaceProbe(zygote)
                        .probe(directory.resolve("image"), directory.resolve("run"));
        zygote.createPod(
                podId, directory.resolve("pod"), Program.of(SandboxPlan.program(inputs.sandbox())));
        this.client = transport.client(podId, directory.resolve("pod"));
    }

    /** What the host's file systems can do for pods with user namespaces. */
    UserNamespaceSupport support() {
        return support;
    }

    HostFeatures features() {
        return features;
    }

    /** The same, but that an overlay takes its options in one page. */
    HostFeatures featuresOfAnOldKernel() {
        return new HostFeatures(
                OverlayMount.ONE_PAGE,
                features.recursiveReadOnly(),
                features.seccompFilter(),
                features.seccompLibrary(),
                features.sysResource(),
                features.cgroupMode());
    }

    /** How many open files a container of it may have. */
    long openFiles() throws IOException {
        return features.sysResource() ? 65_536 : Math.min(65_536, hardLimitOfOpenFiles());
    }

    /** What a host without CAP_SYS_RESOURCE cannot exceed. */
    private static long hardLimitOfOpenFiles() throws IOException {
        var line =
                Files.readAllLines(Path.of("/proc/self/limits")).stream()
                        .filter(limit -> limit.startsWith("Max open files"))
                        .findFirst()
                        .orElseThrow();
        var hard = line.split(" {2,}")[2].strip();
        return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
    }

    Path directory() {
        return directory;
    }

    /** Starts a container of the inputs as they are now. */
    ContainerId start(char digit, HostFeatures features) throws IOException {
        var id = new ContainerId(String.valueOf(digit).repeat(64));
        var cgroup = cgroups.create(cgroupParent + "/" + digit);
        made.add(cgroup);
        var upper = Files.createDirectories(directory.resolve("containers/" + digit + "/upper"));
        var work = Files.createDirectories(directory.resolve("containers/" + digit + "/work"));
        int root = (int) inputs.sandbox().namespaces().ids().onHost(0);
        LinuxSyscalls.load().fchownat(FileFlags.AT_FDCWD, upper.toString(), root, root, 0);
        var bundle = directory.resolve("containers/" + digit + "/bundle");
        Files.createDirectories(bundle.resolve("rootfs"));
        var pod = directory.resolve("pod");
        var input =
                new ContainerInput(
                        id,
                        inputs.sandbox(),
                        inputs.config(),
                        inputs.process(),
                        confinements.of(inputs.config().security(), inputs.labels),
                        new Rootfs(layers(), upper, work),
                        inputs.volumes,
                        new PodFiles(
                                pod.resolve("hostname"),
                                pod.resolve("hosts"),
                                pod.resolve("resolv.conf")),
                        inputs.mounts,
                        inputs.devices,
                        inputs.hooks(bundle),
                        CgroupPlacement.in(cgroup, cgroups),
                        features);
        var plan = ContainerPlan.of(input);
        cgroup.restrictDevices(plan.devices());
        client.start(
                id,
                directory.resolve("log-" + digit).toString(),
                inputs.stdio,
                Program.of(plan.program()));
        return id;
    }

    ContainerId start(char digit) throws IOException {
        return start(digit, features);
    }

    private List<Path> layers() {
        return List.of(directory.resolve("lower"), directory.resolve("image"));
    }

    /** What a shell command prints in a container, and its exit code on the last line. */
    String run(ContainerId id, String command) throws IOException {
        return run(id, command, Optional.empty());
    }

    String runOnATerminal(ContainerId id, String command) throws IOException {
        return run(id, command, Optional.of(new ExecInput.TerminalSize(30, 90)));
    }

    private String run(ContainerId id, String command, Optional<ExecInput.TerminalSize> terminal)
            throws IOException {
        var digit = id.value().charAt(0);
        var program =
                ExecPlan.program(
                        new ExecInput(
                                id,
                                inputs.process(),
                                List.of("sh", "-c", command),
                                confinements.of(inputs.config().security(), inputs.labels),
                                inputs.oomScoreAdj,
                                inputs.sandbox().namespaces().ids(),
                                terminal,
                                CgroupPlacement.in(
                                        cgroups.at(cgroupParent + "/" + digit), cgroups)));
        var stdio = new StdioConfig(false, false, terminal.isPresent());
        var size = new TerminalSize(30, 90);
        var output = new StringBuilder();
        try (var exec = client.exec(id, stdio, size, Program.of(program))) {
            exec.limit(Duration.ofSeconds(30));
            while (true) {
                switch (exec.next()) {
                    case ExecEvent.Output(_, var bytes) ->
                            output.append(StandardCharsets.UTF_8.decode(bytes));
                    case ExecEvent.Detached _ -> throw new AssertionError("detached");
                    case ExecEvent.Exited(var status, _) -> {
                        return output.toString() + status.exitCode();
                    }
                }
            }
        }
    }

    String log(ContainerId id) throws IOException {
        return Files.readString(directory.resolve("log-" + id.value().charAt(0)));
    }

    @Override
    public void close() throws IOException {
        try (transport;
                zygote) {
            client.shutdown();
        } finally {
            for (var cgroup : made) {
                cgroup.kill();
                cgroup.delete(Duration.ofSeconds(10));
            }
            cgroups.at(cgroupParent).delete(Duration.ofSeconds(10));
        }
    }

    private static Path podshim() {
        for (var from = Path.of("").toAbsolutePath(); from != null; from = from.getParent()) {
            var binary = from.resolve(PODSHIM);
            if (Files.isExecutable(binary)) {
                return binary;
            }
        }
        throw new AssertionError(PODSHIM + " is not built; make podshim");
    }
}
