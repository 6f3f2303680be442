// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.bench.Report.Measured;
import dev.ristretto.bench.Samples.Summary;
import dev.ristretto.cli.proc.ProcessTable;
import dev.ristretto.cli.session.CommandFailure;
import dev.ristretto.cli.session.Endpoint;
import dev.ristretto.linux.syscall.LinuxSyscalls;

import org.jspecify.annotations.Nullable;

import runtime.v1.ImageSpec;
import runtime.v1.ImageStatusRequest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** One run: latency of all targets in turn, then density of each, and everything away again. */
final class Bench {
    private final Plan plan;
    private final Interruption interruption;
    private final Consumer<String> progress;

    /** What is asked for; see the options of {@link BenchCommand}. */
    record Plan(
            Endpoint endpoint,
            @Nullable Endpoint peer,
            String image,
            @Nullable Path archive,
            Latency.Effort effort,
            int density,
            int parallel,
            Duration settling,
            String cgroupParent,
            @Nullable Path podshim) {}

    Bench(Plan plan, Interruption interruption, Consumer<String> progress) {
        this.plan = plan;
        this.interruption = interruption;
        this.progress = progress;
    }

    /** Logs are in a directory of this run's own, which is gone afterwards. */
    Report run() throws IOException, InterruptedException {
        var logs = Files.createTempDirectory("ristretto-bench-");
        var targets = new ArrayList<Target>();
        var configs =
                new PodConfigs(
                        UUID.randomUUID().toString().substring(0, 8),
                        plan.image(),
                        plan.cgroupParent(),
                        logs);
        try {
            targets.add(Target.connect(plan.endpoint()));
            if (plan.peer() != null) {
                targets.add(Target.connect(plan.peer()));
            }
            prepare(targets);
            return measure(targets, configs);
        } finally {
            cleanUp(targets, configs.run(), logs);
        }
    }

    private void cleanUp(List<Target> targets, String run, Path logs) throws IOException {
        try {
            targets.forEach(target -> removeLeftovers(target, run));
        } finally {
            targets.forEach(Target::close);
            Leftovers.deleteLogs(logs);
        }
    }

    private void prepare(List<Target> targets) {
        if (plan.archive() != null) {
            targets.getFirst().load(plan.archive());
        }
        var request =
                ImageStatusRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(plan.image()))
                        .build();
        for (var target : targets) {
            if (!target.connection().images().imageStatus(request).hasImage()) {
                throw CommandFailure.of(
                        "image '%s' is not on %s; load it there, or name another with --image",
                        plan.image(), target.endpoint());
            }
        }
    }

    private Report measure(List<Target> targets, PodConfigs configs)
            throws IOException, InterruptedException {
        var host = HostFacts.read();
        var latency = new Latency(configs, interruption, progress).measure(targets, plan.effort());
        var measured = new ArrayList<Measured>();
        for (var target : targets) {
            var result = latency.get(target);
            if (result == null) {
                throw new IllegalStateException(target.name() + " was not measured");
            }
            measured.add(
                    new Measured(
                            target.name(),
                            target.endpoint().toString(),
                            summaries(result.samples()),
                            result.podNetworkFailure(),
                            density(target, configs)));
        }
        var lines =
                plan.podshim() == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(SourceLines.count(plan.podshim()));
        return new Report(host, plan.effort(), measured, lines);
    }

    private Optional<Density.Result> density(Target target, PodConfigs configs)
            throws IOException, InterruptedException {
        if (plan.density() == 0) {
            return Optional.empty();
        }
        progress.accept("%d pods on %s".formatted(plan.density(), target.name()));
        int daemon = new SocketPeer(LinuxSyscalls.load()).pid(target.endpoint().socket());
        var density = new Density(configs, interruption, new ProcessTable(), plan.settling());
        var result = density.measure(target, plan.density(), plan.parallel(), daemon);
        // Before the next target: only one of them may have pods while another is measured.
        removeLeftovers(target, configs.run());
        return Optional.of(result);
    }

    private void removeLeftovers(Target target, String run) {
        int removed = Leftovers.remove(target, run);
        if (removed > 0) {
            progress.accept("removed %d pods from %s".formatted(removed, target.name()));
        }
    }

    private static Map<Operation, Summary> summaries(Samples samples) {
        var summaries = new EnumMap<Operation, Summary>(Operation.class);
        for (var operation : Operation.values()) {
            samples.summary(operation).ifPresent(summary -> summaries.put(operation, summary));
        }
        return summaries;
    }
}
