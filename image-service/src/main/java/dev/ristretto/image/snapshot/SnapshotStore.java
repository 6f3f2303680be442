// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.snapshot;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.fault.Undo;
import dev.ristretto.file.DeleteTree;
import dev.ristretto.file.DiskUsage;
import dev.ristretto.image.content.KeyedLocks;
import dev.ristretto.image.reference.Digest;
import dev.ristretto.image.store.ImageId;
import dev.ristretto.linux.namespace.IdMap;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.SyscallException;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

/**
 * {@link Snapshots} on disk: {@code <containerId>/{upper,work,snapshot.json}}, made in {@code
 * staging/} and renamed. Nothing is synced: after a power cut the containers are gone, and a record
 * that did not reach the disk goes with its snapshot.
 */
public final class SnapshotStore implements Snapshots {
    private static final Logger LOG = Logger.getLogger(SnapshotStore.class);
    private static final Pattern CONTAINER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final Set<String> RESERVED = Set.of("staging", "trash");
    private static final String RECORD = "snapshot.json";

    /** How old a figure may be when all are added up. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final LinuxSyscalls linux;
    private final Path directory;
    private final Directories directories;
    private final LayerStore layers;
    private final LayerHolds holds;
    private final InstantSource clock;
    private final KeyedLocks<String> locks = new KeyedLocks<>();
    private final ConcurrentMap<String, SnapshotRecord> known = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Measured> measured = new ConcurrentHashMap<>();

    private SnapshotStore(
            LinuxSyscalls linux,
            Directories directories,
            LayerStore layers,
            LayerHolds holds,
            InstantSource clock) {
        this.linux = linux;
        this.directory = directories.path();
        this.directories = directories;
        this.layers = layers;
        this.holds = holds;
        this.clock = clock;
    }

    /** Opens the store and holds the layers of the snapshots that are there. */
    public static SnapshotStore open(
            LinuxSyscalls linux,
            Directories directories,
            LayerStore layers,
            LayerHolds holds,
            InstantSource clock)
            throws IOException {
        var store = new SnapshotStore(linux, directories, layers, holds, clock);
        try (var snapshots = Files.newDirectoryStream(directories.path())) {
            for (var snapshot : snapshots) {
                var containerId = String.valueOf(snapshot.getFileName());
                if (!RESERVED.contains(containerId)) {
                    store.read(containerId, snapshot);
                }
            }
        }
        return store;
    }

    private void read(String containerId, Path snapshot) throws IOException {
        try {
            var record = SnapshotRecord.read(Files.readAllBytes(snapshot.resolve(RECORD)));
            holds.holdLayers(containerId, record.diffIds());
            known.put(containerId, record);
        } catch (IOException e) {
            LOG.warnf("snapshot %s is damaged and goes: %s", snapshot, e.getMessage());
            DeleteTree.below(linux, directory, snapshot);
        }
    }

    @Override
    public Rootfs prepare(String containerId, ImageId image, IdMap owners) throws IOException {
        check(containerId);
        try (var _ = locks.lock(containerId)) {
            var there = known.get(containerId);
            return there != null
                    ? again(containerId, there, image)
                    : make(containerId, image, owners);
        }
    }

    private Rootfs make(String containerId, ImageId image, IdMap owners) throws IOException {
        try (var undo = new Undo()) {
            undo.push(() -> holds.release(containerId));
            var record = new SnapshotRecord(image, holds.holdImage(containerId, image));
            var staging = directories.stage();
            undo.push(() -> DeleteTree.below(linux, directory, staging));
            fill(staging, record, owners);
            Files.move(staging, pathOf(containerId), StandardCopyOption.ATOMIC_MOVE);
            undo.commit();
            known.put(containerId, record);
            return rootfs(containerId, record);
        } catch (SyscallException e) {
            throw fault(containerId, e);
        }
    }

    private Rootfs again(String containerId, SnapshotRecord there, ImageId image) {
        if (!there.image().equals(image)) {
            throw RuntimeFault.wrongState(
                    "prepare snapshot of container %s over image %s: it has one over image %s",
                    containerId, image, there.image());
        }
        return rootfs(containerId, there);
    }

