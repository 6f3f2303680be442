// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.run;

import dev.ristretto.cli.log.LogDirectory;

import runtime.v1.ContainerConfig;
import runtime.v1.ContainerMetadata;
import runtime.v1.DNSConfig;
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

/**
 * The two configs of a run. The same labels as the kubelet's are set, so that other clients show
 * names.
 */
public record RunPlan(PodSandboxConfig pod, ContainerConfig container) {
    private static final String NAMESPACE = "default";

    /**
     * @param name of the pod and of its container
     * @param uid tells this pod from others of that name
     */
    public static RunPlan of(RunRequest request, String name, String uid) {
        return new RunPlan(pod(request, name, uid), container(request, name, uid));
    }

    private static PodSandboxConfig pod(RunRequest request, String name, String uid) {
        var config =
                PodSandboxConfig.newBuilder()
                        .setMetadata(
                                PodSandboxMetadata.newBuilder()
                                        .setName(name)
                                        .setNamespace(NAMESPACE)
                                        .setUid(uid))
                        .setLogDirectory(
                                "%s/%s_%s_%s".formatted(LogDirectory.ROOT, NAMESPACE, name, uid))
                        .setDnsConfig(DNSConfig.getDefaultInstance())
                        .addAllPortMappings(request.ports())
                        .putAllLabels(request.labels())
                        .putLabels("io.kubernetes.pod.name", name)
                        .putLabels("io.kubernetes.pod.namespace", NAMESPACE)
                        .putLabels("io.kubernetes.pod.uid", uid)
                        .setLinux(
                                LinuxPodSandboxConfig.newBuilder()
                                        .setCgroupParent(request.cgroupParent())
                                        .setSecurityContext(
                                                LinuxSandboxSecurityContext.newBuilder()
                                                        .setNamespaceOptions(namespaces(request))
                                                        .setSeccomp(runtimeDefault())));
        if (!request.hostNetwork()) {
            config.setHostname(name);
        }
        return config.build();
    }

    private static ContainerConfig container(RunRequest request, String name, String uid) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(
                        ImageSpec.newBuilder()
                                .setImage(request.image())
                                .setUserSpecifiedImage(request.image()))
                .addAllCommand(request.entrypoint())
                .addAllArgs(request.command())
                .setWorkingDir(request.workingDir())
                .addAllEnvs(request.envs())
                .addAllMounts(request.mounts())
                .putAllLabels(request.labels())
                .putLabels("io.kubernetes.container.name", name)
                .putLabels("io.kubernetes.pod.name", name)
                .putLabels("io.kubernetes.pod.namespace", NAMESPACE)
                .putLabels("io.kubernetes.pod.uid", uid)
                .setLogPath("0.log")
                .setLinux(
                        LinuxContainerConfig.newBuilder()
                                .setResources(resources(request))
                                .setSecurityContext(security(request)))
                .build();
    }

    private static LinuxContainerResources resources(RunRequest request) {
        var resources = LinuxContainerResources.newBuilder();
        if (request.memoryBytes() > 0) {
            resources.setMemoryLimitInBytes(request.memoryBytes());
        }
        if (request.cpus() > 0) {
            resources
                    .setCpuPeriod(100_000)
                    .setCpuQuota(Math.max(1_000, Math.round(request.cpus() * 100_000)))
                    .setCpuShares(Math.max(2, Math.round(request.cpus() * 1024)));
        }
        return resources.build();
    }

    private static LinuxContainerSecurityContext security(RunRequest request) {
        var security =
                LinuxContainerSecurityContext.newBuilder()
                        .setNamespaceOptions(namespaces(request))
                        .setReadonlyRootfs(request.readOnly())
                        .setSeccomp(runtimeDefault());
        request.user().apply(security);
        return security.build();
    }

    private static NamespaceOption namespaces(RunRequest request) {
        // The schema's zero would share one pid namespace within the pod.
        return NamespaceOption.newBuilder()
                .setNetwork(request.hostNetwork() ? NamespaceMode.NODE : NamespaceMode.POD)
                .setPid(NamespaceMode.CONTAINER)
                .setIpc(NamespaceMode.POD)
                .build();
    }

    private static SecurityProfile runtimeDefault() {
        return SecurityProfile.newBuilder().setProfileType(ProfileType.RuntimeDefault).build();
    }
}
