// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cgroups of the host this runs on, found in its mount table.
 *
 * <p>Every hierarchy that is mounted is joined: each v1 controller whether mounted alone or with
 * others, {@code name=systemd} (so that systemd does not take the processes for its own), and on a
 * hybrid host the unified one too, for its {@code cgroup.kill}; no controller is enabled there. v1
 * controllers that are not mounted are skipped. {@code notify_on_release} and release agents are
 * left alone.
 */
public final class HostCgroups implements Cgroups {
    /** What containers are limited by or counted with; others stay as they are. */
    private static final List<String> V2_CONTROLLERS =
            List.of("cpu", "cpuset", "io", "memory", "pids", "hugetlb");

    private static final String CONTROLLERS = "cgroup.controllers";
    private static final String SUBTREE = "cgroup.subtree_control";

    private final Mode mode;
    private final List<Hierarchy> hierarchies;

    private HostCgroups(Mode mode, List<Hierarchy> hierarchies) {
        this.mode = mode;
        this.hierarchies = hierarchies;
    }

    /**
     * Looks at the mounts of this process.
     *
     * @throws CgroupException if no cgroup file system is mounted
     */
    public static HostCgroups detect() throws IOException {
        return detect(Files.readAllLines(Path.of("/proc/self/mountinfo")));
    }

    static HostCgroups detect(List<String> mountinfo) throws CgroupException {
        var usable =
                CgroupMounts.parse(mountinfo).stream()
                        .filter(hierarchy -> new CgroupDirectory(hierarchy.root()).exists())
                        .toList();
        boolean v1 =
                usable.stream()
                        .flatMap(hierarchy -> hierarchy.controllers().stream())
                        .anyMatch(controller -> !controller.startsWith("name="));
        boolean v2 = usable.stream().anyMatch(Hierarchy::unified);
        if (!v1 && !v2) {
            throw new CgroupException(
                    "find cgroups: no cgroup file system is mounted; mount cgroup2 on"
                            + " /sys/fs/cgroup",
                    null);
        }
        if (!v1) {
            // A v1 tree that only names (systemd's) next to a working v2 is not worth joining.
            return new HostCgroups(Mode.V2, usable.stream().filter(Hierarchy::unified).toList());
        }
        return new HostCgroups(v2 ? Mode.HYBRID : Mode.V1, usable);
    }

    @Override
    public Mode mode() {
        return mode;
    }

    @Override
    public List<Hierarchy> hierarchies() {
        return hierarchies;
    }

    @Override
    public Cgroup create(String path) throws IOException {
        var checked = new CgroupPath(path);
        for (var hierarchy : hierarchies) {
            if (mode == Mode.V2) {
                createDelegating(hierarchy, checked);
            } else {
                makeDirectories(hierarchy.directory(checked));
            }
            if (hierarchy.controllers().contains("cpuset")) {
                copyCpusetsDown(hierarchy, checked);
            }
        }
        return new HostCgroup(mode, hierarchies, checked);
    }

    @Override
    public Cgroup at(String path) {
        return new HostCgroup(mode, hierarchies, new CgroupPath(path));
    }

    /** v2: a controller works in a cgroup once each ancestor passes it on. */
    private static void createDelegating(Hierarchy hierarchy, CgroupPath path)
            throws CgroupException {
        var parent = new CgroupDirectory(hierarchy.root());
        for (var segment : path.segments()) {
            delegate(parent);
            var child = new CgroupDirectory(parent.path().resolve(segment));
            makeDirectories(child);
            parent = child;
        }
    }

    private static void delegate(CgroupDirectory cgroup) throws CgroupException {
        var available = words(cgroup, CONTROLLERS);
        var enabled = words(cgroup, SUBTREE);
        var missing =
                V2_CONTROLLERS.stream()
                        .filter(available::contains)
                        .filter(controller -> !enabled.contains(controller))
                        .map(controller -> "+" + controller)
                        .collect(Collectors.joining(" "));
        if (missing.isEmpty()) {
            return;
        }
        try {
            cgroup.write(new FileWrite(SUBTREE, missing));
        } catch (CgroupException e) {
            if (cgroup.processes().isEmpty()) {
                throw e;
            }
            throw new CgroupException(
                    e.getMessage()
                            + "; cgroup v2 allows no processes beside children: move those in "
                            + cgroup.path().resolve("cgroup.procs"),
                    e);
        }
    }

    private static List<String> words(CgroupDirectory cgroup, String file) throws CgroupException {
        return Stream.of(cgroup.text(file).orElse("").split(" ")).toList();
    }

    /** v1: a process cannot enter a cpuset without CPUs or memory nodes, and new ones have none. */
    private static void copyCpusetsDown(Hierarchy hierarchy, CgroupPath path)
            throws CgroupException {
        var leaf = hierarchy.directory(path);
        for (var file : List.of("cpuset.cpus", "cpuset.mems")) {
            inherit(hierarchy, leaf, file);
        }
    }

    /** From the nearest cgroup above that has a value, which is mostly the parent. */
    private static String inherit(Hierarchy hierarchy, CgroupDirectory cgroup, String file)
            throws CgroupException {
        var own = cgroup.text(file).orElse("");
        var parent = cgroup.path().getParent();
        if (!own.isEmpty() || parent == null || cgroup.path().equals(hierarchy.root())) {
            return own;
        }
        var inherited = inherit(hierarchy, new CgroupDirectory(parent), file);
        if (!inherited.isEmpty()) {
            cgroup.write(new FileWrite(file, inherited));
        }
        return inherited;
    }

    /** Usually only the last directory is new; ask for that first. */
    private static void makeDirectories(CgroupDirectory cgroup) throws CgroupException {
        var missing = new ArrayList<Path>();
        for (var directory = cgroup.path(); directory != null; directory = directory.getParent()) {
            missing.addFirst(directory);
            if (makeFirst(missing)) {
                break;
            }
        }
        for (var directory : missing) {
            if (!makeFirst(List.of(directory))) {
                throw new CgroupException(
                        "make cgroup %s: its parent was removed meanwhile".formatted(directory),
                        null);
            }
        }
    }

    private static boolean makeFirst(List<Path> directories) throws CgroupException {
        var directory = directories.getFirst();
        try {
            Files.createDirectory(directory);
            return true;
        } catch (FileAlreadyExistsException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw CgroupDirectory.failed("make cgroup " + directory, e);
        }
    }
}
