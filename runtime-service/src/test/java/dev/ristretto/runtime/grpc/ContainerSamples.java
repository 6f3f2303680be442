// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.image.store.ImageId;
import dev.ristretto.runtime.app.Samples;
import dev.ristretto.runtime.container.Container;
import dev.ristretto.runtime.container.ContainerImage;
import dev.ristretto.runtime.container.ContainerState;
import dev.ristretto.runtime.container.ImageVolume;
import dev.ristretto.runtime.spec.CdiEdits;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.ContainerMetadata;
import dev.ristretto.runtime.spec.ImageMount;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountOption;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.spec.ProcessIdentity;
import dev.ristretto.runtime.spec.ProcessSpec;
import dev.ristretto.runtime.spec.SecurityLabels;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A container that has everything that a status tells. */
final class ContainerSamples {
    static final Instant CREATED_AT = Instant.ofEpochSecond(1_767_323_045L, 678_901_234L);
    static final ContainerId ID = new ContainerId("cd".repeat(32));
    static final PodSandboxId POD = new PodSandboxId("ab".repeat(32));

    private ContainerSamples() {}

    static Container container(ContainerState state) {
        return new Container(
                ID,
                POD,
                config(),
                new ContainerImage(
                        new ImageId("sha256:" + "1a".repeat(32)),
                        "docker.io/library/web:1",
                        "docker.io/library/web@sha256:2b",
                        Set.of()),
                new ProcessSpec(
                        List.of("/bin/web"),
                        List.of("SECRET=1"),
                        "/www",
                        new ProcessIdentity(33, 34, List.of(34L, 44L)),
                        3),
                List.of(new ImageVolume(new ImageId("sha256:" + "4d".repeat(32)), "/small", true)),
                CdiEdits.none(),
                SecurityLabels.none(),
                "/kubepods/c",
                Optional.of(Path.of("/var/log/web.log")),
                Samples.memory(64 << 20),
                CREATED_AT,
                state);
    }

    private static ContainerConfig config() {
        var sample = Samples.container("web");
        return new ContainerConfig(
                new ContainerMetadata("web", 2),
                sample.image(),
                sample.userSpecifiedImage(),
                sample.command(),
                sample.args(),
                sample.workingDir(),
                sample.envs(),
                List.of(
                        new MountConfig(
                                "/data", "/host", true, false, MountConfig.Propagation.PRIVATE),
                        new MountConfig(
                                "/models",
                                "",
                                true,
                                false,
                                MountConfig.Propagation.PRIVATE,
                                Optional.of(new ImageMount("models:1", "models", "small")),
                                List.of(MountOption.NOEXEC))),
                sample.devices(),
                sample.cdiDevices(),
                sample.labels(),
                sample.annotations(),
                sample.logPath(),
                sample.stdio(),
                sample.limits(),
                7,
                sample.security(),
                sample.stopSignal());
    }
}
