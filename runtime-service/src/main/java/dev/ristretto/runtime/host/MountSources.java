// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.host;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.plan.ResolvedMount;
import dev.ristretto.runtime.spec.MountConfig;
import dev.ristretto.runtime.spec.MountConfig.Propagation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks at the host paths that a container is to be given. */
public final class MountSources {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    /** Half of it would do for a disk; the kubelet waits two minutes for all of a request. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Deadline deadline;

    public MountSources() {
        this(PATIENCE);
    }

    MountSources(Duration patience) {
        this.deadline = new Deadline(patience);
    }

    /**
     * Finds out what each host path is. One that is missing is made, as a directory: the CRI says
     * that this is an error, but the kubelet relies on what all other runtimes do.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if a path cannot be made or looked at, {@code
     *     WRONG_STATE} if mounts are to cross into the container and the host does not share them,
     *     {@code BUSY} if its file system does not answer
     */
    public List<ResolvedMount> resolve(List<MountConfig> mounts) throws IOException {
        var resolved = new ArrayList<ResolvedMount>();
        for (var mount : mounts) {
            resolved.add(resolve(mount));
        }
        return resolved;
    }

    /** The same for one. */
    public ResolvedMount resolve(MountConfig mount) throws IOException {
        var object =
                "config.mounts: host_path '%s' for container_path '%s'"
                        .formatted(mount.hostPath(), mount.containerPath());
        return deadline.look(object, mount.hostPath(), () -> lookAt(mount));
    }

    private static ResolvedMount lookAt(MountConfig mount) throws IOException {
        var source = existing(mount);
        if (mount.propagation() != Propagation.PRIVATE) {
            requireShared(mount, source, Files.readAllLines(MOUNTINFO));
        }
        return new ResolvedMount(mount, Files.isDirectory(source));
    }

    private static Path existing(MountConfig mount) {
        var path = Path.of(mount.hostPath());
        try {
            try {
                return path.toRealPath();
            } catch (NoSuchFileException e) {
                return Files.createDirectories(path).toRealPath();
            }
        } catch (IOException e) {
            throw RuntimeFault.invalidArgument(
                    "config.mounts: host_path '%s' for container_path '%s' can be neither found nor"
                            + " made: %s",
                    mount.hostPath(), mount.containerPath(), words(e));
        }
    }

    static void requireShared(MountConfig mount, Path source, List<String> mountinfo) {
        var point = MountPoint.of(source, mountinfo);
        boolean enough =
                mount.propagation() == Propagation.BIDIRECTIONAL
                        ? point.shared()
                        : point.shared() || point.slave();
        if (!enough) {
            throw RuntimeFault.wrongState(
                    "config.mounts: propagation %s of host_path '%s' needs a shared mount, but %s"
                            + " is private; on the host: mount --make-rshared %s",
                    mount.propagation(), mount.hostPath(), point.path(), point.path());
        }
    }

    private static String words(IOException e) {
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }

    /**
     * The mount that a path lies on.
     *
     * @param shared whether it has peers
     * @param slave whether it has a master
     */
    private record MountPoint(Path path, boolean shared, boolean slave) {
        private static final int PATH = 4;
        private static final int OPTIONAL_FIELDS = 6;

        /** The deepest; of several on one another the last, which covers the others. */
        static MountPoint of(Path source, List<String> mountinfo) {
            var best = new MountPoint(Path.of("/"), false, false);
            for (var line : mountinfo) {
                var fields = line.split(" ");
                var path = Path.of(unescaped(fields[PATH]));
                if (source.startsWith(path) && path.getNameCount() >= best.path.getNameCount()) {
                    best = new MountPoint(path, has(fields, "shared:"), has(fields, "master:"));
                }
            }
            return best;
        }

        private static boolean has(String[] fields, String tag) {
            for (int i = OPTIONAL_FIELDS; i < fields.length && !fields[i].equals("-"); i++) {
                if (fields[i].startsWith(tag)) {
                    return true;
                }
            }
            return false;
        }

        private static String unescaped(String field) {
            return field.replace("\\040", " ")
                    .replace("\\011", "\t")
                    .replace("\\012", "\n")
                    .replace("\\134", "\\");
        }
    }
}
