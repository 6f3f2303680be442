// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.fault.FaultKind;
import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.cgroup.DeviceRule;
import dev.ristretto.linux.cgroup.DeviceRules;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.probe.HostFeatures.OverlayMount;
import dev.ristretto.linux.syscall.DeviceNumber;
import dev.ristretto.runtime.shim.ShimOp;
import dev.ristretto.runtime.spec.CapabilityRequest;
import dev.ristretto.runtime.spec.CdiHook;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.SecurityLabels;
import dev.ristretto.runtime.spec.StdioConfig;
import dev.ristretto.runtime.spec.UserNamespace;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Whole programs are in src/test/resources/plan. */
class ContainerPlanTest {
    private static final UserNamespace USERS =
            new UserNamespace(
                    NamespaceMode.POD, new IdMap(List.of(new IdMap.Range(0, 100_000, 65_536))));

    private final Inputs inputs = new Inputs();

    @Test
    void ofADefaultContainer() {
        Golden.assertProgram("container-default", inputs.program());
        assertThat(ContainerPlan.of(inputs.container()).devices())
                .isEqualTo(DeviceRules.containerDefaults());
    }

    @Test
    void confinedByAppArmor() {
        inputs.labels = new SecurityLabels("ristretto-default", "", "");

        Golden.assertProgram("container-apparmor", inputs.program());
    }

    /** Where /proc is the host's still; what the container has there may be anybody's. */
    @Test
    void profile_isAskedForBeforeAnythingOfTheContainerIsThere() {
        inputs.labels = new SecurityLabels("ristretto-default", "", "");
        inputs.directory("/anywhere", "/proc");
        var program = inputs.program();

        int attribute =
                program.indexOf(new ShimOp.SecurityAttr("apparmor/exec", "exec ristretto-default"));
        assertThat(program.subList(0, attribute)).hasAtLeastOneElementOfType(ShimOp.Clone.class);
        assertThat(program.subList(0, attribute))
                .noneMatch(op -> op instanceof ShimOp.PivotRoot || op instanceof ShimOp.SetnsPod);
    }

    @Test
    void ofAPrivilegedContainer() {
        inputs.privileged = true;
        inputs.devices.add(device("/dev/null", DeviceRule.Kind.CHARACTER, 1, 3));
        inputs.devices.add(device("/dev/vda", DeviceRule.Kind.BLOCK, 254, 0));
        inputs.devices.add(device("/dev/dri/card0", DeviceRule.Kind.CHARACTER, 226, 0));

        Golden.assertProgram("container-privileged", inputs.program());
        assertThat(ContainerPlan.of(inputs.container()).devices()).isEqualTo(DeviceRules.all());
    }

    @Test
    void ofAContainerWithMounts() {
        inputs.directory("/srv/outer", "/data")
                .mount("/srv/ro", "/data/ro", true, false, Propagation.PRIVATE, true)
                .mount("/srv/rro", "/rro", true, true, Propagation.PRIVATE, true)
                .mount("/mnt", "/mnt", false, false, Propagation.HOST_TO_CONTAINER, true)
                .mount("/mnt/b", "/mnt/b", false, false, Propagation.BIDIRECTIONAL, true)
                .mount("/srv/hosts", "/etc/hosts", false, false, Propagation.PRIVATE, false)
                .directory("/srv/etc", "/etc/../etc/")
                .directory("/srv/shm", "/dev/shm");
        inputs.readonlyRootfs = true;
        inputs.volumes = Set.of("/var/lib/db", "/data/below", "/");

        Golden.assertProgram("container-mounts", inputs.program());
    }

    @Test
    void ofAnUnprivilegedUserWithATerminal() {
        inputs.identity = new ProcessIdentity(1000, 1000, List.of(1000L, 50_000L));
        inputs.noNewPrivs = true;
        inputs.stdio = new StdioConfig(true, true, true);
        inputs.workingDir = "/home/app";
        inputs.capabilities =
                new CapabilityRequest(List.of(), List.of("ALL"), List.of("NET_BIND_SERVICE"));

        Golden.assertProgram("container-user-tty", inputs.program());
    }