    private void fill(Path staging, SnapshotRecord record, IdMap owners) throws IOException {
        Directories.makeSearchable(staging);
        Files.write(staging.resolve(RECORD), record.write());
        Files.createDirectory(workOf(staging));
        var upper = Files.createDirectory(upperOf(staging));
        var topFirst = new ArrayList<MergedDirectories.Layer>();
        for (var diffId : lowerLayers(record)) {
            var summary = layers.summary(diffId);
            if (summary.isPresent()) {
                topFirst.add(new MergedDirectories.Layer(layers.rootOf(diffId), summary.get()));
            }
        }
        new MergedDirectories(linux, topFirst, owners).describeIn(upper);
    }

    private static RuntimeFault fault(String containerId, SyscallException e) {
        if (e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT)) {
            return RuntimeFault.exhausted(
                    e,
                    "prepare snapshot of container %s: %s; free space in the state directory",
                    containerId,
                    e.getMessage());
        }
        return RuntimeFault.internal(
                e, "prepare snapshot of container %s: %s", containerId, e.getMessage());
    }

    @Override
    public Optional<Rootfs> find(String containerId) {
        return Optional.ofNullable(known.get(containerId)).map(r -> rootfs(containerId, r));
    }

    @Override
    public void remove(String containerId) throws IOException {
        try (var _ = locks.lock(containerId)) {
            if (!known.containsKey(containerId)) {
                return;
            }
            directories.trash(pathOf(containerId));
            known.remove(containerId);
            measured.remove(containerId);
            holds.release(containerId);
        }
        directories.emptyTrash();
    }

    @Override
    public Set<String> containerIds() {
        return Set.copyOf(known.keySet());
    }

    @Override
    public Usage usage(String containerId) throws IOException {
        if (!known.containsKey(containerId)) {
            throw RuntimeFault.notFound("container %s has no snapshot", containerId);
        }
        var now = DiskUsage.of(linux, upperOf(pathOf(containerId)));
        var usage = new Usage(now.bytes(), now.inodes());
        measured.put(containerId, new Measured(usage, clock.instant()));
        return usage;
    }

    /** What the changes of all containers take; none of the figures is older than a minute. */
    public Usage total() throws IOException {
        long bytes = 0;
        long inodes = 0;
        var oldest = clock.instant().minus(FRESH);
        for (var containerId : known.keySet()) {
            var last = measured.get(containerId);
            try {
                var usage =
                        last != null && last.at.isAfter(oldest) ? last.usage : usage(containerId);
                bytes += usage.bytes();
                inodes += usage.inodes();
            } catch (IOException | RuntimeFault e) {
                if (known.containsKey(containerId)) {
                    throw e; // and otherwise it was removed meanwhile
                }
            }
        }
        return new Usage(bytes, inodes);
    }

    private Rootfs rootfs(String containerId, SnapshotRecord record) {
        var lowerDirs = new ArrayList<Path>();
        lowerLayers(record).forEach(diffId -> lowerDirs.add(layers.rootOf(diffId)));
        if (lowerDirs.isEmpty()) {
            lowerDirs.add(layers.nothing());
        }
        var snapshot = pathOf(containerId);
        return new Rootfs(lowerDirs, upperOf(snapshot), workOf(snapshot));
    }

    /**
     * Topmost first. A layer that is there twice counts once, at its highest place: what it has is
     * the same, and overlay refuses a directory that it was given before. Below a layer whose root
     * is opaque nothing can be seen.
     */
    private List<Digest> lowerLayers(SnapshotRecord record) {
        var lower = new LinkedHashSet<Digest>();
        for (var diffId : record.diffIds().reversed()) {
            lower.add(diffId);
            if (layers.summary(diffId).filter(layer -> layer.opaqueRoot()).isPresent()) {
                break;
            }
        }
        return List.copyOf(lower);
    }

    private static void check(String containerId) {
        if (!CONTAINER_ID.matcher(containerId).matches() || RESERVED.contains(containerId)) {
            throw RuntimeFault.invalidArgument(
                    "container id '%s' cannot name a directory", containerId);
        }
    }

    private Path pathOf(String containerId) {
        return directory.resolve(containerId);
    }

    private static Path upperOf(Path snapshot) {
        return snapshot.resolve("upper");
    }

    private static Path workOf(Path snapshot) {
        return snapshot.resolve("work");
    }

    private record Measured(Usage usage, Instant at) {}
}
