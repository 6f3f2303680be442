// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.cli.output.Table;
import dev.ristretto.cli.session.ExitHook;
import dev.ristretto.cli.session.Terminal;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

@Command(
        name = "poll",
        description =
                "Measure what lists, statistics and execs beside many containers cost the daemon,"
                        + " and how fast events come.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PollCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private final PodOptions pods = new PodOptions();

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

    PollCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var interruption = new Interruption();
        var logs = Files.createTempDirectory("ristretto-bench-");
        var run = UUID.randomUUID().toString().substring(0, 8);
        try (var hook = new ExitHook(interruption::request);
                var target = Target.connect(pods.endpoint)) {
            assert hook != null;
            var archive = pods.archive;
            if (archive != null) {
                target.load(archive);
            }
            var configs = new PodConfigs(run, pods.image, pods.cgroupParent, logs);
            try {
                print(
                        new Polling(configs, interruption, terminal.err()::println)
                                .measure(
                                        target,
                                        new Polling.Effort(containers, seconds, pods.parallel),
                                        new SocketPeer(LinuxSyscalls.load())
                                                .pid(pods.endpoint.socket())));
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
