// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.bench.RuntimeProcesses.Memory;
import dev.ristretto.cli.proc.ProcessTable;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class RuntimeProcessesTest {
    @TempDir Path proc;

    @BeforeEach
    void fill() throws Exception {
        process(10, "podshim", "podshim --zygote", 900);
        process(11, "podshim", "podshim aaa", 100);
        process(12, "containerd-shim", "containerd-shim-runc-v2 -namespace k8s.io -id bbb", 5000);
        process(13, "conmon", "conmon -b /x/ccc/userdata -c ccc", 300);
        process(14, "sleep", "sleep aaa", 70);
        process(15, "podshim", "podshim of-somebody-else", 70);
    }

    @Test
    void of_countsMonitorsOfAnyRuntime_thatBelongToThePods() throws Exception {
        var processes = new RuntimeProcesses(new ProcessTable(proc));

        assertThat(processes.of(List.of("aaa", "bbb", "ccc")))
                .isEqualTo(new Memory(3, 5400 * 1024));
        assertThat(processes.of(List.of("bbb"))).isEqualTo(new Memory(1, 5000 * 1024));
        assertThat(processes.of(List.of("none"))).isEqualTo(new Memory(0, 0));
    }

    private void process(int pid, String command, String commandLine, int pssKibibytes)
            throws IOException {
        var directory = Files.createDirectory(proc.resolve(String.valueOf(pid)));
        Files.writeString(directory.resolve("stat"), pid + " (" + command + ") S 1 1 1 0 -1\n");
        Files.writeString(directory.resolve("cmdline"), commandLine.replace(' ', '\0') + "\0");
        Files.writeString(directory.resolve("smaps_rollup"), "Pss: " + pssKibibytes + " kB\n");
    }
}
