// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.session.Endpoint;
import dev.ristretto.cli.session.ExitHook;
import dev.ristretto.cli.session.Terminal;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

@Command(
        name = "ristretto-bench",
        description = {
            "Measure a CRI endpoint as its client sees it: latency of each call over one"
                    + " connection, then throughput and memory of many pods.",
            "What it makes it removes, also after Ctrl-C. It pulls nothing: the image has to be"
                    + " on every endpoint, or be loaded with --load (ristrettod only)."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  ristretto-bench images /tmp/bench",
            "  ristretto-bench --load /tmp/bench/busybox.tar --podshim native-linux/src/main/c/podshim",
            "  benchmarks/containerd.sh start /tmp/ctrd /tmp/bench/pause.tar /tmp/bench/busybox.tar",
            "  ristretto-bench --compare unix:///tmp/ctrd/containerd.sock --markdown report.md"
        })
final class BenchCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private final PodOptions pods = new PodOptions();

    @Option(
            names = "--compare",
            paramLabel = "ENDPOINT",
            description = "A second endpoint, measured in turn with the first.")
    private @Nullable Endpoint peer;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds (default: 5).")
    private int rounds = 5;

    @Option(
            names = "--operations",
            paramLabel = "N",
            defaultValue = "40",
            description = "Pod lives in each round (default: 40).")
    private int operations = 40;

    @Option(
            names = "--warmups",
            paramLabel = "N",
            defaultValue = "20",
            description = "Pod lives before, not counted (default: 20).")
    private int warmups = 20;

    @Option(names = "--no-pod-network", description = "Leave out pods with a network of their own.")
    private boolean hostNetworkOnly;

    @Option(
            names = "--density",
            paramLabel = "PODS",
            defaultValue = "50",
            description = "Pods that run at once; 0 leaves this out (default: 50).")
    private int density = 50;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Time until their memory is looked at (default: 5).")
    private int settlingSeconds = 5;

    @Option(
            names = "--podshim",
            paramLabel = "DIRECTORY",
            description = "Sources of the podshim, to count their lines.")
    private @Nullable Path podshim;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report as JSON, too.")
    private @Nullable Path json;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "Write the report as Markdown, too.")
    private @Nullable Path markdown;

    BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    Endpoint endpoint() {
        return pods.endpoint;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var plan =
                new Bench.Plan(
                        pods.endpoint,
                        peer,
                        pods.image,
                        pods.archive,
                        new Latency.Effort(rounds, operations, warmups, !hostNetworkOnly),
                        density,
                        pods.parallel,
                        Duration.ofSeconds(settlingSeconds),
                        pods.cgroupParent,
                        podshim);
        var interruption = new Interruption();
        Report report;
        try (var hook = new ExitHook(interruption::request)) {
            assert hook != null;
            report = new Bench(plan, interruption, terminal.err()::println).run();
        }
        var text = new ReportText(report);
        terminal.out().print(text.table());
        if (json != null) {
            Files.writeString(json, text.json());
        }
        if (markdown != null) {
            Files.writeString(markdown, text.markdown());
        }
        return 0;
    }
}
