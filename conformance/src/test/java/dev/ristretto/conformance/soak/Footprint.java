// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.soak;

import dev.ristretto.conformance.stand.Command;
import dev.ristretto.conformance.stand.DaemonPaths;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a daemon and its podshims take.
 *
 * @param liveKib objects that the daemon's heap holds after a full collection
 * @param residentKib of the daemon; what the JVM has compiled and not given back counts too
 * @param threads of the daemon
 * @param descriptors of the daemon
 * @param podshimKib private memory of all podshims
 * @param podshimDescriptors of all podshims
 * @param processes the podshims and all that descends from them
 * @param files in the run and state directories
 */
record Footprint(
        long liveKib,
        long residentKib,
        long threads,
        long descriptors,
        long podshimKib,
        long podshimDescriptors,
        long processes,
        long files) {

    static Footprint of(long daemon, Collection<Long> podshims, DaemonPaths paths)
            throws IOException {
        long live = liveKib(daemon);
        long memory = 0;
        long open = 0;
        long processes = 0;
        for (long podshim : podshims) {
            memory += privateKib(podshim);
            open += descriptors(podshim);
            processes +=
                    1
                            + ProcessHandle.of(podshim).stream()
                                    .flatMap(ProcessHandle::descendants)
                                    .count();
        }
        return new Footprint(
                live,
                sum(daemon, "status", "VmRSS:"),
                sum(daemon, "status", "Threads:"),
                descriptors(daemon),
                memory,
                open,
                processes,
                files(paths.runDir()) + files(paths.stateDir()));
    }

    /** One line for each figure, beside what it was. */
    String since(Footprint before) {
        return """
        %-34s %12s %12s
        daemon: live objects, KiB          %12d %12d
        daemon: resident, KiB              %12d %12d
        daemon: threads                    %12d %12d
        daemon: descriptors                %12d %12d
        podshims: private memory, KiB      %12d %12d
        podshims: descriptors              %12d %12d
        processes                          %12d %12d
        files                              %12d %12d
        """
                .formatted(
                        "",
                        "begin",
                        "end",
                        before.liveKib,
                        liveKib,
                        before.residentKib,
                        residentKib,
                        before.threads,
                        threads,
                        before.descriptors,
                        descriptors,
                        before.podshimKib,
                        podshimKib,
                        before.podshimDescriptors,
                        podshimDescriptors,
                        before.processes,
                        processes,
                        before.files,
                        files);
    }

    /** The sum of a histogram, for which the JVM collects all garbage. */
    private static long liveKib(long daemon) throws IOException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var histogram =
                Command.of(jcmd, Long.toString(daemon), "GC.class_histogram").run().stdout();
        var total = histogram.strip();
        total = total.substring(total.lastIndexOf("Total"));
        return Long.parseLong(total.split("\\s+")[2]) / 1024;
    }

    private static long sum(long pid, String file, String key) throws IOException {
        return Files.readAllLines(Path.of("/proc/%d/%s".formatted(pid, file))).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .sum();
    }

    /** What no other process has of a process's memory. */
    static long privateKib(long pid) throws IOException {
        return sum(pid, "smaps_rollup", "Private_");
    }

    /** Open files of a process. */
    static long descriptors(long pid) throws IOException {
        try (Stream<Path> list = Files.list(Path.of("/proc/%d/fd".formatted(pid)))) {
            return list.count();
        }
    }

    /** What is deleted meanwhile does not count. */
    private static long files(Path directory) throws IOException {
        long count = 0;
        List<Path> entries;
        try (Stream<Path> list = Files.list(directory)) {
            entries = list.toList();
        } catch (NoSuchFileException e) {
            return 0;
        }
        for (var entry : entries) {
            count += Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) ? 1 + files(entry) : 1;
        }
        return count;
    }
}
