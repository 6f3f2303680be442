// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import runtime.v1.ContainerConfig;
import runtime.v1.ContainerMetadata;
import runtime.v1.ImageSpec;
import runtime.v1.LinuxContainerConfig;
import runtime.v1.LinuxContainerResources;
import runtime.v1.LinuxContainerSecurityContext;
import runtime.v1.LinuxPodSandboxConfig;
import runtime.v1.LinuxSandboxSecurityContext;
import runtime.v1.NamespaceMode;
import runtime.v1.NamespaceOption;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.SecurityProfile;
import runtime.v1.SecurityProfile.ProfileType;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pods and containers as a kubelet would ask for them, the same for every endpoint: default seccomp
 * profile, a memory limit, a log file, one container that sleeps.
 */
final class PodConfigs {
    static final String LABEL = "dev.ristretto.bench";

    private static final List<String> SLEEP = List.of("sleep", "2147483647");

    private final String run;
    private final String image;
    private final String cgroupParent;
    private final Path logs;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * @param run names this run's pods among others
     * @param cgroupParent empty for each runtime's own
     * @param logs directory of the pods' logs
     */
    PodConfigs(String run, String image, String cgroupParent, Path logs) {
        this.run = run;
        this.image = image;
        this.cgroupParent = cgroupParent;
        this.logs = logs;
    }

    String run() {
        return run;
    }

    /** Another one at each call. */
    PodSandboxConfig pod(PodNetwork network) {
        var name = "bench-%s-%d".formatted(run, next.incrementAndGet());
        var config =
                PodSandboxConfig.newBuilder()
                        .setMetadata(
                                PodSandboxMetadata.newBuilder()
                                        .setName(name)
                                        .setNamespace("bench")
                                        .setUid(name))
                        .setLogDirectory(logs.toString())
                        .putLabels(LABEL, run)
                        .setLinux(
                                LinuxPodSandboxConfig.newBuilder()
                                        .setCgroupParent(cgroupParent)
                                        .setSecurityContext(
                                                LinuxSandboxSecurityContext.newBuilder()
                                                        .setNamespaceOptions(namespaces(network))
                                                        .setSeccomp(runtimeDefault())));
        if (network == PodNetwork.POD) {
            config.setHostname(name);
        }
        return config.build();
    }

    ContainerConfig container(PodSandboxConfig pod, PodNetwork network) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("sleep"))
                .setImage(ImageSpec.newBuilder().setImage(image))
                .addAllCommand(SLEEP)
                .setLogPath(pod.getMetadata().getName() + ".log")
                .setLinux(
                        LinuxContainerConfig.newBuilder()
                                .setResources(
                                        LinuxContainerResources.newBuilder()
                                                .setMemoryLimitInBytes(256L << 20)
                                                .setCpuShares(102))
                                .setSecurityContext(
                                        LinuxContainerSecurityContext.newBuilder()
                                                .setNamespaceOptions(namespaces(network))
                                                .setSeccomp(runtimeDefault())))
                .build();
    }

    private static NamespaceOption namespaces(PodNetwork network) {
        return NamespaceOption.newBuilder()
                .setNetwork(network.mode())
                .setPid(NamespaceMode.CONTAINER)
                .build();
    }

    private static SecurityProfile runtimeDefault() {
        return SecurityProfile.newBuilder().setProfileType(ProfileType.RuntimeDefault).build();
    }
}
