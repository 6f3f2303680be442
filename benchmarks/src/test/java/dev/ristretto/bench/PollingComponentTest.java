// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ristretto.cli.fake.FakeCriServer;
import dev.ristretto.cli.fake.FakeImages;
import dev.ristretto.cli.fake.FakeRuntime;
import dev.ristretto.cli.session.Endpoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

class PollingComponentTest {
    @TempDir private Path dir;

    @Test
    void everythingIsMeasured_andWhatIsNotServedIsSaid() throws Exception {
        var runtime = new FakeRuntime();
        try (var server = new FakeCriServer(dir.resolve("s.sock"), runtime, new FakeImages());
                var target = Target.connect(Endpoint.parse(server.endpoint()))) {
            var logs = Files.createDirectory(dir.resolve("logs"));
            var polling =
                    new Polling(
                            new PodConfigs("run", "busybox", "", logs),
                            new Interruption(),
                            new ArrayList<String>()::add);

            var result =
                    polling.measure(
                            target,
                            new Polling.Effort(3, 1, 2),
                            (int) ProcessHandle.current().pid());

            assertThat(result.containers()).isEqualTo(3);
            assertThat(result.listContainerStats().count()).isEqualTo(100);
            assertThat(result.listContainers().p50()).isPositive();
            assertThat(result.exec().time().count()).isEqualTo(500);
            assertThat(result.exec().processorMillis()).isNotNegative();
            assertThat(result.pollingCores()).isNotNegative();
            // The fake tells of no events.
            assertThat(result.events()).isZero();
            assertThat(result.rows())
                    .allSatisfy(row -> assertThat(row).hasSize(2).doesNotContain(""));
            assertThat(Leftovers.remove(target, "run")).isEqualTo(3);
        }
    }
}
