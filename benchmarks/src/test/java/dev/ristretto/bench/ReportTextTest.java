// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.ristretto.bench.Report.Measured;
import dev.ristretto.bench.RuntimeProcesses.Memory;
import dev.ristretto.bench.Samples.Summary;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

class ReportTextTest {
    @Test
    void table_isAsGolden() {
        assertThat(new ReportText(comparison()).table())
                .isEqualTo(
                        """
                        ms                            us 1 p50   p99    min    max    them 2 p50   p99     min    max     ratio of p50
                        RunPodSandbox, host network   2.50       4.00   2.00   5.00   60.0         100.0   50.0   110.0   24.0×
                        RunPodSandbox, pod network    5.00       6.00   4.00   7.00   -            -       -      -       -

                        many pods                         us 1    them 2   ratio
                        pods                              50      50
                        pods/s                            100.0   5.0
                        runtime's processes beside them   51      50
                        PSS per pod, KiB                  100.0   5000.0   50.0×
                        daemon RSS before, MiB            60.0    30.0     0.5×
                        daemon RSS with them, MiB         80.0    120.0    1.5×

                        Linux 6.1, 2 cores, 4.0 GiB, cgroup v2, rcu_expedited 0, load average 0.10 before
                        5 rounds of 40 pods after 20 to warm up, the endpoints in turn; one connection, one call at a time
                        them 2, pod network: not ready
                        podshim: 1400 source lines
                        """);
    }

    @Test
    void markdown_isAsGolden() {
        assertThat(new ReportText(comparison()).markdown())
                .startsWith(
                        """
                        | ms | us 1 p50 | p99 | min | max | them 2 p50 | p99 | min | max | ratio of p50 |
                        |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                        | RunPodSandbox, host network | 2.50 | 4.00 | 2.00 | 5.00 | 60.0 | 100.0 | 50.0 | 110.0 | 24.0× |
                        """)
                .contains("\n| PSS per pod, KiB | 100.0 | 5000.0 | 50.0× |\n")
                .endsWith("- podshim: 1400 source lines\n");
    }

    @Test
    void json_holdsTheFiguresAsTheyWereMeasured() throws Exception {
        var json = new JsonMapper().readTree(new ReportText(comparison()).json());

        var first = json.path("targets").path(0);
        assertThat(
                        first.path("latencyMillis")
                                .path("RunPodSandbox, host network")
                                .path("p99")
                                .asDouble())
                .isEqualTo(4);
        assertThat(first.path("density").path("pssPerPodBytes").asDouble()).isEqualTo(102_400);
        assertThat(json.path("ratiosOfP50").path("RunPodSandbox, host network").asDouble())
                .isEqualTo(24);
        assertThat(json.path("podshimSourceLines").asLong()).isEqualTo(1400);
    }

    @Test
    void withoutAPeer_thereAreNoRatios() {
        var both = comparison();
        var alone =
                new Report(
                        both.host(),
                        both.effort(),
                        both.targets().subList(0, 1),
                        OptionalLong.empty());

        assertThat(new ReportText(alone).table())
                .doesNotContain("ratio")
                .doesNotContain("podshim")
                .doesNotContain("in turn");
    }

    private static Report comparison() {
        var ours =
                new Measured(
                        "us 1",
                        "unix:///a",
                        Map.of(
                                Operation.RUN_POD_SANDBOX_HOST,
                                new Summary(200, 2.5, 4, 2, 5),
                                Operation.RUN_POD_SANDBOX_POD,
                                new Summary(200, 5, 6, 4, 7)),
                        "",
                        Optional.of(
                                new Density.Result(
                                        50,
                                        0.5,
                                        new Memory(51, 50 * 102_400),
                                        60 << 20,
                                        80 << 20)));
        var theirs =
                new Measured(
                        "them 2",
                        "unix:///b",
                        Map.of(Operation.RUN_POD_SANDBOX_HOST, new Summary(200, 60, 100, 50, 110)),
                        "not ready",
                        Optional.of(
                                new Density.Result(
                                        50,
                                        10,
                                        new Memory(50, 50 * 5_120_000),
                                        30 << 20,
                                        120 << 20)));
        return new Report(
                new HostFacts("6.1", 2, 4L << 30, "v2", "0", "0.10"),
                new Latency.Effort(5, 40, 20, true),
                List.of(ours, theirs),
                OptionalLong.of(1400));
    }
}
