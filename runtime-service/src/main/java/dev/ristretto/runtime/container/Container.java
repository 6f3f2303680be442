// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.runtime.spec.CdiEdits;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.ProcessSpec;
import dev.ristretto.runtime.spec.SecurityLabels;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A container.
 *
 * @param image what it was made from
 * @param process what it runs, resolved when it was made
 * @param imageVolumes for each of its mounts of an image, what it was found to be
 * @param injected what its CDI devices brought when it was made
 * @param labels what the security modules of the kernel are told of it
 * @param cgroup path of its own cgroup, in its pod's
 * @param logPath where its output goes; empty for no log
 * @param limits in force, as last written
 */
public record Container(
        ContainerId id,
        PodSandboxId podSandboxId,
        ContainerConfig config,
        ContainerImage image,
        ProcessSpec process,
        List<ImageVolume> imageVolumes,
        CdiEdits injected,
        SecurityLabels labels,
        String cgroup,
        Optional<Path> logPath,
        CgroupLimits limits,
        Instant createdAt,
        ContainerState state) {

    public Container {
        imageVolumes = List.copyOf(imageVolumes);
    }

    /** The same container, in another state. */
    Container in(ContainerState next) {
        return next == state
                ? this
                : new Container(
                        id,
                        podSandboxId,
                        config,
                        image,
                        process,
                        imageVolumes,
                        injected,
                        labels,
                        cgroup,
                        logPath,
                        limits,
                        createdAt,
                        next);
    }

    /** The same container, with other limits. */
    Container limitedTo(CgroupLimits next) {
        return new Container(
                id,
                podSandboxId,
                config,
                image,
                process,
                imageVolumes,
                injected,
                labels,
                cgroup,
                logPath,
                next,
                createdAt,
                state);
    }

    /** {@code container name}, for messages. */
    public String described() {
        return "container " + config.metadata().name();
    }
}
