// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.linux.cgroup.Cgroup;
import dev.ristretto.linux.cgroup.CgroupDetails;
import dev.ristretto.linux.cgroup.CgroupException;
import dev.ristretto.linux.cgroup.CgroupLimits;
import dev.ristretto.linux.cgroup.CgroupPressure;
import dev.ristretto.linux.cgroup.CgroupStats;
import dev.ristretto.linux.cgroup.Cgroups;
import dev.ristretto.linux.cgroup.DeviceRules;
import dev.ristretto.linux.cgroup.Hierarchy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * The cgroups of a hybrid host, in memory. Like the kernel's they hold processes, which {@link
 * Cgroup#kill} ends at once.
 */
public final class FakeCgroups implements Cgroups {
    private static final Hierarchy PIDS =
            new Hierarchy(Path.of("/sys/fs/cgroup/pids"), false, Set.of("pids"));

    private static final CgroupStats SOME =
            new CgroupStats(1, 2, 3, 4, 5, 6, OptionalLong.empty(), 7, OptionalLong.empty(), 8);

    private final NavigableMap<String, Content> cgroups = new TreeMap<>();
    private volatile OnKill onKill = _ -> {};
    private final Faults faults;

    FakeCgroups(Faults faults) {
        this.faults = faults;
    }

    /** What is in a cgroup. */
    private static final class Content {
        private CgroupLimits limits = CgroupLimits.none();
        private List<Integer> processes = List.of();
        private long oomKills;
        private boolean unkillable;
        private Optional<CgroupStats> stats = Optional.empty();
        private CgroupPressure pressure = CgroupPressure.none();
        private int wholeReads;
    }

    /** All there are. */
    public synchronized Set<String> paths() {
        return Set.copyOf(cgroups.keySet());
    }

    /** A process of the cgroup was killed for memory. */
    public synchronized void killForMemory(String path) {
        content(path).oomKills++;
    }

    /** These processes are in it, until it is killed. */
    public synchronized void populate(String path, Integer... pids) {
        content(path).processes = List.of(pids);
    }

    /** Its processes sleep where no signal wakes them. */
    public synchronized void makeUnkillable(String path) {
        content(path).unkillable = true;
    }

    /** Does what the kernel's kill does beside ending the processes that are listed here. */
    @FunctionalInterface
    interface OnKill {
        void killed(String path) throws IOException;
    }

    /** What happens when a cgroup is killed. */
    void onKill(OnKill action) {
        onKill = action;
    }

    public synchronized CgroupLimits limits(String path) {
        return content(path).limits;
    }

    public synchronized void use(String path, CgroupStats stats) {
        content(path).stats = Optional.of(stats);
    }

    public synchronized void press(String path, CgroupPressure pressure) {
        content(path).pressure = pressure;
    }

    /** How often more than its CPU time was read. */
    public synchronized int wholeReads(String path) {
        return content(path).wholeReads;
    }

    private Content content(String path) {
        var content = cgroups.get(path);
        if (content == null) {
            throw new AssertionError("no cgroup " + path);
        }
        return content;
    }

    @Override
    public Mode mode() {
        return Mode.HYBRID;
    }

    @Override
    public List<Hierarchy> hierarchies() {
        return List.of(PIDS);
    }

    @Override
    public Cgroup create(String path) throws IOException {
        faults.act(
                "create cgroup " + path,
                () -> {
                    make(path);
                    return path;
                });
        return at(path);
    }

    /** Makes one as if another program had. */
    public synchronized void make(String path) {
        for (int i = path.indexOf('/', 1); i > 0; i = path.indexOf('/', i + 1)) {
            cgroups.computeIfAbsent(path.substring(0, i), _ -> new Content());
        }
        cgroups.computeIfAbsent(path, _ -> new Content());
    }

    private synchronized Content existing(String path) throws IOException {
        var content = cgroups.get(path);
        if (content == null) {
            throw new CgroupException("cgroup %s: No such file or directory".formatted(path), null);
        }
        return content;
    }

