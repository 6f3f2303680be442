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

    private ProcessorTime() {}

    /** Seconds in user mode and in the kernel, of all its threads. */
    static double seconds(int pid) throws IOException {
        return parse(Files.readString(Path.of("/proc", Integer.toString(pid), "stat")));
    }

    static double parse(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
    }
}
