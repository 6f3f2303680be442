// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.linux.namespace.NamespaceThread;
import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.linux.syscall.FaultyLinuxSyscalls;
import dev.ristretto.linux.syscall.LinuxSyscalls;
import dev.ristretto.linux.syscall.ProcessFlags;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** In a network namespace of its own, which only the thread that opens it ever joins. */
@Tag("root")
@Tag("nftables")
final class NftablesKernelIT {
    private static final LinuxSyscalls LINUX = LinuxSyscalls.load();

    private static final String SET =
            """
            table inet rst {
              set ports { type inet_service; elements = { 80, 443 }; }
            }
            """;

    private Nftables nftables;

    @BeforeEach
    void openInANewNamespace() throws IOException {
        nftables =
                NamespaceThread.callInNew(
                        LINUX, ProcessFlags.CLONE_NEWNET, () -> Nftables.open(LINUX));
    }

    @AfterEach
    void close() {
        nftables.close();
    }

    @Test
    void commands_actOnTheNamespaceOfTheThreadThatOpened() throws IOException {
        nftables.run(SET);

        assertThat(nftables.run("list ruleset")).contains("table inet rst", "80, 443");
        try (var ours = Nftables.open(LINUX)) {
            assertThat(ours.run("list tables")).doesNotContain("inet rst\n");
        }
    }

    @Test
    void commands_areDoneTogetherOrNotAtAll() throws IOException {
        nftables.run(SET);

        assertThatThrownBy(
                        () ->
                                nftables.run(
                                        """
                                        add element inet rst ports { 8080 }
                                        delete element inet rst ports { 9 }
                                        """))
                .isInstanceOf(NftablesException.class)
                .hasMessageContaining("No such file or directory");

        assertThat(nftables.run("list ruleset")).doesNotContain("8080");
    }

    @Test
    void badSyntax_isNamedInTheLibrarysWords() {
        assertThatThrownBy(() -> nftables.run("add table inet rst {"))
                .isInstanceOf(NftablesException.class)
                .hasMessageContaining("syntax error")
                .hasMessageContaining("add table inet rst {");
    }

    @Test
    void output_isThatOfTheLastRun() throws IOException {
        nftables.run(SET);
        nftables.run("list ruleset");

        assertThat(nftables.run("add element inet rst ports { 22 }")).isEmpty();
    }

    @Test
    void manyThreads_useOneByTurns() throws Exception {
        nftables.run(SET);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = new ArrayList<Callable<String>>();
            for (int port = 1000; port < 1040; port++) {
                var command = "add element inet rst ports { %d }".formatted(port);
                runs.add(() -> nftables.run(command));
            }
            for (var run : threads.invokeAll(runs)) {
                run.get();
            }
        }

        assertThat(nftables.run("list ruleset")).contains("1000", "1039");
    }

    @Test
    void kernelThatRefusesUs_isFoundOutBeforeTheLibraryExits() throws IOException {
        var fault = FaultyLinuxSyscalls.failing(LINUX, 1, Errno.EPROTONOSUPPORT);

        assertThatThrownBy(() -> Nftables.open(fault.syscalls()))
                .isInstanceOf(NftablesException.class)
                .hasMessageContaining("Protocol not supported (EPROTONOSUPPORT)")
                .hasMessageContaining("CONFIG_NF_TABLES");
    }

    @Test
    void closed_refusesToRun() {
        nftables.close();
        nftables.close();

        assertThatThrownBy(() -> nftables.run(SET)).hasMessageContaining("closed");
    }
}
