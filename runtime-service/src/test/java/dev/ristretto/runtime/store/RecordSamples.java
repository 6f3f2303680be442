// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.store;

import dev.ristretto.image.store.ImageId;
import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.syscall.KernelString;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerImage;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ImageVolume;
import dev.ristretto.runtime.network.DnsConfig;
import dev.ristretto.runtime.network.PortMapping;
import dev.ristretto.runtime.network.PortProtocol;
import dev.ristretto.runtime.sandbox.Sandbox;
import dev.ristretto.runtime.sandbox.SandboxState;
import dev.ristretto.runtime.spec.AppArmorProfile;
import dev.ristretto.runtime.spec.CapabilityRequest;
import dev.ristretto.runtime.spec.CdiDeviceName;
import dev.ristretto.runtime.spec.CdiDeviceNode;
import dev.ristretto.runtime.spec.CdiEdits;
import dev.ristretto.runtime.spec.CdiHook;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.ContainerMetadata;
import dev.ristretto.runtime.spec.DeviceConfig;
import dev.ristretto.runtime.spec.EnvironmentVariable;
import dev.ristretto.runtime.spec.MandatoryAccess;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.PodLimits;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.ProcessSpec;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.spec.SandboxMetadata;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.SecurityLabels;
import dev.ristretto.runtime.spec.SelinuxOptions;
import dev.ristretto.runtime.spec.StdioConfig;
import dev.ristretto.runtime.spec.UserNamespace;
import dev.ristretto.runtime.spec.UserRequest;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A pod and a container in which everything is set, each value different from every other. */
final class RecordSamples {
    private static final IdMap IDS =
            new IdMap(
                    List.of(
                            new IdMap.Range(0, 100_000, 1000),
                            new IdMap.Range(1000, 4_000_000_000L, 1000)));

    static final Instant THEN = Instant.parse("2026-01-02T03:04:05.678901234Z");

    /** Text, and bytes that are none. */
    static final String BYTES =
            KernelString.decode(new byte[] {'a', (byte) 0xff, (byte) 0xed, (byte) 0xa0, 'z'});

    static final PodSandboxId POD = new PodSandboxId("ab".repeat(32));

    private RecordSamples() {}

    static Sandbox sandbox(SandboxState state) {
        return new Sandbox(
                POD,
                new SandboxConfig(
                        new SandboxMetadata("web", "default", "uid-1", 3),
                        "web-0",
                        "/var/log/pods/web",
                        new DnsConfig(
                                List.of("10.96.0.10"), List.of("svc.local"), List.of("ndots:5")),
                        List.of(
                                PortMapping.of(PortProtocol.TCP, 80, 8080, "192.0.2.7"),
                                PortMapping.of(PortProtocol.UDP, 53, 5353, ""),
                                PortMapping.of(PortProtocol.SCTP, 9, 0, "2001:db8::7")),
                        Map.of("app", "web", "", "empty key"),
                        Map.of("note", "line\nbreak \u00fc \u0000"),
                        "/kubepods/pod1",
                        Map.of("net.ipv4.ip_forward", "1"),
                        new NamespaceOptions(
                                NamespaceMode.NODE,
                                NamespaceMode.TARGET,
                                NamespaceMode.POD,
                                "t",
                                Optional.of(new UserNamespace(NamespaceMode.POD, IDS))),
                        true,
                        ""),
                THEN,
                "/kubepods/pod1",
                true,
                PodLimits.none(),
                state);
    }

    static Container container(ContainerState state, CgroupLimits limits, Optional<Path> logPath) {
        return new Container(
                new ContainerId("cd".repeat(32)),
                POD,
                config(limits),
                new ContainerImage(
                        new ImageId("sha256:" + "ef".repeat(32)),
                        "docker.io/library/web:1",
                        "docker.io/library/web@sha256:" + "01".repeat(32),
                        Set.of("/cache")),
                new ProcessSpec(
                        List.of("/bin/web", ""),
                        List.of("PATH=/bin", "E=" + BYTES),
                        "/www",
                        new ProcessIdentity(4_294_967_294L, 33, List.of(33L, 44L)),
                        3),
                List.of(
                        new ImageVolume(
                                new ImageId("sha256:" + "23".repeat(32)),
                                "/models/" + BYTES,
                                true)),
                new CdiEdits(
                        List.of(new EnvironmentVariable("GPU", "0")),
                        List.of(
                                new CdiDeviceNode(
                                        "/etc/cdi/gpu.json",
                                        "/dev/gpu0",
                                        "/dev/gpu0",
                                        "rw",
                                        Optional.of(0660),
                                        OptionalLong.empty(),
                                        OptionalLong.of(44))),
                        List.of(),
                        List.of(44L),
                        List.of(
                                new CdiHook(
                                        CdiHook.Kind.POSTSTOP,
                                        "/usr/bin/hook",
                                        List.of("hook", BYTES),
                                        List.of("A=1"),
                                        5))),
                new SecurityLabels(
                        "web profile",
                        "system_u:system_r:web_t:s0:c1,c2",
                        "system_u:object_r:web_file_t:s0:c1,c2"),
                "/kubepods/pod1/c",
                logPath,
                limits,
                THEN.plusNanos(1),
                state);
    }

    private static ContainerConfig config(CgroupLimits limits) {
        return new ContainerConfig(
                new ContainerMetadata("web", 2),
                "sha256:" + "ef".repeat(32),
                "web:1",
                List.of("/bin/sh", "-c"),
                List.of("exit 3"),
                "/srv",
                List.of(new EnvironmentVariable("LANG", "C"), new EnvironmentVariable("E", BYTES)),
                List.of(
                        new MountConfig(
                                "/data", "/host/data", true, true, MountConfig.Propagation.PRIVATE),
                        new MountConfig(
                                "/shared",
                                "/host/shared",
                                false,
                                false,
                                MountConfig.Propagation.BIDIRECTIONAL,
                                Optional.empty(),
                                List.of(),
                                IDS)),
                List.of(new DeviceConfig("/dev/fuse", "/dev/fuse", "rwm")),
                List.of(new CdiDeviceName("vendor.com/gpu=0")),
                Map.of("role", "front"),
                Map.of("restarts", "4"),
                "web/0.log",
                new StdioConfig(true, true, true),
                limits,
                -998,
                security(),
                "SIGRTMIN+3");
    }

    private static SecurityContext security() {
        return new SecurityContext(
                new CapabilityRequest(
                        List.of("NET_ADMIN"), List.of("CHOWN"), List.of("NET_BIND_SERVICE")),
                true,
                NamespaceOptions.pod(),
                new UserRequest(
                        OptionalLong.empty(),
                        "web",
                        OptionalLong.of(44),
                        List.of(1L, 2L),
                        UserRequest.SupplementalGroupsPolicy.STRICT),
                true,
                true,
                List.of("/proc/kcore"),
                List.of("/proc/sys"),
                new SeccompProfile(SeccompProfile.Type.LOCALHOST, "/etc/p.json"),
                new MandatoryAccess(
                        AppArmorProfile.localhost("web profile"),
                        new SelinuxOptions("system_u", "system_r", "web_t", "s0:c1,c2")));
    }

    static CgroupLimits allLimits() {
        return new CgroupLimits(
                OptionalLong.of(2),
                OptionalLong.of(-1),
                OptionalLong.of(100_000),
                Optional.of("0-3"),
                Optional.of("0"),
                OptionalLong.of(1L << 40),
                OptionalLong.of(-1),
                OptionalLong.of(100),
                Map.of("2MB", 1L << 40, "1GB", 0L),
                Map.of("memory.high", "max"));
    }
}
