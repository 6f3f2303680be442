// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ristretto.cli.fake.FakeCriServer;
import dev.ristretto.cli.fake.FakeImages;
import dev.ristretto.cli.fake.FakeLoading;
import dev.ristretto.cli.fake.FakeRuntime;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Endpoint;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import runtime.v1.Image;
import runtime.v1.RunPodSandboxRequest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class BenchComponentTest {
    private static final Image BUSYBOX = Image.newBuilder().setId("sha256:b").build();

    private final FakeRuntime ours = new FakeRuntime();
    private final FakeRuntime theirs = new FakeRuntime();
    private final FakeLoading loading = new FakeLoading();
    private final List<String> progress = new ArrayList<>();
    @TempDir Path dir;
    private FakeCriServer us;
    private FakeCriServer them;

    @BeforeEach
    void start() throws Exception {
        var images = new FakeImages().add("busybox", BUSYBOX);
        us = new FakeCriServer(dir.resolve("us.sock"), ours, images, loading);
        them = new FakeCriServer(dir.resolve("them.sock"), theirs, images);
    }

    @AfterEach
    void stop() {
        us.close();
        them.close();
    }

    @Test
    void run_measuresEachCallOfBoth_inTurn_andLeavesNothing() throws Exception {
        var report = bench("busybox", them, new Interruption()).run();

        assertThat(report.targets()).hasSize(2);
        assertThat(report.targets().getFirst().latency().keySet())
                .containsExactlyInAnyOrder(Operation.values());
        assertThat(report.targets().getFirst().latency().values())
                .allSatisfy(summary -> assertThat(summary.count()).isEqualTo(4));
        assertThat(report.ratio(Operation.EXEC_SYNC)).isPresent();
        assertThat(progress)
                .filteredOn(line -> line.startsWith("round"))
                .containsExactly(
                        "round 1 of 2: fake 1.2.3",
                        "round 1 of 2: fake 1.2.3",
                        "round 2 of 2: fake 1.2.3",
                        "round 2 of 2: fake 1.2.3");
        assertThat(pods(ours)).isEqualTo(pods(theirs)).isEqualTo(2 * (1 + 2 * 2) + 3);
        assertThat(ours.isEmpty()).isTrue();
        assertThat(theirs.isEmpty()).isTrue();
        assertThat(report.podshimLines()).hasValue(1);
    }

    @Test
    void density_isOfAllPodsAtOnce_andFindsTheDaemon() throws Exception {
        var density =
                bench("busybox", null, new Interruption())
                        .run()
                        .targets()
                        .getFirst()
                        .density()
                        .orElseThrow();

        assertThat(density.pods()).isEqualTo(3);
        assertThat(density.podsPerSecond()).isPositive();
        // The fake's daemon is this very process.
        assertThat(density.daemonRssWith()).isGreaterThan(10 << 20);
        assertThat(density.monitors().processes()).isZero();
    }

    @Test
    void load_isAskedOfTheFirstEndpoint() throws Exception {
        bench("busybox", null, new Interruption()).run();

        assertThat(loading.requests().getFirst().getPath()).isEqualTo(dir + "/x.tar");
    }

    @Test
    void anInterruption_removesWhatWasMade() {
        var interruption = new Interruption();
        var bench =
                new Bench(
                        plan("busybox", null),
                        interruption,
                        line -> {
                            if (line.contains("pods on")) {
                                interruption.request();
                            }
                        });

        assertThatThrownBy(bench::run).isInstanceOf(Interruption.Interrupted.class);
        assertThat(pods(ours)).isPositive();
        assertThat(ours.isEmpty()).isTrue();
    }

    @Test
    void anImageThatIsNotThere_isSaidBeforeAnythingIsMade() {
        assertThatThrownBy(() -> bench("absent", null, new Interruption()).run())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("image 'absent' is not on unix://" + dir);
        assertThat(ours.requests()).isEmpty();
    }

    @Test
    void noLogIsLeft() throws Exception {
        bench("busybox", null, new Interruption()).run();

        var run =
                ours.requests().stream()
                        .filter(RunPodSandboxRequest.class::isInstance)
                        .map(RunPodSandboxRequest.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(Path.of(run.getConfig().getLogDirectory())).doesNotExist();
    }

    private Bench bench(String image, @Nullable FakeCriServer peer, Interruption interruption) {
        return new Bench(plan(image, peer), interruption, progress::add);
    }

    private Bench.Plan plan(String image, @Nullable FakeCriServer peer) {
        return new Bench.Plan(
                Endpoint.parse(us.endpoint()),
                peer == null ? null : Endpoint.parse(peer.endpoint()),
                image,
                dir.resolve("x.tar"),
                new Latency.Effort(2, 2, 1, true),
                3,
                2,
                Duration.ofMillis(1),
                "",
                sources());
    }

    private Path sources() {
        try {
            Files.writeString(dir.resolve("a.c"), "int x;\n");
            return dir;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long pods(FakeRuntime runtime) {
        return runtime.requests().stream().filter(RunPodSandboxRequest.class::isInstance).count();
    }
}
