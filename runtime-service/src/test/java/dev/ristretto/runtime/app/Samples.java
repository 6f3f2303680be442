// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.runtime.network.DnsConfig;
import dev.ristretto.runtime.network.PortMapping;
import dev.ristretto.runtime.network.PortProtocol;
import dev.ristretto.runtime.spec.CapabilityRequest;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerMetadata;
import dev.ristretto.runtime.spec.MandatoryAccess;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.NamespaceMode;
import dev.ristretto.runtime.spec.NamespaceOptions;
import dev.ristretto.runtime.spec.SandboxConfig;
import dev.ristretto.runtime.spec.SandboxMetadata;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.spec.SecurityContext;
import dev.ristretto.runtime.spec.StdioConfig;
import dev.ristretto.runtime.spec.UserRequest;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Configs that the use cases are tried with. */
public final class Samples {
    private Samples() {}

    /** A pod with a network of its own and one host port. */
    public static SandboxConfig pod(String name) {
        return pod(name, 0, "", NamespaceOptions.pod());
    }

    public static SandboxConfig pod(
            String name, int attempt, String cgroupParent, NamespaceOptions namespaces) {
        return new SandboxConfig(
                new SandboxMetadata(name, "default", "uid-" + name, attempt),
                name,
                "",
                DnsConfig.none(),
                List.of(PortMapping.of(PortProtocol.TCP, 80, 8080, "")),
                Map.of("app", name),
                Map.of("note", "a"),
                cgroupParent,
                Map.of(),
                namespaces,
                false,
                "");
    }

    /** The same with a directory for logs. */
    public static SandboxConfig logging(SandboxConfig pod, Path directory) {
        return new SandboxConfig(
                pod.metadata(),
                pod.hostname(),
                directory.toString(),
                pod.dns(),
                pod.portMappings(),
                pod.labels(),
                pod.annotations(),
                pod.cgroupParent(),
                pod.sysctls(),
                pod.namespaces(),
                pod.privileged(),
                pod.runtimeHandler());
    }

    /** A container of {@link FakeImages#WEB} that limits its memory. */
    public static ContainerConfig container(String name) {
        return container(name, 0, FakeImages.WEB.repoTags().getFirst(), NamespaceMode.CONTAINER);
    }

    public static ContainerConfig container(
            String name, int attempt, String image, NamespaceMode pid) {
        return new ContainerConfig(
                new ContainerMetadata(name, attempt),
                image,
                "web",
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of("role", name),
                Map.of("restarts", "0"),
                name + ".log",
                new StdioConfig(false, false, false),
                memory(64 << 20),
                0,
                unconfined(pid),
                "SIGTERM");
    }

    /** The same with mounts. */
    public static ContainerConfig container(String name, MountConfig... mounts) {
        var plain = container(name);
        return new ContainerConfig(
                plain.metadata(),
                plain.image(),
                plain.userSpecifiedImage(),
                plain.command(),
                plain.args(),
                plain.workingDir(),
                plain.envs(),
                List.of(mounts),
                plain.devices(),
                plain.cdiDevices(),
                plain.labels(),
                plain.annotations(),
                plain.logPath(),
                plain.stdio(),
                plain.limits(),
                plain.oomScoreAdj(),
                plain.security(),
                plain.stopSignal());
    }

    /** Limits of memory only. */
    public static CgroupLimits memory(long bytes) {
        return new CgroupLimits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                CgroupLimits.none().cpusetCpus(),
                CgroupLimits.none().cpusetMems(),
                OptionalLong.of(bytes),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of(),
                Map.of());
    }

    /** Without seccomp, which takes a library that a build host may lack. */
    private static SecurityContext unconfined(NamespaceMode pid) {
        return new SecurityContext(
                CapabilityRequest.none(),
                false,
                new NamespaceOptions(NamespaceMode.POD, pid, NamespaceMode.POD, ""),
                UserRequest.ofImage(),
                false,
                true,
                List.of(),
                List.of(),
                new SeccompProfile(SeccompProfile.Type.UNCONFINED, ""),
                MandatoryAccess.unset());
    }
}
