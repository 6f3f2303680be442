// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** A cgroup of {@link HostCgroups}: finds the directory for each controller and asks it. */
final class HostCgroup implements Cgroup {
    private final Cgroups.Mode mode;
    private final List<Hierarchy> hierarchies;
    private final CgroupPath path;

    HostCgroup(Cgroups.Mode mode, List<Hierarchy> hierarchies, CgroupPath path) {
        this.mode = mode;
        this.hierarchies = hierarchies;
        this.path = path;
    }

    @Override
    public String path() {
        return path.value();
    }

    @Override
    public boolean exists() {
        return directories().stream().anyMatch(CgroupDirectory::exists);
    }

    @Override
    public void write(CgroupLimits limits) throws IOException {
        limitFiles().write(limits);
    }

    @Override
    public CgroupLimits read() throws IOException {
        return limitFiles().read();
    }

    @Override
    public void restrictDevices(DeviceRules rules) throws IOException {
        var devices = controller("devices");
        if (devices.isPresent()) {
            for (var write : rules.v1()) {
                devices.get().write(write);
            }
            return;
        }
        var unified = unified();
        if (unified.isPresent()) {
            DeviceFilter.load().replace(unified.get(), rules);
        } else if (!rules.allowAll()) {
            throw new CgroupException(
                    "restrict the devices of cgroup %s: no v1 devices hierarchy is mounted, nor"
                                    .formatted(path.value())
                            + " cgroup2; mount one of them",
                    null);
        }
    }

    @Override
    public Optional<Path> cloneIntoDirectory() {
        return hierarchies.stream()
                .filter(Hierarchy::unified)
                .findFirst()
                .map(hierarchy -> hierarchy.directory(path).path());
    }

    @Override
    public List<Path> attachFiles() {
        return hierarchies.stream()
                .filter(hierarchy -> !hierarchy.unified())
                .map(hierarchy -> hierarchy.directory(path).path().resolve("tasks"))
                .toList();
    }

    @Override
    public List<String> children() throws IOException {
        var names = new TreeSet<String>();
        for (var directory : directories()) {
            directory
                    .children()
                    .forEach(child -> names.add(String.valueOf(child.path().getFileName())));
        }
        return List.copyOf(names);
    }

    @Override
    public List<Integer> processes() throws IOException {
        var processes = new TreeSet<Integer>();
        for (var directory : directories()) {
            processes.addAll(CgroupTree.processes(directory));
        }
        return List.copyOf(processes);
    }

    @Override
    public void freeze(boolean frozen) throws IOException {
        var freezer = Freezer.of(controller("freezer"), unified());
        if (freezer.isEmpty()) {
            throw new CgroupException(
                    "freeze cgroup %s: neither a v1 freezer nor cgroup.freeze is there"
                            .formatted(path.value()),
                    null);
        }
        if (frozen) {
            freezer.get().freeze();
        } else {
            freezer.get().thaw();
        }
    }

    @Override
    public void kill() throws IOException {
        var kill = unified().filter(directory -> directory.has("cgroup.kill"));
        if (kill.isPresent()) {
            kill.get().write(new FileWrite("cgroup.kill", "1"));
        }
        // On a hybrid host a process may have joined some hierarchies and not yet the unified one.
        if (kill.isEmpty() || mode != Cgroups.Mode.V2) {
            new KillLoop(this::processes, Freezer.of(controller("freezer"), unified())).run();
        }
    }

    @Override
    public long oomKills() throws IOException {
        var v1 = controller("memory");
        if (v1.isPresent()) {
            return CgroupTree.sum(v1.get(), "memory.oom_control", "oom_kill");
        }
        var v2 = v2Controller();
        return v2.isPresent() ? v2.get().keyed("memory.events").getOrDefault("oom_kill", 0L) : 0;
    }

    @Override
    public OptionalLong cpuUsageNanos() throws IOException {
        var v2 = v2Controller();
        if (v2.isPresent()) {
            return StatFiles.v2CpuUsage(v2.get());
        }
        var cpuacct = controller("cpuacct");
        return cpuacct.isPresent() ? cpuacct.get().number("cpuacct.usage") : OptionalLong.empty();
    }

    @Override
    public CgroupPressure pressure() {
        return unified().map(DetailFiles::pressure).orElseGet(CgroupPressure::none);
    }

    @Override
    public CgroupDetails details() throws IOException {
        var v2 = v2Controller();
        return v2.isPresent() ? DetailFiles.v2(v2.get()) : DetailFiles.v1(this::controller);
    }

    @Override
    public CgroupStats stats() throws IOException {
        var v2 = v2Controller();
        if (v2.isPresent()) {
            return StatFiles.v2(v2.get());
        }
        return StatFiles.v1(controller("cpuacct"), controller("memory"), controller("pids"));
    }

    @Override
    public void delete(Duration patience) throws IOException {
        CgroupTree.delete(path, directories(), patience);
    }

    private LimitFiles limitFiles() {
        return mode == Cgroups.Mode.V2
                ? new V2LimitFiles(directories().getFirst())
                : new V1LimitFiles(this::controller);
    }

    private List<CgroupDirectory> directories() {
        return hierarchies.stream().map(hierarchy -> hierarchy.directory(path)).toList();
    }

    /** The directory in the v1 hierarchy of a controller, if that is mounted. */
    private Optional<CgroupDirectory> controller(String name) {
        return hierarchies.stream()
                .filter(hierarchy -> hierarchy.controllers().contains(name))
                .findFirst()
                .map(hierarchy -> hierarchy.directory(path));
    }

    private Optional<CgroupDirectory> unified() {
        return hierarchies.stream()
                .filter(Hierarchy::unified)
                .findFirst()
                .map(hierarchy -> hierarchy.directory(path))
                .filter(CgroupDirectory::exists);
    }

    private Optional<CgroupDirectory> v2Controller() {
        return mode == Cgroups.Mode.V2 ? unified() : Optional.empty();
    }
}