    @Test
    void onAHostWithCgroupV1AndAnOldKernel() {
        inputs.cgroups = Cgroups.Mode.HYBRID;
        inputs.overlay = OverlayMount.ONE_PAGE;
        inputs.podPid = NamespaceMode.POD;
        inputs.pid = NamespaceMode.POD;

        Golden.assertProgram("container-v1-old-kernel", inputs.program());
    }

    @Test
    void inTheHostsNamespaces() {
        inputs.network = NamespaceMode.NODE;
        inputs.podPid = NamespaceMode.NODE;
        inputs.pid = NamespaceMode.NODE;
        inputs.ipc = NamespaceMode.NODE;
        inputs.seccomp = false;

        Golden.assertProgram("container-host-namespaces", inputs.program());
    }

    @Test
    void ofAContainerWithHooks() {
        inputs.hook(CdiHook.Kind.CREATE_CONTAINER, "/usr/bin/vendor-hook", "create-symlinks");
        inputs.hook(CdiHook.Kind.START_CONTAINER, "/sbin/ldconfig");
        inputs.hook(CdiHook.Kind.POSTSTART, "/usr/bin/vendor-hook", "later");

        Golden.assertProgram("container-hooks", inputs.program());
    }

    @Test
    void inAUserNamespace() {
        inputs.users = Optional.of(USERS);
        inputs.containerUsers = Optional.of(USERS);
        inputs.identity = new ProcessIdentity(1000, 1000, List.of(1000L));
        inputs.devices.add(
                new ResolvedDevice(
                        "/dev/fuse",
                        "/dev/box/fuse",
                        DeviceRule.Kind.CHARACTER,
                        new DeviceNumber(10, 229),
                        0666,
                        "rw"));
        inputs.mounts.add(mapped("/srv/data", "/data", USERS.ids()));
        inputs.directory("/srv/plain", "/plain");
        inputs.image(
                "/models",
                List.of(
                        Path.of("/var/lib/ristretto/containers/c.0/upper"),
                        Path.of("/var/lib/ristretto/layers/ccc")),
                "/small",
                true);

        Golden.assertProgram("container-user-namespace", inputs.program());
    }

    @Test
    void inAUserNamespaceInTheHostsNetworkOnCgroupV1AndAnOldKernel() {
        inputs.users = Optional.of(USERS);
        inputs.network = NamespaceMode.NODE;
        inputs.podPid = NamespaceMode.POD;
        inputs.pid = NamespaceMode.POD;
        inputs.cgroups = Cgroups.Mode.HYBRID;
        inputs.overlay = OverlayMount.ONE_PAGE;

        Golden.assertProgram("container-user-namespace-v1-old-kernel", inputs.program());
    }

    @Test
    void inAUserNamespaceWithoutTheTerminalsGroup_leavesItOut() {
        var few = new IdMap(List.of(new IdMap.Range(0, 100_000, 5)));
        inputs.users = Optional.of(new UserNamespace(NamespaceMode.POD, few));

        assertThat(inputs.program())
                .filteredOn(
                        op ->
                                op instanceof ShimOp.Fsmount(_, var type, _, _)
                                        && type.equals("devpts"))
                .allMatch(
                        op ->
                                op instanceof ShimOp.Fsmount(_, _, var options, _)
                                        && options.equals(
                                                List.of(
                                                        "newinstance",
                                                        "ptmxmode=0666",
                                                        "mode=0620")))
                .hasSize(1);
    }

    @Test
    void inAUserNamespaceWithLayersBesideItsOwnDirectories_mapsThemOneByOne() {
        inputs.users = Optional.of(USERS);
        var beside =
                new Rootfs(
                        List.of(Path.of("/x/a"), Path.of("/x/b")),
                        Path.of("/x/c/1/upper"),
                        Path.of("/x/c/1/work"));

        assertThat(MappedLayers.of(withRootfs(inputs.container(), beside), new Slots()).ops())
                .filteredOn(op -> op instanceof ShimOp.MoveMount)
                .containsExactly(
                        new ShimOp.MoveMount(1, 0, "/x/a"), new ShimOp.MoveMount(2, 0, "/x/b"));
    }

