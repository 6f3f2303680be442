// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.Endpoint;
import dev.ristretto.cli.session.ExitHook;
import dev.ristretto.cli.session.Terminal;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

@Command(
        name = "poll",
        description =
                "Measure what lists and statistics of many containers cost the daemon, and how fast"
                        + " events come.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PollCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = {"-r", "--runtime-endpoint"},
            paramLabel = "ENDPOINT",
            defaultValue =
                    "${env:CONTAINER_RUNTIME_ENDPOINT:-unix:///run/ristretto/ristretto.sock}",
            description = "The endpoint in question (default: ${DEFAULT-VALUE}).")
    private Endpoint endpoint = Endpoint.parse("unix:///run/ristretto/ristretto.sock");

    @Option(
            names = "--image",
            paramLabel = "REF",
            defaultValue = BenchImages.BUSYBOX,
            description = "Image with 'sleep' (default: ${DEFAULT-VALUE}).")
    private String image = BenchImages.BUSYBOX;

    @Option(names = "--load", paramLabel = "ARCHIVE", description = "Load this archive before.")
    private @Nullable Path archive;

    @Option(
            names = "--containers",
            paramLabel = "N",
            defaultValue = "500",
            description = "Containers, one in each pod (default: 500).")
    private int containers = 500;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "Seconds of rest and of polling (default: 30).")
    private int seconds = 30;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "16",
            description = "How many pods start at once (default: 16).")
    private int parallel = 16;

    @Option(
            names = "--cgroup-parent",
            paramLabel = "PATH",
            defaultValue = "",
            description = "Cgroup of the pods' cgroups; by default the runtime's own.")
    private String cgroupParent = "";

    PollCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var interruption = new Interruption();
        var logs = Files.createTempDirectory("ristretto-bench-");
        var run = UUID.randomUUID().toString().substring(0, 8);
        try (var hook = new ExitHook(interruption::request);
                var target = Target.connect(endpoint)) {
            assert hook != null;
            if (archive != null) {
                target.load(archive);
            }
            var configs = new PodConfigs(run, image, cgroupParent, logs);
            try {
                print(
                        new Polling(configs, interruption, terminal.err()::println)
                                .measure(
                                        target,
                                        new Polling.Effort(containers, seconds, parallel),
                                        new SocketPeer(LinuxSyscalls.load())
                                                .pid(endpoint.socket())));
            } finally {
                Leftovers.remove(target, run);
            }
        } finally {
            Leftovers.deleteLogs(logs);
        }
        return 0;
    }

    private void print(Polling.Result result) {
        var table = new Table(List.of("polling", ""));
        result.rows().forEach(table::row);
        terminal.out().print(table.render());
        Polling.note(result).ifPresent(terminal.out()::println);
    }
}
