// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.container;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.RuntimeFault.CriName;
import dev.ristretto.fault.Undo;
import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.image.store.Images;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.runtime.identity.LayerFiles;
import dev.ristretto.runtime.plan.ResolvedMount;
import dev.ristretto.runtime.spec.ContainerConfig;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.ImageMount;
import dev.ristretto.runtime.spec.MountConfig;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Image volumes: mounts of an image's files. Each has a snapshot of its own, named after its
 * container, which holds the image's layers as long as the container is there, whatever becomes of
 * the image's names. Nothing is ever written to it but what describes directories.
 */
final class ImageMounts {
    private static final String SEPARATOR = ".";

    private final Snapshots snapshots;

    ImageMounts(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    /** Whose snapshot this is: that of a container itself, or of one of its volumes. */
    static String ownerOf(String snapshot) {
        int separator = snapshot.indexOf(SEPARATOR);
        return separator < 0 ? snapshot : snapshot.substring(0, separator);
    }

    /**
     * Finds the images and holds their layers.
     *
     * @param owners who the owners of their files are on the host
     * @return one for each mount of an image
     * @throws RuntimeFault {@code ImageVolumeMountFailed} if an image or a path of it is not here
     */
    List<ImageVolume> prepare(
            ContainerId id,
            ContainerConfig config,
            IdMap owners,
            Images images,
            LinuxSyscalls linux)
            throws IOException {
        var volumes = new ArrayList<ImageVolume>();
        for (var mount : config.mounts()) {
            if (mount.image().isPresent()) {
                var wanted = mount.image().get();
                var image =
                        images.find(wanted.image())
                                .orElseThrow(
                                        () ->
                                                failed(
                                                        mount,
                                                        wanted,
                                                        "it is not on this node; pull it first"));
                var rootfs = snapshots.prepare(snapshot(id, volumes.size()), image.id(), owners);
                var path =
                        new LayerFiles(linux, rootfs.lowerDirs())
                                .resolve(wanted.subPath())
                                .orElseThrow(
                                        () ->
                                                failed(
                                                        mount,
                                                        wanted,
                                                        "image_sub_path '%s' is no directory or file of it"
                                                                .formatted(wanted.subPath())));
                volumes.add(new ImageVolume(image.id(), path.path(), path.directory()));
            }
        }
        return volumes;
    }

    /** Such a mount, to be made by a plan. */
    ResolvedMount resolve(Container container, MountConfig mount, int index) {
        var volume = container.imageVolumes().get(index);
        var rootfs =
                snapshots
                        .find(snapshot(container.id(), index))
                        .orElseThrow(
                                () ->
                                        RuntimeFault.wrongState(
                                                "%s has lost the layers of the image on %s; remove"
                                                        + " it and make it again",
                                                container.described(), mount.containerPath()));
        return ResolvedMount.ofImage(
                mount,
                volume.directory(),
                new ResolvedMount.Layers(visible(rootfs), volume.path()));
    }

    /** Lets go of what the volumes of a container hold; again is fine. */
    void remove(ContainerId id, ContainerConfig config) throws IOException {
        long count = config.mounts().stream().filter(m -> m.image().isPresent()).count();
        try (var undo = new Undo()) {
            for (int i = 0; i < count; i++) {
                var snapshot = snapshot(id, i);
                undo.push(() -> snapshots.remove(snapshot));
            }
        }
    }

    private static String snapshot(ContainerId id, int index) {
        return id + SEPARATOR + index;
    }

    /** The upper directory describes what no layer does, and stays as it was made. */
    private static List<Path> visible(Rootfs rootfs) {
        var layers = new ArrayList<Path>();
        layers.add(rootfs.upperDir());
        layers.addAll(rootfs.lowerDirs());
        return layers;
    }

    private static RuntimeFault failed(MountConfig mount, ImageMount image, String why) {
        return RuntimeFault.criNamed(
                CriName.ImageVolumeMountFailed,
                null,
                "mount image %s on %s: %s",
                image.image(),
                mount.containerPath(),
                why);
    }
}
