// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import runtime.v1.ContainerConfig;
import runtime.v1.ContainerMetadata;
import runtime.v1.CreateContainerRequest;
import runtime.v1.ImageSpec;
import runtime.v1.LinuxPodSandboxConfig;
import runtime.v1.LinuxSandboxSecurityContext;
import runtime.v1.NamespaceMode;
import runtime.v1.NamespaceOption;
import runtime.v1.PodSandboxConfig;
import runtime.v1.PodSandboxMetadata;
import runtime.v1.PullImageRequest;
import runtime.v1.RunPodSandboxRequest;

import java.nio.file.Path;
import java.util.List;

/** Well-formed requests of the CRI, from which tests take something away. */
public final class Requests {
    private Requests() {}

    /** A pod on the built-in network that logs below a directory. */
    public static PodSandboxConfig.Builder pod(String name, Path logs) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(
                        PodSandboxMetadata.newBuilder()
                                .setName(name)
                                .setNamespace("e2e")
                                .setUid("uid-" + name)
                                .setAttempt(1))
                .setLogDirectory(logs.resolve(name).toString())
                .setLinux(LinuxPodSandboxConfig.newBuilder());
    }

    /** The same on the host's network. */
    public static PodSandboxConfig.Builder hostNetworkPod(String name, Path logs) {
        var namespaces = NamespaceOption.newBuilder().setNetwork(NamespaceMode.NODE);
        return pod(name, logs)
                .setLinux(
                        LinuxPodSandboxConfig.newBuilder()
                                .setSecurityContext(
                                        LinuxSandboxSecurityContext.newBuilder()
                                                .setNamespaceOptions(namespaces)));
    }

    public static RunPodSandboxRequest run(PodSandboxConfig.Builder pod) {
        return RunPodSandboxRequest.newBuilder().setConfig(pod).build();
    }

    public static ContainerConfig.Builder container(String name, String image, String... command) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(name).setAttempt(1))
                .setImage(ImageSpec.newBuilder().setImage(image))
                .addAllCommand(List.of(command))
                .setLogPath(name + ".log");
    }

    public static CreateContainerRequest create(
            String podSandboxId, ContainerConfig.Builder container, PodSandboxConfig.Builder pod) {
        return CreateContainerRequest.newBuilder()
                .setPodSandboxId(podSandboxId)
                .setConfig(container)
                .setSandboxConfig(pod)
                .build();
    }

    public static PullImageRequest pull(String reference) {
        return PullImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(reference))
                .build();
    }
}
