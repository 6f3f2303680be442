// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.plan;

import dev.ristretto.fault.RuntimeFault;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Where a container's output goes. */
public final class LogPath {
    private LogPath() {}

    /**
     * The log file; empty if the pod or the container logs nothing.
     *
     * @param logDirectory {@code log_directory} of the pod sandbox
     * @param logPath {@code log_path} of the container, below it
     * @throws RuntimeFault {@code INVALID_ARGUMENT} if the directory is relative or the path leads
     *     out of it
     */
    public static Optional<Path> of(String logDirectory, String logPath) {
        if (logDirectory.isEmpty() || logPath.isEmpty()) {
            return Optional.empty();
        }
        if (!logDirectory.startsWith("/") || logDirectory.indexOf(0) >= 0) {
            throw RuntimeFault.invalidArgument(
                    "config.log_directory '%s' is not an absolute path", shown(logDirectory));
        }
        if (logPath.startsWith("/")
                || logPath.endsWith("/")
                || logPath.indexOf(0) >= 0
                || Arrays.asList(logPath.split("/", -1)).contains("..")) {
            throw RuntimeFault.invalidArgument(
                    "config.log_path '%s' does not name a file below log_directory '%s'",
                    shown(logPath), logDirectory);
        }
        var directory = Path.of(logDirectory).normalize();
        var file = directory.resolve(logPath).normalize();
        if (file.equals(directory)) {
            throw RuntimeFault.invalidArgument(
                    "config.log_path '%s' does not name a file below log_directory '%s'",
                    shown(logPath), logDirectory);
        }
        return Optional.of(file);
    }

    private static String shown(String text) {
        return text.replace("\0", "\\0");
    }
}
