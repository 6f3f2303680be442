// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.linux.capability.HostCapabilities;
import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.cgroup.Hierarchy;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.linux.probe.HostFeatures.OverlayMount;
import dev.ristretto.linux.seccomp.SeccompFilter;
import dev.ristretto.runtime.network.DnsConfig;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.CapabilityRequest;
import dev.ristretto.runtime.spec.CdiHook;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.ContainerMetadata;
import dev.ristretto.runtime.spec.EnvironmentVariable;
import dev.ristretto.runtime.spec.ImageMount;
import dev.ristretto.runtime.spec.MandatoryAccess;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.ProcessSpec;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.spec.SandboxMetadata;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.SecurityLabels;
import dev.ristretto.runtime.spec.StdioConfig;
import dev.ristretto.runtime.spec.UserNamespace;
import dev.ristretto.runtime.spec.UserRequest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A pod and a container of it in the making: change what a test is about, take the records. */
final class Inputs {
    static final ContainerId ID = new ContainerId("c".repeat(64));
    private static final String STATE = "/var/lib/ristretto";
    private static final long ALL = (1L << 41) - 1;

    NamespaceMode network = NamespaceMode.POD;
    NamespaceMode podPid = NamespaceMode.CONTAINER;
    NamespaceMode pid = NamespaceMode.CONTAINER;
    NamespaceMode ipc = NamespaceMode.POD;
    String targetId = "";
    Optional<UserNamespace> users = Optional.empty();
    Optional<UserNamespace> containerUsers = Optional.empty();
    String hostname = "web-1";
    final Map<String, String> sysctls = new HashMap<>();

    List<String> command = List.of();
    List<String> args = List.of();
    String workingDir = "";
    final List<EnvironmentVariable> envs = new ArrayList<>();
    StdioConfig stdio = new StdioConfig(false, false, false);
    String stopSignal = "";
    int oomScoreAdj = 1000;
    boolean privileged;
    boolean podAllowsPrivileged = true;
    boolean readonlyRootfs;
    boolean noNewPrivs;
    boolean seccomp = true;
    SecurityLabels labels = SecurityLabels.none();
    CapabilityRequest capabilities = CapabilityRequest.none();
    List<String> maskedPaths = HiddenPaths.DEFAULT_MASKED;
    List<String> readonlyPaths = HiddenPaths.DEFAULT_READONLY;
    ProcessIdentity identity = new ProcessIdentity(0, 0, List.of(0L));

    final List<ResolvedMount> mounts = new ArrayList<>();
    final List<ResolvedDevice> devices = new ArrayList<>();
    final List<CdiHook> hooks = new ArrayList<>();
    Set<String> volumes = Set.of();
    OverlayMount overlay = OverlayMount.LOWERDIR_PLUS;
    boolean recursiveReadOnly = true;
    Cgroups.Mode cgroups = Cgroups.Mode.V2;
    Path state = Path.of(STATE);

    Inputs directory(String hostPath, String containerPath) {
        return mount(hostPath, containerPath, false, false, Propagation.PRIVATE, true);
    }

    Inputs mount(
            String hostPath,
            String containerPath,
            boolean readonly,
            boolean recursiveReadOnly,
            Propagation propagation,
            boolean directory) {
        mounts.add(
                new ResolvedMount(
                        new MountConfig(
                                containerPath, hostPath, readonly, recursiveReadOnly, propagation),
                        directory));
        return this;
    }

    Inputs image(String containerPath, List<Path> layers, String path, boolean directory) {
        mounts.add(
                ResolvedMount.ofImage(
                        new MountConfig(
                                containerPath,
                                "",
                                true,
                                false,
                                Propagation.PRIVATE,
                                Optional.of(new ImageMount("busybox", "busybox", path)),
                                List.of()),
                        directory,
                        new ResolvedMount.Layers(layers, path)));
        return this;
    }

    SandboxConfig sandbox() {
        return new SandboxConfig(
                new SandboxMetadata("web", "default", "u-1", 0),
                hostname,
                "/var/log/pods/default_web_u-1",
                DnsConfig.none(),
                List.of(),
                Map.of(),
                Map.of(),
                "",
                sysctls,
                new NamespaceOptions(network, podPid, ipc, "", users),
                privileged && podAllowsPrivileged,
                "");
    }

