// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.runtime.spec.ContainerId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

class ExitRecordTest {
    private static final ContainerId ID = new ContainerId("c1".repeat(32));

    @ParameterizedTest
    @CsvSource({
        "1 exited 0 1760000000000000000 1760000001000000001, 0",
        "1 exited 255 1760000000000000000 1760000001000000001, 255",
        "1 signaled 9 1760000000000000000 1760000001000000001, 137",
        "1 signaled 64 1760000000000000000 1760000001000000001, 192",
    })
    void parse_readsTheLine(String line, int exitCode) {
        var record = ExitRecord.parse(line + "\n").orElseThrow();

        assertThat(record.status().exitCode()).isEqualTo(exitCode);
        assertThat(record.startedAt()).isEqualTo(Instant.ofEpochSecond(1_760_000_000L));
        assertThat(record.finishedAt()).isEqualTo(Instant.ofEpochSecond(1_760_000_001L, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1 exited 0 1 2",
                "2 exited 0 1 2\n",
                "1 exited 256 1 2\n",
                "1 exited -1 1 2\n",
                "1 signaled 0 1 2\n",
                "1 stopped 9 1 2\n",
                "1 exited 0 1 99999999999999999999\n",
                "1 exited 0 1 9999999999999999999\n",
                "1 exited 0 1 2\n\n",
                "1 exited 0 1 2\nx",
            })
    void parse_refusesAnythingElse(String content) {
        assertThat(ExitRecord.parse(content)).isEmpty();
    }

    @Test
    void read_ofNoFile_isEmpty(@TempDir Path pod) throws IOException {
        assertThat(ExitRecord.read(pod, ID)).isEmpty();
    }

    @Test
    void read_ofAnythingElse_namesTheFile(@TempDir Path pod) throws IOException {
        var file = Files.createDirectory(pod.resolve("exits")).resolve(ID.value());
        Files.writeString(file, "x".repeat(100_000));

        assertThatThrownBy(() -> ExitRecord.read(pod, ID))
                .isInstanceOf(IOException.class)
                .hasMessage("read %s: not an exit record of version 1", file);
    }
}