    @Test
    void withOtherUsersThanItsPod_isRefused() {
        inputs.containerUsers = Optional.of(USERS);

        assertRefused(
                FaultKind.INVALID_ARGUMENT,
                "userns_options of container app are not those of pod default/web");
        inputs.users = Optional.of(USERS);
        inputs.containerUsers = Optional.of(new UserNamespace(NamespaceMode.NODE, IdMap.HOST));
        assertRefused(FaultKind.INVALID_ARGUMENT, "give the same, or none");
        inputs.containerUsers = Optional.empty();
        assertThat(inputs.program()).isNotEmpty();
    }

    @Test
    void asAUserThatIsNobodyInItsPod_isRefused() {
        inputs.users = Optional.of(USERS);
        inputs.identity = new ProcessIdentity(70_000, 0, List.of());
        assertRefused(FaultKind.INVALID_ARGUMENT, "user 70000 of container app is nobody");
        inputs.identity = new ProcessIdentity(0, 70_001, List.of());
        assertRefused(FaultKind.INVALID_ARGUMENT, "group 70001 of container app is nobody");
        inputs.identity = new ProcessIdentity(0, 0, List.of(0L, 70_002L));
        assertRefused(FaultKind.INVALID_ARGUMENT, "supplementary group 70002 of container app");
    }

    @Test
    void withAMountThatIsMappedOtherwise_isRefused() {
        inputs.mounts.add(mapped("/srv", "/data", USERS.ids()));

        assertRefused(FaultKind.INVALID_ARGUMENT, "mounts[/data].uidMappings are not those");
    }

    @Test
    void withAMountThatReachesTheHostFromAUserNamespace_isRefused() {
        inputs.users = Optional.of(USERS);
        inputs.mount("/srv", "/data", false, false, Propagation.BIDIRECTIONAL, true);

        assertRefused(FaultKind.INVALID_ARGUMENT, "mounts[/data].propagation is");
    }

    private static ContainerInput withRootfs(ContainerInput input, Rootfs rootfs) {
        return new ContainerInput(
                input.id(),
                input.sandbox(),
                input.config(),
                input.process(),
                input.confinement(),
                rootfs,
                input.volumes(),
                input.podFiles(),
                input.mounts(),
                input.devices(),
                input.hooks(),
                input.cgroup(),
                input.features());
    }

    private static ResolvedMount mapped(String hostPath, String containerPath, IdMap ids) {
        return new ResolvedMount(
                new MountConfig(
                        containerPath,
                        hostPath,
                        true,
                        false,
                        Propagation.PRIVATE,
                        Optional.empty(),
                        List.of(),
                        ids),
                true);
    }

    @Test
    void withTheHostsDev_makesNothingInIt() {
        inputs.directory("/dev", "/dev/");
        inputs.stdio = new StdioConfig(true, false, true);
        inputs.devices.add(device("/dev/fuse", DeviceRule.Kind.CHARACTER, 10, 229));
        inputs.devices.add(device("/opt/fuse", DeviceRule.Kind.CHARACTER, 10, 229));

        assertThat(inputs.program())
                .filteredOn(op -> op instanceof ShimOp.Mknod)
                .containsExactly(new ShimOp.Mknod(0, "/opt/fuse", 020666, 10 << 8 | 229));
        assertThat(inputs.program()).noneMatch(op -> op instanceof ShimOp.Symlink);
        assertThat(inputs.program()).contains(new ShimOp.Tty(0, 0, 0));
        assertThat(inputs.program())
                .noneMatch(
                        op ->
                                op instanceof ShimOp.MoveMount(_, _, var path)
                                        && path.startsWith("/dev/"));
    }

    @Test
    void withATargetsPidNamespace_joinsItBeforeTheClone() {
        var target = "d".repeat(64);
        inputs.pid = NamespaceMode.TARGET;
        inputs.targetId = target;

        assertThat(inputs.program())
                .containsSubsequence(
                        new ShimOp.SetnsContainer(target, 0x20000000),
                        new ShimOp.Clone(0, "/sys/fs/cgroup/pod/c"));
    }

    @Test
    void withThePodsPidNamespaceInAPodWithoutOne_hasItsOwn() {
        inputs.pid = NamespaceMode.POD;

        assertThat(inputs.program()).contains(new ShimOp.Clone(0x20000000, "/sys/fs/cgroup/pod/c"));
    }

