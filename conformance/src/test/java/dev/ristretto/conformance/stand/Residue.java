// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a daemon and its pods have on the host at one moment, asked of the kernel and not of the
 * daemon. Two of them are equal when nothing was left behind in between. All lists are sorted.
 *
 * @param processes pid and command line of podshims and of what is in the daemon's cgroups
 * @param cgroups below the daemon's parent, in every hierarchy
 * @param networkNamespaces of those processes, other than the daemon's own
 * @param interfaces of the daemon's network namespace
 * @param nftables rules and elements of the daemon's network namespace
 * @param mounts of this host, as PID 1 sees them, that lie in the daemon's directories or have
 *     layers there; others on the machine may mount meanwhile
 * @param files below the run and the state directory
 */
public record Residue(
        List<String> processes,
        List<String> cgroups,
        List<String> networkNamespaces,
        List<String> interfaces,
        List<String> nftables,
        List<String> mounts,
        List<String> files) {

    /** Looks at the host. */
    static Residue look(NetworkNamespace network, DaemonPaths paths) throws IOException {
        var pids = processes(paths);
        var namespaces = new TreeSet<String>();
        var ours = Files.readSymbolicLink(network.path()).toString();
        for (var pid : pids) {
            link(pid, "ns/net").filter(ns -> !ns.equals(ours)).forEach(namespaces::add);
        }
        return new Residue(
                pids.stream().map(Residue::describe).sorted().toList(),
                cgroups(paths),
                List.copyOf(namespaces),
                network.command("ip", "-o", "link").text().lines().map(Residue::name).toList(),
                ruleset(network),
                mounts(paths),
                files(paths));
    }

    /** None on a kernel without nftables: of User-Mode Linux, for one. */
    private static List<String> ruleset(NetworkNamespace network) throws IOException {
        var outcome = network.command("nft", "list", "ruleset").run();
        if (outcome.stderr().contains("cache initialization failed: Invalid argument")) {
            return List.of();
        }
        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        return outcome.text().lines().toList();
    }

    /** What is here and not there and the other way round, one line each. */
    public List<String> differencesTo(Residue other) {
        var lines = new ArrayList<String>();
        compare("process", processes, other.processes, lines);
        compare("cgroup", cgroups, other.cgroups, lines);
        compare("network namespace", networkNamespaces, other.networkNamespaces, lines);
        compare("interface", interfaces, other.interfaces, lines);
        compare("nftables", nftables, other.nftables, lines);
        compare("mount", mounts, other.mounts, lines);
        compare("file", files, other.files, lines);
        return lines;
    }

    private static void compare(
            String kind, List<String> here, List<String> there, List<String> lines) {
        here.stream()
                .filter(entry -> !there.contains(entry))
                .forEach(entry -> lines.add("+ %s %s".formatted(kind, entry)));
        there.stream()
                .filter(entry -> !here.contains(entry))
                .forEach(entry -> lines.add("- %s %s".formatted(kind, entry)));
    }

    /** Veth ends in the daemon's network namespace. */
    public List<String> veths() {
        return interfaces.stream().filter(name -> name.contains("@")).toList();
    }

    /**
     * Ends the processes and removes the cgroups, so that a failed test leaves the host usable. All
     * of them are of one daemon under test.
     */
    void sweep() throws IOException {
        for (var process : processes) {
            long pid = Long.parseLong(process.substring(0, process.indexOf(' ')));
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (var cgroup : cgroups.reversed()) {
            Await.until(
                    "cgroup %s can be removed".formatted(cgroup),
                    Duration.ofSeconds(10),
                    () -> removed(Path.of(cgroup)));
        }
    }

    private static boolean removed(Path cgroup) {
        try {
            Files.deleteIfExists(cgroup);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(String ipLine) {
        var words = ipLine.split("\\s+", 3);
        return words[1].replaceFirst(":$", "");
    }

    /** Podshims of this run directory (by their command line) and members of our cgroups. */
    private static List<Path> processes(DaemonPaths paths) throws IOException {
        var members = new TreeSet<Path>();
        for (var cgroup : cgroups(paths)) {
            for (var pid : lines(Path.of(cgroup, "cgroup.procs"))) {
                members.add(Path.of("/proc", pid));
            }
        }
        try (var all = Files.list(Path.of("/proc"))) {
            all.filter(pid -> pid.getFileName().toString().matches("[0-9]+"))
                    .filter(pid -> isPodshimOf(pid, paths))
                    .forEach(members::add);
        }
        return List.copyOf(members);
    }

    private static boolean isPodshimOf(Path pid, DaemonPaths paths) {
        return lines(pid.resolve("comm")).contains("podshim")
                && (commandLine(pid).contains(paths.runDir().toString())
                        || holdsSocketBelow(pid, paths));
    }

    /** A pod's command line names its id only; its socket is in the run directory. */
    private static boolean holdsSocketBelow(Path pid, DaemonPaths paths) {
        var words = commandLine(pid).strip().split(" ");
        return words.length == 2
                && Files.exists(paths.runDir().resolve("pods").resolve(words[1].strip()));
    }

    private static String describe(Path pid) {
        return "%s %s".formatted(pid.getFileName(), commandLine(pid));
    }

    private static String commandLine(Path pid) {
        return String.join("", lines(pid.resolve("cmdline"))).replace('\0', ' ').strip();
    }

    /** Our parent and everything below it, in the hierarchies of v1 and in v2. */
    private static List<String> cgroups(DaemonPaths paths) throws IOException {
        var found = new TreeSet<String>();
        var parent = paths.cgroupParent().substring(1);
        try (var hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            var roots =
                    Stream.concat(
                                    Stream.of(Path.of("/sys/fs/cgroup")),
                                    hierarchies.filter(Files::isDirectory))
                            .filter(root -> !Files.isSymbolicLink(root))
                            .toList();
            for (var root : roots) {
                found.addAll(tree(root.resolve(parent), Files::isDirectory));
            }
        }
        return List.copyOf(found);
    }

    private static List<String> mounts(DaemonPaths paths) throws IOException {
        return Files.readAllLines(Path.of("/proc/1/mountinfo")).stream()
                .filter(
                        line ->
                                line.contains(paths.runDir().toString())
                                        || line.contains(paths.workDir().toString()))
                .toList();
    }

    private static List<String> files(DaemonPaths paths) throws IOException {
        var found = new TreeSet<String>();
        found.addAll(tree(paths.runDir(), path -> true));
        found.addAll(tree(paths.stateDir(), path -> true));
        return List.copyOf(found);
    }

    private static List<String> tree(Path root, Predicate<Path> wanted) throws IOException {
        if (!Files.exists(root)) {
            return List.of();
        }
        var found = new ArrayList<String>();
        Files.walkFileTree(root, new Collector(wanted, found));
        return found;
    }

    /** Goes on where something vanishes meanwhile: the daemon deletes what is removed later. */
    private static final class Collector extends SimpleFileVisitor<Path> {
        private final Predicate<Path> wanted;
        private final List<String> found;

        Collector(Predicate<Path> wanted, List<String> found) {
            this.wanted = wanted;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return visitFile(directory, attributes);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (wanted.test(file)) {
                found.add(file.toString());
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return goOnIfGone(e);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                throws IOException {
            return e == null ? FileVisitResult.CONTINUE : goOnIfGone(e);
        }

        private static FileVisitResult goOnIfGone(IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }

    private static Stream<String> link(Path pid, String name) throws IOException {
        try {
            return Stream.of(Files.readSymbolicLink(pid.resolve(name)).toString());
        } catch (NoSuchFileException e) {
            return Stream.empty();
        }
    }

    /** Empty if the process or the cgroup is gone by now. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
