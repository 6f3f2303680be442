// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.ExecSyncRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The most frequent thing a node runtime does, often. */
@Tag("root")
class ExecSoakE2eTest {
    private static final int EXECS = 1000;

    @Test
    void thousandExecsInARow_leaveNothing() throws IOException {
        try (var stand = Stand.start("exec-soak");
                var client = stand.connect()) {
            var crictl = stand.crictl();
            var archive = TestImages.busybox(stand.scratch("busybox.tar"));
            var busybox = stand.registry().push(archive, "e2e/busybox:1");
            crictl.call("pull", busybox);
            var config = Configs.pod("soak", stand.paths().podLogs(), "");
            var pod = crictl.runPod(config);
            var container =
                    crictl.runContainer(
                            pod, Configs.container("main", busybox, "sleep", "3600"), config);
            long podshim = parent(crictl.pid(container));
            var request =
                    ExecSyncRequest.newBuilder()
                            .setContainerId(container)
                            .addAllCmd(List.of("sh", "-c", "echo hi; exit 7"))
                            .setTimeout(60)
                            .build();
            for (int i = 0; i < 50; i++) { // pools and classes of the daemon fill up
                assertThat(client.runtime().execSync(request).getExitCode()).isEqualTo(7);
            }
            var files = files(stand);
            long children = children(podshim);
            long ofPodshim = Footprint.descriptors(podshim);
            long ofDaemon = Footprint.descriptors(stand.daemon().pid());
            long memory = Footprint.privateKib(podshim);

            for (int i = 0; i < EXECS; i++) {
                var answer = client.runtime().execSync(request);
                assertThat(answer.getExitCode()).isEqualTo(7);
                assertThat(answer.getStdout().toStringUtf8()).isEqualTo("hi\n");
            }

            Await.until(
                    "the podshim has let go of every descriptor",
                    Duration.ofSeconds(30),
                    () -> Footprint.descriptors(podshim) <= ofPodshim);
            Await.until(
                    "the daemon has let go of its descriptors",
                    Duration.ofSeconds(60),
                    () -> Footprint.descriptors(stand.daemon().pid()) <= ofDaemon + 20);
            assertThat(Footprint.privateKib(podshim)).isLessThanOrEqualTo(memory + 64);
            assertThat(files(stand)).isEqualTo(files);
            Await.until(
                    "every process of the execs has been reaped",
                    Duration.ofSeconds(30),
                    () -> children(podshim) <= children);
        }
    }

    private static long children(long pid) throws IOException {
        var children = Files.readString(Path.of("/proc/%1$d/task/%1$d/children".formatted(pid)));
        return children.isBlank() ? 0 : children.strip().split(" ").length;
    }

    private static long parent(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[1]);
    }

    /** Every file of live and lasting state. */
    private static TreeSet<String> files(Stand stand) throws IOException {
        var files = new TreeSet<String>();
        for (var top : List.of(stand.paths().runDir(), stand.paths().stateDir())) {
            try (Stream<Path> walk = Files.walk(top)) {
                files.addAll(walk.map(Path::toString).collect(Collectors.toSet()));
            }
        }
        return files;
    }
}
