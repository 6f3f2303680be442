// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;

import dev.ristretto.runtime.spec.PodSandboxId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

/** Whatever bytes come, the client ends with one of its own failures and holds no memory. */
class MalformedFramesComponentTest {
    private static final PodSandboxId POD = new PodSandboxId("ab".repeat(32));

    @TempDir private Path directory;
    private final ShimTransport transport = new ShimTransport(Duration.ofSeconds(10));

    @AfterEach
    void stop() {
        transport.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    01008000 2900 0100                            | it sent POD_STATE of 8388609 bytes
                    ffffffff 2900 0100                            | it sent POD_STATE of 4294967295 bytes
                    01000100 4000 0100                            | it sent STDOUT of 65537 bytes
                    00000000 2d00 0100                            | it sent a frame of unknown type 45
                    00000000 ffff 0100                            | it sent a frame of unknown type 65535
                    00000000 2900 0200                            | it answered in version 2, not 1
                    00000000 2900 0100                            | its POD_STATE is malformed: it ends too early
                    0d000000 2900 0100 070000000100000000000000 00 | its POD_STATE is malformed: 1 bytes too many
                    0c000000 2900 0100 0700000001000000ffffffff   | its POD_STATE is malformed: 4294967295 is too large
                    0c000000 2900 0100 0700000001000000ffffff7f   | its POD_STATE is malformed: it ends too early
                    00000000 2000 0100                            | it answered with OK
                    0a000000 2100 0100 10000000 0100000041 41     | its ERROR is malformed: no NUL after a string
                    0b000000 2100 0100 10000000 0200000041 0000   | its ERROR is malformed: a NUL inside a string
                    """)
    void bytes_becomeAFaultOfTheProtocol(String hex, String message) throws IOException {
        assertThatThrownBy(() -> statusFrom(HexFormat.of().parseHex(hex.replace(" ", ""))))
                .isInstanceOf(PodProtocolException.class)
                .hasMessage("speak with pod sandbox %s: %s", POD, message);
    }

    @Test
    void frameCutShort_meansThePodIsGone() {
        assertThatThrownBy(() -> statusFrom(HexFormat.of().parseHex("0c000000290001000700000001")))
                .isInstanceOf(PodGoneException.class);
    }

    @Test
    void lengthAlone_costsNothing() throws IOException {
        var thread = Thread.currentThread().threadId();
        var meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThatThrownBy(() -> statusFrom(new byte[8])).isInstanceOf(IOException.class);

        long before = meter.getThreadAllocatedBytes(thread);
        assertThatThrownBy(() -> statusFrom(HexFormat.of().parseHex("0000800029000100" + "00")))
                .isInstanceOf(PodGoneException.class);

        assertThat(meter.getThreadAllocatedBytes(thread) - before).isLessThan(1 << 20);
    }

    @Test
    void randomBytes_neverEndInAnythingElse() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            var bytes = new byte[random.nextInt(120) + 8];
            random.nextBytes(bytes);
            // A plausible header, so that the payloads are reached.
            bytes[0] = (byte) (bytes.length - 8);
            bytes[1] = bytes[2] = bytes[3] = bytes[5] = bytes[7] = 0;
            bytes[4] = (byte) (32 + random.nextInt(10));
            bytes[6] = 1;

            assertThatThrownBy(() -> statusFrom(bytes))
                    .as("seed %d, %s", seed, HexFormat.of().formatHex(bytes))
                    .isInstanceOf(PodException.class);
        }
    }

    private void statusFrom(byte[] answer) throws IOException {
        var pod = directory.resolve("pod");
        Files.deleteIfExists(pod.resolve("shim.sock"));
        try (var server = RawServer.in(pod)) {
            server.sending(answer);
            transport.client(POD, pod).status();
        }
    }
}
