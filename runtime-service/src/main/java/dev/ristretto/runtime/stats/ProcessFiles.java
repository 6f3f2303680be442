// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import dev.ristretto.file.KernelFile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Counts what processes have open, in procfs. One that ends meanwhile has nothing open. */
final class ProcessFiles {
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files +(\\d+) ");

    private final Path proc;

    /**
     * Reads there.
     *
     * @param proc where procfs is mounted
     */
    ProcessFiles(Path proc) {
        this.proc = proc;
    }

    ProcessFigures of(int first, List<Integer> processes) {
        long files = 0;
        long sockets = 0;
        for (int pid : processes) {
            try (var descriptors = Files.list(proc.resolve(pid + "/fd"))) {
                for (var descriptor : descriptors.toList()) {
                    files++;
                    if (isSocket(descriptor)) {
                        sockets++;
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                continue; // it has just ended
            }
        }
        return new ProcessFigures(files, sockets, openFilesLimit(first));
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // it was just closed
        }
    }

    private OptionalLong openFilesLimit(int pid) {
        try {
            var limit = OPEN_FILES.matcher(KernelFile.text(proc.resolve(pid + "/limits")));
            return limit.find()
                    ? OptionalLong.of(Long.parseLong(limit.group(1)))
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