    @Test
    void withTheHostsPidNamespaceInAPodWithoutIt_isRefused() {
        inputs.pid = NamespaceMode.NODE;

        assertRefused(FaultKind.INVALID_ARGUMENT, "namespace_options.pid is NODE, but");
    }

    @Test
    void privilegedInAPodThatIsNot_isRefused() {
        inputs.privileged = true;
        inputs.podAllowsPrivileged = false;

        assertRefused(
                FaultKind.INVALID_ARGUMENT,
                "privileged of container app is set, but that of pod default/web is not");
    }

    @Test
    void withADevice_allowsItInTheCgroup() {
        inputs.devices.add(device("/dev/fuse", DeviceRule.Kind.CHARACTER, 10, 229));

        assertThat(ContainerPlan.of(inputs.container()).devices().allowed())
                .contains(
                        new DeviceRule(
                                DeviceRule.Kind.CHARACTER,
                                OptionalLong.of(10),
                                OptionalLong.of(229),
                                "rwm"));
        assertThat(inputs.program())
                .contains(new ShimOp.Mknod(0, "/dev/fuse", 020666, 10 << 8 | 229));
    }

    @Test
    void withEmptyLists_hidesNothing() {
        inputs.maskedPaths = List.of();
        inputs.readonlyPaths = List.of();

        assertThat(inputs.program())
                .noneMatch(op -> op instanceof ShimOp.Mask || op instanceof ShimOp.ReadonlyPath);
    }

    @Test
    void withRecursiveReadOnlyOnAKernelThatCannot_saysSoAsTheKubeletKnowsIt() {
        inputs.recursiveReadOnly = false;
        inputs.mount("/srv", "/srv", true, true, Propagation.PRIVATE, true);

        assertThatThrownBy(inputs::program)
                .isInstanceOfSatisfying(
                        RuntimeFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FaultKind.CRI_NAMED))
                .hasMessageStartingWith("RROUnsupported: mount /srv on /srv");
    }

    @Test
    void withAMountOnTheRoot_isRefused() {
        inputs.directory("/srv", "/x/..");

        assertRefused(FaultKind.INVALID_ARGUMENT, "container_path '/x/..' is the root");
    }

    @Test
    void withMoreMountsThanSlots_isRefused() {
        for (int i = 0; i < 1023; i++) {
            inputs.directory("/srv/" + i, "/data/" + i);
        }

        assertRefused(FaultKind.INVALID_ARGUMENT, "at most 1023 mounts");
    }

    @Test
    void with300Mounts_fits() {
        for (int i = 0; i < 300; i++) {
            inputs.directory("/srv/" + i, "/data/" + i);
        }

        assertThat(inputs.program()).filteredOn(op -> op instanceof ShimOp.MoveMount).hasSize(311);
    }

    @Test
    void withoutOverlayfs_saysHowToLoadIt() {
        inputs.overlay = OverlayMount.NONE;

        assertRefused(FaultKind.UNSUPPORTED, "modprobe overlay");
    }

    @Test
    void inAStateDirectoryThatOverlayfsMisreads_isRefused() {
        inputs.state = Path.of("/var/lib/a:b");

        assertRefused(FaultKind.UNSUPPORTED, "'/var/lib/a:b/layers/bbb' holds one of : , \\");
    }

    @Test
    void onAnOldKernelWithTooManyLayers_isRefused() {
        inputs.overlay = OverlayMount.ONE_PAGE;
        inputs.state = Path.of("/" + "x".repeat(250) + "/" + "y".repeat(250));
        assertThat(inputs.program()).isNotEmpty();
        inputs.state =
                Path.of("/" + "x".repeat(250) + "/" + "y".repeat(250) + "/" + "z".repeat(600));

        assertRefused(FaultKind.UNSUPPORTED, "2 layers do not fit");
    }

    private void assertRefused(FaultKind kind, String message) {
        assertThatThrownBy(inputs::program)
                .isInstanceOfSatisfying(
                        RuntimeFault.class, fault -> assertThat(fault.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    private static ResolvedDevice device(String path, DeviceRule.Kind kind, int major, int minor) {
        return new ResolvedDevice(path, path, kind, new DeviceNumber(major, minor), 0666, "rw");
    }
}
