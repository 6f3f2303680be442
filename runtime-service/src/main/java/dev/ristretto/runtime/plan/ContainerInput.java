// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.probe.HostFeatures;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.ProcessSpec;
import dev.ristretto.runtime.spec.SandboxConfig;

import java.util.List;
import java.util.Set;

/**
 * Everything that decides what a container is given.
 *
 * @param process what it runs, resolved
 * @param mounts {@code config.mounts()}, looked at
 * @param devices {@code config.devices()}, looked at; all of the host's if privileged
 * @param hooks of its CDI devices
 * @param volumes of the image: absolute paths that stay writable
 */
public record ContainerInput(
        ContainerId id,
        SandboxConfig sandbox,
        ContainerConfig config,
        ProcessSpec process,
        Confinement confinement,
        Rootfs rootfs,
        Set<String> volumes,
        PodFiles podFiles,
        List<ResolvedMount> mounts,
        List<ResolvedDevice> devices,
        Hooks hooks,
        CgroupPlacement cgroup,
        HostFeatures features) {

    public ContainerInput {
        volumes = Set.copyOf(volumes);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
    }

    /** Who is who in the pod. */
    IdMap ids() {
        return sandbox.namespaces().ids();
    }

    boolean privileged() {
        return config.security().privileged();
    }

    boolean readonlyRootfs() {
        return config.security().readonlyRootfs();
    }
}
