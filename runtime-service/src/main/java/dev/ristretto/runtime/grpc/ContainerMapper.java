// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.linux.syscall.KernelString;
import dev.ristretto.runtime.plan.StopSignal;
import dev.ristretto.runtime.spec.CdiDeviceName;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerMetadata;
import dev.ristretto.runtime.spec.DeviceConfig;
import dev.ristretto.runtime.spec.EnvironmentVariable;
import dev.ristretto.runtime.spec.ImageMount;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;
import dev.ristretto.runtime.spec.MountOption;
import dev.ristretto.runtime.spec.SeccompProfile;
import dev.ristretto.runtime.spec.StdioConfig;

import runtime.v1.Device;
import runtime.v1.Mount;
import runtime.v1.Signal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Container configs from protocol buffers. What is not implemented is refused by its name. */
final class ContainerMapper {
    private static final String SIGNAL_PREFIX = "SIGNAL_";
    private static final String CDI_ANNOTATION = "cdi.k8s.io/";

    /** Which the kubelet gives every container, and nobody else has a reason to. */
    private static final String KUBELET_LABEL = "io.kubernetes.container.name";

    private ContainerMapper() {}

    /**
     * Maps a message.
     *
     * @param unsetSeccomp the profile of a container that names none
     */
    static ContainerConfig fromProto(
            runtime.v1.ContainerConfig config, SeccompProfile unsetSeccomp) {
        if (!config.hasMetadata()) {
            throw RuntimeFault.invalidArgument("config.metadata is missing");
        }
        if (config.getImage().getImage().isEmpty()) {
            throw RuntimeFault.invalidArgument("config.image.image is empty");
        }
        var linux = config.getLinux();
        return new ContainerConfig(
                new ContainerMetadata(
                        config.getMetadata().getName(), config.getMetadata().getAttempt()),
                config.getImage().getImage(),
                config.getImage().getUserSpecifiedImage(),
                config.getCommandList(),
                config.getArgsList(),
                config.getWorkingDir(),
                config.getEnvsList().stream()
                        .map(
                                env ->
                                        new EnvironmentVariable(
                                                env.getKey(),
                                                KernelString.decode(env.getValue().toByteArray())))
                        .toList(),
                config.getMountsList().stream().map(ContainerMapper::mount).toList(),
                config.getDevicesList().stream().map(ContainerMapper::device).toList(),
                cdiDevices(config),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                config.getLogPath(),
                new StdioConfig(config.getStdin(), config.getStdinOnce(), config.getTty()),
                ResourcesMapper.fromProto(linux.getResources()),
                ResourcesMapper.oomScoreAdj(linux.getResources()),
                SecurityMapper.fromProto(
                        linux.getSecurityContext(),
                        unsetSeccomp,
                        config.containsLabels(KUBELET_LABEL)),
                stopSignal(config.getStopSignal()));
    }

    static Mount.Builder toProto(MountConfig mount) {
        return Mount.newBuilder()
                .setContainerPath(mount.containerPath())
                .setHostPath(mount.hostPath())
                .setReadonly(mount.readonly())
                .setRecursiveReadOnly(mount.recursiveReadOnly())
                .setPropagationValue(mount.propagation().ordinal())
                .addAllUidMappings(UserNamespaceMapper.toProto(mount.ids()))
                .addAllGidMappings(UserNamespaceMapper.toProto(mount.ids()))
                .addAllMountOptions(mount.options().stream().map(MountOption::text).toList());
    }

    /** The CRI's signal that a number means, if it has one. */
    static Signal signal(int number) {
        for (var signal : Signal.values()) {
            if (signal != Signal.UNRECOGNIZED
                    && signal != Signal.SIGNAL_RUNTIME_DEFAULT
                    && StopSignal.of(stopSignal(signal), "") == number) {
                return signal;
            }
        }
        return Signal.SIGNAL_RUNTIME_DEFAULT;
    }

    private static String stopSignal(Signal signal) {
        return switch (signal) {
            case SIGNAL_RUNTIME_DEFAULT -> "";
            case UNRECOGNIZED ->
                    throw RuntimeFault.invalidArgument("config.stop_signal does not exist");
            default ->
                    signal.name()
                            .substring(SIGNAL_PREFIX.length())
                            .replace("PLUS", "+")
                            .replace("MINUS", "-");
        };
    }

    private static MountConfig mount(Mount mount) {
        var path = mount.getContainerPath();
        var image = image(mount);
        if (image.isEmpty() && !mount.getImageSubPath().isEmpty()) {
            throw RuntimeFault.invalidArgument(
                    "mounts[%s].image_sub_path '%s' is set, but mounts.image is not",
                    path, mount.getImageSubPath());
        }
        return new MountConfig(
                path,
                mount.getHostPath(),
                mount.getReadonly(),
                mount.getRecursiveReadOnly(),
                propagation(mount),
                image,
                mount.getMountOptionsList().stream()
                        .map(option -> MountOption.of(path, option))
                        .toList(),
                UserNamespaceMapper.ids(
                        "mounts[%s].uidMappings".formatted(path),
                        mount.getUidMappingsList(),
                        "gidMappings",
                        mount.getGidMappingsList()));
    }

    /** Clients send an image without a name for none. */
    private static Optional<ImageMount> image(Mount mount) {
        var image = mount.getImage();
        return image.getImage().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ImageMount(
                                image.getImage(),
                                image.getUserSpecifiedImage(),
                                mount.getImageSubPath()));
    }

    private static Propagation propagation(Mount mount) {
        return switch (mount.getPropagation()) {
            case PROPAGATION_PRIVATE -> Propagation.PRIVATE;
            case PROPAGATION_HOST_TO_CONTAINER -> Propagation.HOST_TO_CONTAINER;
            case PROPAGATION_BIDIRECTIONAL -> Propagation.BIDIRECTIONAL;
            case UNRECOGNIZED ->
                    throw RuntimeFault.invalidArgument(
                            "mounts[%s].propagation %d does not exist",
                            mount.getContainerPath(), mount.getPropagationValue());
        };
    }

    /** The annotations are older than the field; device plugins still send them. */
    private static List<CdiDeviceName> cdiDevices(runtime.v1.ContainerConfig config) {
        var names = new LinkedHashSet<CdiDeviceName>();
        config.getCDIDevicesList()
                .forEach(device -> names.add(new CdiDeviceName(device.getName())));
        var annotations = new TreeMap<>(config.getAnnotationsMap());
        annotations.forEach(
                (key, value) -> {
                    if (key.startsWith(CDI_ANNOTATION)) {
                        for (var name : value.split(",", -1)) {
                            names.add(new CdiDeviceName(name));
                        }
                    }
                });
        return List.copyOf(names);
    }

    private static DeviceConfig device(Device device) {
        return new DeviceConfig(
                device.getContainerPath(), device.getHostPath(), device.getPermissions());
    }
}
