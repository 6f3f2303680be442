// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import dev.ristretto.file.KernelFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A pod's network namespace by its path, and by what tells whether the path still means it: a pid
 * goes to another process some day.
 *
 * @param path what plugins open, for example {@code /proc/4711/ns/net}
 * @param process its pid, start time and boot; empty if the path is not of a process
 */
record NetnsRef(String path, String process) {
    private static final Pattern OF_PROCESS = Pattern.compile("/proc/(\\d{1,10})/ns/net");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** See proc_pid_stat(5): the 22nd field; the 2nd, in parentheses, may have spaces in it. */
    private static final int START_TIME_AFTER_NAME = 19;

    /** The namespace that the path leads to now. */
    static NetnsRef of(Path path) {
        return new NetnsRef(path.toString(), processNow(path.toString()));
    }

    /** Whether the path still leads to it. */
    boolean isThere() {
        return process.equals(processNow(path)) && Files.exists(Path.of(path));
    }

    private static String processNow(String path) {
        var match = OF_PROCESS.matcher(path);
        if (!match.matches()) {
            return "";
        }
        try {
            var stat = KernelFile.text(Path.of("/proc", match.group(1), "stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return "%s started %s in %s"
                    .formatted(
                            match.group(1),
                            fields[START_TIME_AFTER_NAME],
                            KernelFile.text(BOOT_ID));
        } catch (IOException e) {
            return "gone"; // ENOENT or ESRCH
        }
    }
}
