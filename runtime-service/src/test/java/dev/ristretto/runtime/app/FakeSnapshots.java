// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.snapshot.Rootfs;
import dev.ristretto.image.snapshot.Snapshots;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.linux.namespace.IdMap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Writable layers that are never written: a name and the one layer of {@link FakeImages}. */
public final class FakeSnapshots implements Snapshots {
    private final Map<String, Rootfs> snapshots = new ConcurrentHashMap<>();
    private final Map<String, Usage> usages = new ConcurrentHashMap<>();
    private final Path layer;
    private final Path directory;
    private final Faults faults;
    private int walks;

    FakeSnapshots(Path directory, Faults faults) throws IOException {
        this.directory = directory;
        this.layer = directory.resolve("layer");
        this.faults = faults;
        Files.createDirectories(layer.resolve("etc"));
        Files.writeString(
                layer.resolve("etc/passwd"),
                "root:x:0:0::/root:/bin/sh\nweb:x:33:33::/www:/bin/sh\n");
        Files.writeString(layer.resolve("etc/group"), "root:x:0:\nweb:x:33:\nlog:x:44:web\n");
    }

    @Override
    public Rootfs prepare(String containerId, ImageId image, IdMap owners) throws IOException {
        return faults.act("prepare snapshot " + containerId, () -> make(containerId));
    }

    /** Makes one as if another daemon had. */
    public Rootfs make(String containerId) {
        var own = directory.resolve(containerId);
        return snapshots.computeIfAbsent(
                containerId,
                _ -> new Rootfs(List.of(layer), own.resolve("upper"), own.resolve("work")));
    }

    @Override
    public Optional<Rootfs> find(String containerId) {
        return Optional.ofNullable(snapshots.get(containerId));
    }

    @Override
    public void remove(String containerId) throws IOException {
        faults.act(
                "remove snapshot " + containerId,
                () -> Optional.ofNullable(snapshots.remove(containerId)));
    }

    @Override
    public Set<String> containerIds() {
        return Set.copyOf(snapshots.keySet());
    }

    /** The size that the next walk finds. */
    public void measure(String containerId, long bytes, long inodes) {
        usages.put(containerId, new Usage(bytes, inodes));
    }

    /** How often a layer was walked. */
    public synchronized int walks() {
        return walks;
    }

    @Override
    public Usage usage(String containerId) {
        synchronized (this) {
            walks++;
        }
        if (!snapshots.containsKey(containerId)) {
            throw RuntimeFault.notFound("container %s has no snapshot", containerId);
        }
        return usages.getOrDefault(containerId, new Usage(4096, 1));
    }
}
