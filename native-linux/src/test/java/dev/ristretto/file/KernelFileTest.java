// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class KernelFileTest {
    @Test
    void text_ofASysctl_isWhole() throws Exception {
        // Linux 4.16 knew 38 capabilities; its first digit alone would be less than 10.
        var last = KernelFile.text(Path.of("/proc/sys/kernel/cap_last_cap"));

        assertThat(Integer.parseInt(last)).isGreaterThanOrEqualTo(37);
    }

    @Test
    void text_ofALongFile_isWhole(@TempDir Path directory) throws Exception {
        var text = "x".repeat(100_000);
        var file = Files.writeString(directory.resolve("long"), text + "\n");

        assertThat(KernelFile.text(file)).isEqualTo(text);
    }
}
