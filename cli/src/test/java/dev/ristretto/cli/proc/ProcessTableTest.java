// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.cli.proc.ProcessTable.Entry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class ProcessTableTest {
    @TempDir Path proc;

    @BeforeEach
    void fill() throws Exception {
        var process = Files.createDirectory(proc.resolve("42"));
        Files.writeString(process.resolve("stat"), "42 (a (b) c) S 7 42 42 0 -1\n");
        Files.writeString(process.resolve("cmdline"), "podshim\0abc\0");
        Files.writeString(
                process.resolve("smaps_rollup"),
                "00-ff ---p [rollup]\nRss: 900 kB\nPss:      96 kB\n");
        Files.writeString(process.resolve("status"), "Name:\tx\nVmRSS:\t    1024 kB\n");
        Files.createDirectory(proc.resolve("43")); // has ended meanwhile
        Files.createDirectory(proc.resolve("sys"));
    }

    @Test
    void entries_leaveOutWhatHasEnded() throws Exception {
        assertThat(new ProcessTable(proc).entries())
                .containsExactly(new Entry(42, 7, "a (b) c", "podshim abc"));
    }

    @Test
    void memory_isInBytes_andEmptyForWhatHasEnded() {
        var table = new ProcessTable(proc);

        assertThat(table.pssBytes(42)).hasValue(96 * 1024);
        assertThat(table.rssBytes(42)).hasValue(1024 * 1024);
        assertThat(table.pssBytes(43)).isEmpty();
        assertThat(table.rssBytes(44)).isEmpty();
    }

    @Test
    void thisProcess_isInTheRealTable() throws Exception {
        int self = Math.toIntExact(ProcessHandle.current().pid());
        var table = new ProcessTable();

        assertThat(table.entries()).anyMatch(entry -> entry.pid() == self);
        assertThat(table.rssBytes(self).orElse(0)).isGreaterThan(1_000_000);
    }
}
