// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.linux.cgroup.CgroupLimits;

import java.util.List;
import java.util.Map;

/**
 * {@code ContainerConfig}.
 *
 * @param image what {@code image.image} says: an id or a reference of an image that is here
 * @param userSpecifiedImage what the user wrote, for the status; may be empty
 * @param command replaces the image's entrypoint, and its cmd too, if not empty
 * @param args replaces the image's cmd if not empty
 * @param workingDir absolute; empty takes the image's
 * @param cdiDevices of {@code CDI_devices} and of annotations, each once
 * @param logPath relative to the sandbox's log directory; empty for no log
 * @param limits {@code linux.resources} as cgroup values
 * @param oomScoreAdj -1000 to 1000
 * @param stopSignal for example {@code SIGTERM}; empty takes the image's
 */
public record ContainerConfig(
        ContainerMetadata metadata,
        String image,
        String userSpecifiedImage,
        List<String> command,
        List<String> args,
        String workingDir,
        List<EnvironmentVariable> envs,
        List<MountConfig> mounts,
        List<DeviceConfig> devices,
        List<CdiDeviceName> cdiDevices,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath,
        StdioConfig stdio,
        CgroupLimits limits,
        int oomScoreAdj,
        SecurityContext security,
        String stopSignal) {

    public ContainerConfig {
        command = List.copyOf(command);
        args = List.copyOf(args);
        envs = List.copyOf(envs);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
        cdiDevices = List.copyOf(cdiDevices);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
