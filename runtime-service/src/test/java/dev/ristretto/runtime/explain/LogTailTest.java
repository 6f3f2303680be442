// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class LogTailTest {
    @TempDir private Path directory;

    @Test
    void lastLines_withoutTimes() throws IOException {
        var log = directory.resolve("c.log");
        Files.writeString(
                log,
                "2026-01-01T00:00:00Z stdout F one\n2026-01-01T00:00:00Z stderr F two 2\n"
                        + "2026-01-01T00:00:00Z stdout F \n2026-01-01T00:00:00Z stdout F three\n"
                        + "2026-01-01T00:00:00Z stdout F four\n");

        assertThat(LogTail.of(log)).containsExactly("two 2", "three", "four");
    }

    @Test
    void longLog_isReadFromItsEnd() throws IOException {
        var log = directory.resolve("c.log");
        var line = "2026-01-01T00:00:00Z stdout F " + "x".repeat(500) + "\n";
        Files.writeString(log, line.repeat(100) + "2026-01-01T00:00:00Z stdout F end\n");

        assertThat(LogTail.of(log)).hasSize(3).last().isEqualTo("end");
        assertThat(LogTail.of(log).getFirst()).hasSizeLessThan(310).startsWith("xxx");
    }

    @Test
    void linkOrNothing_isNotRead() throws IOException {
        var secret = Files.writeString(directory.resolve("secret"), "a b c secret\n");
        var link = Files.createSymbolicLink(directory.resolve("c.log"), secret);

        assertThat(LogTail.of(link)).isEmpty();
        assertThat(LogTail.of(directory.resolve("absent"))).isEmpty();
    }
}
