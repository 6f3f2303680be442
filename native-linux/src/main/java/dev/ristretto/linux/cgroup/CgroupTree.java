// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What is done to a cgroup and everything below it. */
final class CgroupTree {
    private static final int NAMED_AT_MOST = 8;

    private CgroupTree() {}

    /** The processes here and below. */
    static TreeSet<Integer> processes(CgroupDirectory cgroup) throws CgroupException {
        var processes = new TreeSet<>(cgroup.processes());
        for (var child : cgroup.children()) {
            processes.addAll(processes(child));
        }
        return processes;
    }

    /** A figure of a flat keyed file, added up here and below. */
    static long sum(CgroupDirectory cgroup, String file, String key) throws CgroupException {
        long sum = cgroup.keyed(file).getOrDefault(key, 0L);
        for (var child : cgroup.children()) {
            sum += sum(child, file, key);
        }
        return sum;
    }

    /** Removes the directories, children first, waiting for processes to leave. */
    static void delete(CgroupPath path, List<CgroupDirectory> directories, Duration patience)
            throws IOException {
        var patient = new Patience(patience);
        for (var directory : directories) {
            while (!removed(directory)) {
                if (!patient.pause()) {
                    throw new CgroupException(stays(path, directory), null);
                }
            }
        }
    }

    /** Most cgroups have nothing below them, so they are removed before anybody looks. */
    private static boolean removed(CgroupDirectory cgroup) throws CgroupException {
        if (removedAlone(cgroup)) {
            return true;
        }
        for (var child : cgroup.children()) {
            if (!removed(child)) {
                return false;
            }
        }
        return removedAlone(cgroup);
    }

    private static boolean removedAlone(CgroupDirectory cgroup) throws CgroupException {
        try {
            Files.delete(cgroup.path());
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            // EBUSY: processes or cgroups inside. All else does not pass.
            if (CgroupDirectory.reason(e).contains("busy")) {
                return false;
            }
            throw CgroupDirectory.failed("remove cgroup " + cgroup.path(), e);
        }
    }

    private static String stays(CgroupPath path, CgroupDirectory directory) throws CgroupException {
        var named = new ArrayList<String>();
        var processes = processes(directory);
        for (int pid : processes) {
            if (named.size() == NAMED_AT_MOST) {
                named.add("and %d more".formatted(processes.size() - NAMED_AT_MOST));
                break;
            }
            named.add(describe(pid));
        }
        return "remove cgroup %s: %s is busy; %s"
                .formatted(
                        path.value(),
                        directory.path(),
                        named.isEmpty()
                                ? "no process is in it, so one is still exiting"
                                : "still inside: " + String.join(", ", named));
    }

    /** For example {@code 4711 (nfsd, state D)}, from proc_pid_stat(5). */
    private static String describe(int pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Integer.toString(pid), "stat"));
            int end = stat.lastIndexOf(')');
            return "%d (%s, state %c)"
                    .formatted(
                            pid, stat.substring(stat.indexOf('(') + 1, end), stat.charAt(end + 2));
        } catch (IOException e) {
            return "%d (exiting)".formatted(pid);
        }
    }
}