    @Override
    public Cgroup at(String path) {
        return new FakeCgroup(path);
    }

    private final class FakeCgroup implements Cgroup {
        private final String path;

        FakeCgroup(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public boolean exists() {
            return paths().contains(path);
        }

        @Override
        public void write(CgroupLimits limits) throws IOException {
            faults.act(
                    "write cgroup " + path,
                    () -> existing(path).limits = existing(path).limits.with(limits));
        }

        @Override
        public void restrictDevices(DeviceRules rules) throws IOException {
            faults.act("restrict devices of " + path, () -> existing(path) != null);
        }

        @Override
        public CgroupLimits read() throws IOException {
            return existing(path).limits;
        }

        @Override
        public Optional<Path> cloneIntoDirectory() {
            return Optional.empty();
        }

        @Override
        public List<Path> attachFiles() {
            return List.of(PIDS.root().resolve(path.substring(1)).resolve("tasks"));
        }

        @Override
        public List<String> children() {
            var prefix = path + "/";
            return paths().stream()
                    .filter(other -> other.startsWith(prefix))
                    .map(other -> other.substring(prefix.length()))
                    .filter(name -> name.indexOf('/') < 0)
                    .toList();
        }

        @Override
        public List<Integer> processes() {
            synchronized (FakeCgroups.this) {
                return below().values().stream().flatMap(c -> c.processes.stream()).toList();
            }
        }

        @Override
        public void freeze(boolean frozen) {
            throw new AssertionError("nobody freezes");
        }

        @Override
        public void kill() throws IOException {
            faults.act(
                    "kill cgroup " + path,
                    () -> {
                        if (endProcesses()) {
                            onKill.killed(path);
                        }
                        return path;
                    });
        }

        private boolean endProcesses() {
            synchronized (FakeCgroups.this) {
                var below = below().values();
                below.stream()
                        .filter(content -> !content.unkillable)
                        .forEach(content -> content.processes = List.of());
                return below.stream().noneMatch(content -> content.unkillable);
            }
        }

        @Override
        public long oomKills() throws IOException {
            return existing(path).oomKills;
        }

        @Override
        public CgroupStats stats() throws IOException {
            var content = existing(path);
            content.wholeReads++;
            return content.stats.orElse(SOME);
        }

        @Override
        public OptionalLong cpuUsageNanos() throws IOException {
            return OptionalLong.of(existing(path).stats.orElse(SOME).cpuUsageNanos());
        }

        @Override
        public CgroupPressure pressure() {
            return content(path).pressure;
        }

        @Override
        public CgroupDetails details() {
            return new CgroupDetails(
                    new CgroupDetails.Cpu(10_000_000_000L, 20_000_000_000L, 3, 4, 5_000_000_000L),
                    new CgroupDetails.Memory(1, 2, 3, 4, 5, OptionalLong.of(6), 7, 8),
                    OptionalLong.of(100),
                    processes(),
                    List.of(new CgroupDetails.HugePages("2MB", 2, OptionalLong.of(4))),
                    List.of(new CgroupDetails.DeviceIo(8, 0, 1, 2, 3, 4)));
        }

        @Override
        public void delete(Duration patience) throws IOException {
            faults.act(
                    "delete cgroup " + path,
                    () -> {
                        synchronized (FakeCgroups.this) {
                            if (!processes().isEmpty()) {
                                throw new CgroupException(
                                        "delete cgroup %s: %s are in it"
                                                .formatted(path, processes()),
                                        null);
                            }
                            below().clear();
                        }
                        return path;
                    });
        }

        private NavigableMap<String, Content> below() {
            // '0' is what follows '/': everything that begins with the path and a slash, and it.
            var all = new TreeMap<String, Content>();
            return cgroups.containsKey(path) ? cgroups.subMap(path, true, path + "0", false) : all;
        }
    }
}
