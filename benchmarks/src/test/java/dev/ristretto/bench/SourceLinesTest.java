// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class SourceLinesTest {
    @Test
    void count_isOfSourcesInTheDirectoryItself(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("a.c"), "int x;\n\n/* two */\n");
        Files.writeString(dir.resolve("b.h"), "int y;\n");
        Files.writeString(dir.resolve("ops.def"), "OP(1)\n");
        Files.writeString(dir.resolve("Makefile"), "all:\n");
        Files.writeString(Files.createDirectory(dir.resolve("tests")).resolve("t.c"), "int t;\n");

        assertThat(SourceLines.count(dir)).isEqualTo(5);
    }
}
