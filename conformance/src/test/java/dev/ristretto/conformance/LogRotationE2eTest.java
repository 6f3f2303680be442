// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.conformance.image.TestImages;
import dev.ristretto.conformance.stand.Await;
import dev.ristretto.conformance.stand.BackgroundCommand;
import dev.ristretto.conformance.stand.Configs;
import dev.ristretto.conformance.stand.Stand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import runtime.v1.ReopenContainerLogRequest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A container's log, rotated as the kubelet does while it is written and followed. */
@Tag("root")
class LogRotationE2eTest {
    private static final int ROTATIONS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Some 100,000 lines a second, until it is told to stop; then how many there were. */
    private static final String COUNTING =
            "i=1; while [ ! -e /stop ]; do seq $i $((i+999)); i=$((i+1000)); usleep 5000; done";

    @Test
    void tenRotationsUnderLoad_loseAndDoubleNoLine() throws IOException {
        try (var stand = Stand.start("rotation")) {
            var crictl = stand.crictl();
            var archive = TestImages.busybox(stand.scratch("busybox.tar"));
            var busybox = stand.registry().push(archive, "e2e/busybox:1");
            crictl.call("pull", busybox);
            var config = Configs.pod("rotated", stand.paths().podLogs(), "");
            var pod = crictl.runPod(config);
            var container =
                    crictl.runContainer(
                            pod, Configs.container("main", busybox, "sh", "-c", COUNTING), config);
            var log = stand.paths().podLogs().resolve("rotated/main.log");
            var followed = stand.scratch("followed.txt");
            var files = new ArrayList<Path>();
            try (var follower =
                    BackgroundCommand.start(crictl.command("logs", "-f", container), followed)) {
                awaitWatch(follower.pid());
                for (int i = 0; i < ROTATIONS; i++) {
                    awaitGrowth(log);
                    files.add(rotate(stand, container, log, i));
                    // It finds a file by its name, so it has to have this one before the next has
                    // the name; between two rotations of the kubelet are 10 seconds.
                    awaitFollowed(followed, last(files.getLast()) + 1);
                }
                crictl.call("exec", "-s", container, "touch", "/stop");
                assertThat(follower.awaitEnd(PATIENCE)).isZero();
            }
            files.add(log);

            long lines = assertCountsOn(lines(files));
            assertThat(lines).isGreaterThan(ROTATIONS * 1000L);
            assertThat(assertCountsOn(Files.readAllLines(followed))).isEqualTo(lines);
            assertThat(lines % 1000).isZero();
        }
    }

    private static void awaitGrowth(Path log) throws IOException {
        Await.until(
                "the log grows", PATIENCE, () -> Files.exists(log) && Files.size(log) > 200_000);
    }

    private static Path rotate(Stand stand, String container, Path log, int number)
            throws IOException {
        var rotated = log.resolveSibling("main.log." + number);
        Files.move(log, rotated);
        try (var client = stand.connect()) {
            var request = ReopenContainerLogRequest.newBuilder().setContainerId(container).build();
            assertThat(client.runtime().reopenContainerLog(request).isInitialized()).isTrue();
        }
        assertThat(log).exists();
        return rotated;
    }

    /** It looks for a new file once it has read the old one to its end for the first time. */
    private static void awaitWatch(long follower) throws IOException {
        Await.until("the follower watches", PATIENCE, () -> watches(follower));
    }

    private static boolean watches(long pid) throws IOException {
        try (var opened = Files.list(Path.of("/proc/%d/fdinfo".formatted(pid)))) {
            for (var file : opened.toList()) {
                if (Files.exists(file) && Files.readString(file).contains("inotify wd:")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void awaitFollowed(Path followed, long number) throws IOException {
        Await.until(
                "line %d is followed".formatted(number), PATIENCE, () -> tail(followed) >= number);
    }

    /** The last whole number that a file ends with; 0 without one. */
    private static long tail(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            long size = channel.size();
            channel.position(Math.max(0, size - 64));
            var bytes = ByteBuffer.allocate(64);
            channel.read(bytes);
            var text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
            var whole = text.substring(0, text.lastIndexOf('\n') + 1).strip();
            return whole.isEmpty()
                    ? 0
                    : Long.parseLong(whole.substring(whole.lastIndexOf('\n') + 1));
        }
    }

    private static long last(Path log) throws IOException {
        var line = Files.readAllLines(log).getLast();
        return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static List<String> lines(List<Path> files) throws IOException {
        var lines = new ArrayList<String>();
        for (var file : files) {
            for (var line : Files.readAllLines(file)) {
                assertThat(line).matches("\\S+ stdout F \\d+");
                lines.add(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return lines;
    }

    /** Each line is the number after the one before; answers how many there are. */
    private static long assertCountsOn(List<String> lines) {
        long expected = 0;
        for (var line : lines) {
            expected++;
            if (!line.equals(Long.toString(expected))) {
                throw new AssertionError(
                        "line %d is '%s', not '%d'".formatted(expected, line, expected));
            }
        }
        return expected;
    }
}
