// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.file.KernelFile;
import dev.ristretto.runtime.stats.InterfaceCounters.Direction;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads a network namespace's counters by a process in it, {@code /proc/PID/net/dev}
 * (proc_pid_net(5)): no thread has to enter it.
 */
final class NetworkCounters {
    private static final int FIELDS = 16;
    private static final int TRANSMITTED = 8;

    private final Path proc;

    /**
     * Reads there.
     *
     * @param proc where procfs is mounted
     */
    NetworkCounters(Path proc) {
        this.proc = proc;
    }

    /** The interfaces of a process's network without the loopback; none if it is gone. */
    List<InterfaceCounters> of(int pid) {
        try {
            return parse(KernelFile.text(proc.resolve(pid + "/net/dev")));
        } catch (IOException e) {
            return List.of(); // it has just ended
        }
    }

    static List<InterfaceCounters> parse(String netDev) {
        return netDev.lines()
                .map(NetworkCounters::line)
                .flatMap(Optional::stream)
                .filter(counters -> !counters.name().equals("lo"))
                .toList();
    }

    /** {@code eth0: 1 2 3 …}; without a space after the colon where the number is long. */
    private static Optional<InterfaceCounters> line(String line) {
        int colon = line.lastIndexOf(':');
        if (colon < 0) {
            return Optional.empty(); // the two lines of headings
        }
        var fields = line.substring(colon + 1).strip().split("\\s+");
        if (fields.length < FIELDS) {
            return Optional.empty();
        }
        return Optional.of(
                new InterfaceCounters(
                        line.substring(0, colon).strip(),
                        direction(fields, 0),
                        direction(fields, TRANSMITTED)));
    }

    private static Direction direction(String[] fields, int first) {
        return new Direction(
                number(fields[first]),
                number(fields[first + 1]),
                number(fields[first + 2]),
                number(fields[first + 3]));
    }

    /** The counters are unsigned; one beyond 2^63 keeps its bits. */
    private static long number(String text) {
        return Long.parseUnsignedLong(text);
    }
}
