// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.stand.Configs;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the containers of a pod share with each other, and with the host if they are to. */
@Tag("root")
class PodNamespacesE2eTest extends BusyboxE2e {
    private static final String ON_THE_HOST =
            """
            , "linux": {"security_context": {"namespace_options": {"network": 2, "ipc": 2}}}""";

    @Test
    void sharedMemory_isThePodsOwn_andHasASizeOfItsOwn() throws IOException {
        var config = Configs.pod("shm", stand.paths().podLogs(), "");
        var pod = crictl.runPod(config);
        var writer = run(pod, "writer", "", config);
        var reader = run(pod, "reader", "", config);

        assertThat(in(writer, "df -k /dev/shm | awk 'NR==2 {print $2}'")).isEqualTo("65536");
        in(writer, "echo shared > /dev/shm/e2e-note");
        assertThat(in(reader, "cat /dev/shm/e2e-note")).isEqualTo("shared");
        assertThat(Path.of("/dev/shm/e2e-note")).doesNotExist();
    }

    @Test
    void networkAndIpcOfTheHost_comeWithItsNameAndItsSharedMemory() throws IOException {
        var config = Configs.pod("host", stand.paths().podLogs(), ON_THE_HOST);
        var pod = crictl.runPod(config);
        var container = run(pod, "main", ON_THE_HOST, config);
        var daemon = Path.of("/proc/%d/ns".formatted(stand.daemon().pid()));

        assertThat(in(container, "hostname"))
                .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
        for (var namespace : new String[] {"net", "ipc"}) {
            assertThat(in(container, "readlink /proc/self/ns/" + namespace))
                    .isEqualTo(Files.readSymbolicLink(daemon.resolve(namespace)).toString());
        }
        in(container, "echo host > /dev/shm/e2e-" + container);
        var note = Path.of("/dev/shm/e2e-" + container);
        assertThat(note).hasContent("host");
        Files.delete(note);
    }

    private static String run(String pod, String name, String extra, String config)
            throws IOException {
        return crictl.runContainer(
                pod, Configs.containerWith(extra, name, busybox, "sleep", "3600"), config);
    }

    private static String in(String container, String script) throws IOException {
        return crictl.call("exec", "-s", container, "sh", "-c", script);
    }
}