    ContainerConfig config() {
        return new ContainerConfig(
                new ContainerMetadata("app", 0),
                "busybox",
                "busybox",
                command,
                args,
                workingDir,
                envs,
                mounts.stream().map(ResolvedMount::config).toList(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                "app/0.log",
                stdio,
                CgroupLimits.none(),
                oomScoreAdj,
                new SecurityContext(
                        capabilities,
                        privileged,
                        new NamespaceOptions(network, pid, ipc, targetId, containerUsers),
                        UserRequest.ofImage(),
                        readonlyRootfs,
                        noNewPrivs,
                        maskedPaths,
                        readonlyPaths,
                        SeccompProfile.runtimeDefault(),
                        MandatoryAccess.unset()),
                stopSignal);
    }

    ProcessSpec process() {
        return new ProcessSpec(
                List.of("sleep", "60"),
                List.of("PATH=/usr/bin:/bin", "HOSTNAME=web-1", "HOME=/root"),
                workingDir.isEmpty() ? "/" : workingDir,
                identity,
                15);
    }

    Confinement confinement() {
        var host = new HostCapabilities(ALL);
        var sets =
                privileged
                        ? host.all()
                        : host.sets(
                                capabilities.add(), capabilities.drop(), capabilities.addAmbient());
        return new Confinement(
                sets,
                seccomp && !privileged
                        ? Optional.of(new SeccompFilter(4, new byte[80]))
                        : Optional.empty(),
                noNewPrivs,
                labels);
    }

    CgroupPlacement placement() {
        return switch (cgroups) {
            case V2 ->
                    new CgroupPlacement(
                            Optional.of(Path.of("/sys/fs/cgroup/pod/c")),
                            List.of(),
                            List.of(new Hierarchy(Path.of("/sys/fs/cgroup"), true, Set.of())));
            case V1, HYBRID ->
                    new CgroupPlacement(
                            Optional.of(Path.of("/sys/fs/cgroup/unified/pod/c")),
                            List.of(
                                    Path.of("/sys/fs/cgroup/cpu,cpuacct/pod/c/tasks"),
                                    Path.of("/sys/fs/cgroup/systemd/pod/c/tasks")),
                            List.of(
                                    new Hierarchy(
                                            Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                                            false,
                                            Set.of("cpu", "cpuacct")),
                                    new Hierarchy(
                                            Path.of("/sys/fs/cgroup/systemd"),
                                            false,
                                            Set.of("name=systemd")),
                                    new Hierarchy(
                                            Path.of("/sys/fs/cgroup/unified"), true, Set.of())));
        };
    }

    ContainerInput container() {
        return new ContainerInput(
                ID,
                sandbox(),
                config(),
                process(),
                confinement(),
                new Rootfs(
                        List.of(state.resolve("layers/bbb"), state.resolve("layers/aaa")),
                        state.resolve("containers/c/upper"),
                        state.resolve("containers/c/work")),
                volumes,
                new PodFiles(
                        Path.of("/run/ristretto/pods/p/hostname"),
                        Path.of("/run/ristretto/pods/p/hosts"),
                        Path.of("/run/ristretto/pods/p/resolv.conf")),
                mounts,
                devices,
                hooks(state.resolve("containers/c/bundle")),
                placement(),
                new HostFeatures(overlay, recursiveReadOnly, true, true, true, cgroups));
    }

    Hooks hooks(Path bundle) {
        return new Hooks(hooks, bundle, new HookState(ID.value(), Map.of("a/b", "c")));
    }

    Inputs hook(CdiHook.Kind kind, String path, String... args) {
        var argv = new ArrayList<>(List.of(path));
        argv.addAll(List.of(args));
        hooks.add(new CdiHook(kind, path, argv, List.of("A=1"), 60));
        return this;
    }

    /** A script for the shell of busybox, on the host as in the container. */
    Inputs shellHook(CdiHook.Kind kind, String script) {
        return hook(kind, "/bin/busybox", "sh", "-c", script);
    }

    List<ShimOp> program() {
        return ContainerPlan.of(container()).program();
    }

    ExecInput exec(Optional<ExecInput.TerminalSize> terminal, String... argv) {
        return new ExecInput(
                ID,
                process(),
                List.of(argv),
                confinement(),
                oomScoreAdj,
                users.map(UserNamespace::ids).orElse(IdMap.HOST),
                terminal,
                placement());
    }
}
