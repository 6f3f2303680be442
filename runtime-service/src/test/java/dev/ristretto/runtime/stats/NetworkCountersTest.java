// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.runtime.stats.InterfaceCounters.Direction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class NetworkCountersTest {
    private static final String NET_DEV =
            """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
                lo:     100       2    0    0    0     0          0         0      100       2    0    0    0     0       0          0
              eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
            net1.100:18446744073709551615 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0
            """;

    @TempDir private Path proc;

    @Test
    void everyInterfaceButTheLoopback_isRead() throws IOException {
        Files.createDirectories(proc.resolve("42/net"));
        Files.writeString(proc.resolve("42/net/dev"), NET_DEV);

        assertThat(new NetworkCounters(proc).of(42))
                .containsExactly(
                        new InterfaceCounters(
                                "eth0", new Direction(1, 2, 3, 4), new Direction(9, 10, 11, 12)),
                        new InterfaceCounters(
                                "net1.100", new Direction(-1, 1, 0, 0), new Direction(7, 1, 0, 0)));
    }

    @Test
    void processThatIsGone_hasNoInterfaces() {
        assertThat(new NetworkCounters(proc).of(1)).isEmpty();
    }
}
