// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long a process has run on processors, see proc_pid_stat(5). */
final class ProcessorTime {
    /** {@code USER_HZ} of every architecture this runs on. */
    private static final double TICKS_PER_SECOND = 100;

    /**
     * Fields after the command's name, which may hold spaces and ends with the last parenthesis.
     */
    private static final int USER = 11;

    private static final int SYSTEM = 12;

    /** Then the same of children that it has waited for, and of theirs. */
    private static final int REAPED_SYSTEM = 14;

    private ProcessorTime() {}

    /** Seconds in user mode and in the kernel, of all its threads. */
    static double seconds(int pid) throws IOException {
        return parse(Files.readString(Path.of("/proc", Integer.toString(pid), "stat")));
    }

    /** The same, with the children that it has waited for. */
    static double secondsWithReaped(int pid) throws IOException {
        return parseWithReaped(Files.readString(Path.of("/proc", Integer.toString(pid), "stat")));
    }

    static double parseWithReaped(String stat) {
        return parse(stat, REAPED_SYSTEM);
    }

    static double parse(String stat) {
        return parse(stat, SYSTEM);
    }

    private static double parse(String stat, int last) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int field = USER; field <= last; field++) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
