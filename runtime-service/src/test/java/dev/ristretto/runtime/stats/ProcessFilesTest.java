// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

class ProcessFilesTest {
    @TempDir private Path proc;

    @Test
    void descriptorsAndSockets_ofAllProcesses_areCounted() throws IOException {
        open(1, "pipe:[1]", "socket:[2]", "/etc/passwd");
        open(2, "socket:[3]");
        Files.writeString(
                proc.resolve("1/limits"),
                "Limit                     Soft Limit           Hard Limit           Units\n"
                        + "Max open files            1024                 524288          files\n");

        assertThat(new ProcessFiles(proc).of(1, List.of(1, 2, 3)))
                .isEqualTo(new ProcessFigures(4, 2, OptionalLong.of(1024)));
    }

    @Test
    void processWithoutALimit_hasNone() throws IOException {
        open(1);
        Files.writeString(
                proc.resolve("1/limits"),
                "Max open files            unlimited   unlimited files\n");

        assertThat(new ProcessFiles(proc).of(1, List.of(1)).openFilesLimit()).isEmpty();
        assertThat(new ProcessFiles(proc).of(7, List.of()).openFilesLimit()).isEmpty();
    }

    private void open(int pid, String... targets) throws IOException {
        var descriptors = Files.createDirectories(proc.resolve(pid + "/fd"));
        for (int i = 0; i < targets.length; i++) {
            Files.createSymbolicLink(descriptors.resolve(Integer.toString(i)), Path.of(targets[i]));
        }
    }
}
