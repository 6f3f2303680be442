// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerState.Created;
import dev.ristretto.runtime.container.ContainerState.Exited;
import dev.ristretto.runtime.container.ContainerState.Running;
import dev.ristretto.runtime.spec.ContainerMetadata;

import runtime.v1.ContainerFilter;
import runtime.v1.ContainerResources;
import runtime.v1.ContainerState;
import runtime.v1.ContainerStatus;
import runtime.v1.ContainerUser;
import runtime.v1.ImageSpec;
import runtime.v1.LinuxContainerUser;

import java.nio.file.Path;

/** Containers to protocol buffers. */
final class ContainerStatusMapper {
    private ContainerStatusMapper() {}

    static ContainerStatus toStatus(Container container) {
        var config = container.config();
        var status =
                ContainerStatus.newBuilder()
                        .setId(container.id().value())
                        .setMetadata(toProto(config.metadata()))
                        .setState(state(container))
                        .setCreatedAt(Times.nanos(container.createdAt()))
                        .setImage(imageSpec(container))
                        .setImageRef(container.image().ref())
                        .setImageId(container.image().id().value())
                        .putAllLabels(config.labels())
                        .putAllAnnotations(config.annotations())
                        .setLogPath(container.logPath().map(Path::toString).orElse(""))
                        .setResources(
                                ContainerResources.newBuilder()
                                        .setLinux(
                                                ResourcesMapper.toProto(
                                                        container.limits(), config.oomScoreAdj())))
                        .setUser(user(container))
                        .setStopSignal(ContainerMapper.signal(container.process().stopSignal()));
        addMounts(container, status);
        addEnd(container, status);
        return status.build();
    }

    static runtime.v1.Container toItem(Container container) {
        var config = container.config();
        return runtime.v1.Container.newBuilder()
                .setId(container.id().value())
                .setPodSandboxId(container.podSandboxId().value())
                .setMetadata(toProto(config.metadata()))
                .setImage(imageSpec(container))
                .setImageRef(container.image().ref())
                .setImageId(container.image().id().value())
                .setState(state(container))
                .setCreatedAt(Times.nanos(container.createdAt()))
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .build();
    }

    static boolean matches(Container container, ContainerFilter filter) {
        return container.id().value().startsWith(filter.getId())
                && container.podSandboxId().value().startsWith(filter.getPodSandboxId())
                && (!filter.hasState() || filter.getState().getState() == state(container))
                && SandboxMapper.hasLabels(
                        container.config().labels(), filter.getLabelSelectorMap());
    }

    static runtime.v1.ContainerMetadata toProto(ContainerMetadata metadata) {
        return runtime.v1.ContainerMetadata.newBuilder()
                .setName(metadata.name())
                .setAttempt(metadata.attempt())
                .build();
    }

    private static ContainerState state(Container container) {
        return switch (container.state()) {
            case Created() -> ContainerState.CONTAINER_CREATED;
            case Running _ -> ContainerState.CONTAINER_RUNNING;
            case Exited _ -> ContainerState.CONTAINER_EXITED;
        };
    }

    /** An image's digest is told as PullImage tells it. */
    private static void addMounts(Container container, ContainerStatus.Builder status) {
        int images = 0;
        for (var mount : container.config().mounts()) {
            var proto = ContainerMapper.toProto(mount);
            if (mount.image().isPresent()) {
                var image = mount.image().get();
                proto.setImageSubPath(image.subPath())
                        .setImage(
                                ImageSpec.newBuilder()
                                        .setImage(image.image())
                                        .setUserSpecifiedImage(image.userSpecifiedImage())
                                        .setImageRef(
                                                container
                                                        .imageVolumes()
                                                        .get(images)
                                                        .image()
                                                        .value()));
                images++;
            }
            status.addMounts(proto);
        }
    }

    private static void addEnd(Container container, ContainerStatus.Builder status) {
        switch (container.state()) {
            case Created() -> {}
            case Running(var startedAt, _) -> status.setStartedAt(Times.nanos(startedAt));
            case Exited exited -> {
                exited.startedAt().ifPresent(at -> status.setStartedAt(Times.nanos(at)));
                status.setFinishedAt(Times.nanos(exited.finishedAt()))
                        .setExitCode(exited.exitCode())
                        .setReason(exited.reason())
                        .setMessage(exited.message());
            }
        }
    }

    private static ImageSpec imageSpec(Container container) {
        return ImageSpec.newBuilder()
                .setImage(container.image().name())
                .setUserSpecifiedImage(container.config().userSpecifiedImage())
                .build();
    }

    private static ContainerUser user(Container container) {
        var identity = container.process().identity();
        return ContainerUser.newBuilder()
                .setLinux(
                        LinuxContainerUser.newBuilder()
                                .setUid(identity.uid())
                                .setGid(identity.gid())
                                .addAllSupplementalGroups(identity.groups()))
                .build();
    }
}
