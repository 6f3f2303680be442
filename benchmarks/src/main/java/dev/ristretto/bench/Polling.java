// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.bench.Samples.Summary;
import dev.ristretto.cli.proc.ProcessTable;

import runtime.v1.ListContainerStatsRequest;
import runtime.v1.ListContainersRequest;
import runtime.v1.ListPodSandboxRequest;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What it costs to be asked, with many containers, and how fast events come. */
final class Polling {
    /** Lists asked for before anything is counted: the compiler is done then. */
    private static final int WARMUPS = 300;

    private static final int TIMED = 100;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final PodConfigs configs;
    private final Interruption interruption;
    private final Consumer<String> progress;

    /**
     * How much is measured.
     *
     * @param containers one in each pod
     * @param seconds of polling, and of rest before
     * @param atOnce how many are started at once
     */
    record Effort(int containers, int seconds, int atOnce) {}

    /**
     * What was found.
     *
     * @param exec what an exec costs with that many containers
     * @param idleCores processors that the daemon used while nobody asked
     * @param pollingCores the same while ListContainerStats was asked for each second
     * @param events while pods were started
     * @param eventSeconds how long that took
     * @param eventsEnd why there were none any more; empty if there were
     */
    record Result(
            int containers,
            Summary listContainers,
            Summary listContainerStats,
            Summary listPodSandbox,
            ExecCost.Result exec,
            double idleCores,
            double pollingCores,
            long events,
            double eventSeconds,
            String eventsEnd) {
        /** A row each, for people. */
        List<List<String>> rows() {
            return List.of(
                    List.of("containers", Integer.toString(containers)),
                    List.of("ListPodSandbox p50, p99, ms", times(listPodSandbox)),
                    List.of("ListContainers p50, p99, ms", times(listContainers)),
                    List.of("ListContainerStats p50, p99, ms", times(listContainerStats)),
                    List.of("ExecSync true p50, p99, ms", times(exec.time())),
                    List.of("ExecSync true, CPU-ms", decimal(exec.processorMillis())),
                    List.of("daemon, nobody asks, % of a core", percent(idleCores)),
                    List.of("daemon, stats each second, % of a core", percent(pollingCores)),
                    List.of("of that for polling", percent(pollingCores - idleCores)),
                    List.of("events while pods started", Long.toString(events)),
                    List.of("events per second", decimal(events / eventSeconds)));
        }

        private static String times(Summary summary) {
            return decimal(summary.p50()) + ", " + decimal(summary.p99());
        }

        private static String percent(double cores) {
            return decimal(100 * cores);
        }

        private static String decimal(double value) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
    }

    Polling(PodConfigs configs, Interruption interruption, Consumer<String> progress) {
        this.configs = configs;
        this.interruption = interruption;
        this.progress = progress;
    }

    /** Leaves the pods running; they are removed as what the run left over. */
    Result measure(Target target, Effort effort, int daemonPid)
            throws IOException, InterruptedException {
        progress.accept("%d containers on %s".formatted(effort.containers(), target.name()));
        long events;
        double eventSeconds;
        String eventsEnd;
        try (var count = EventCount.of(target)) {
            long begin = System.nanoTime();
            new Density(configs, interruption, new ProcessTable(), Duration.ZERO)
                    .start(target, effort.containers(), effort.atOnce());
            eventSeconds = (System.nanoTime() - begin) / 1e9;
            events = count.sum();
            eventsEnd = count.end().map(Object::toString).orElse("");
        }
        var samples = new Samples();
        for (int i = 0; i < WARMUPS; i++) {
            ask(target, new Samples());
        }
        for (int i = 0; i < TIMED; i++) {
            ask(target, samples);
        }
        var exec = new ExecCost(new ProcessTable(), interruption).measure(target, daemonPid);
        progress.accept(
                "%d s of rest, %d s of polling".formatted(effort.seconds(), effort.seconds()));
        double idle = cores(daemonPid, effort.seconds(), () -> {});
        double polling = cores(daemonPid, effort.seconds(), () -> askForStats(target));
        return new Result(
                effort.containers(),
                summary(samples, Operation.LIST_CONTAINERS),
                summary(samples, Operation.LIST_CONTAINER_STATS),
                summary(samples, Operation.LIST_POD_SANDBOX),
                exec,
                idle,
                polling,
                events,
                eventSeconds,
                eventsEnd);
    }

    private static Summary summary(Samples samples, Operation operation) {
        return samples.summary(operation).orElseThrow();
    }

    /** Processors that the daemon used while something was done each second. */
    private double cores(int pid, int seconds, Runnable eachSecond)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        double before = ProcessorTime.seconds(pid);
        for (int i = 1; i <= seconds; i++) {
            interruption.check();
            eachSecond.run();
            sleepUntil(begin + i * SECOND.toNanos());
        }
        double used = ProcessorTime.seconds(pid) - before;
        return used / ((System.nanoTime() - begin) / 1e9);
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        long left = nanoTime - System.nanoTime();
        if (left > 0) {
            boolean woken = new CountDownLatch(1).await(left, TimeUnit.NANOSECONDS);
            assert !woken;
        }
    }

    private static void askForStats(Target target) {
        var request = ListContainerStatsRequest.getDefaultInstance();
        requireAnswer(
                target.connection().runtime().listContainerStats(request).getStatsCount(),
                "ListContainerStats");
    }

    private static void requireAnswer(int count, String call) {
        if (count == 0) {
            throw new IllegalStateException(call + " lists nothing");
        }
    }

    private void ask(Target target, Samples samples) {
        interruption.check();
        var runtime = target.connection().runtime();
        long begin = System.nanoTime();
        requireAnswer(
                runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsCount(),
                "ListPodSandbox");
        long pods = System.nanoTime();
        requireAnswer(
                runtime.listContainers(ListContainersRequest.getDefaultInstance())
                        .getContainersCount(),
                "ListContainers");
        long containers = System.nanoTime();
        askForStats(target);
        long stats = System.nanoTime();
        samples.add(Operation.LIST_POD_SANDBOX, pods - begin);
        samples.add(Operation.LIST_CONTAINERS, containers - pods);
        samples.add(Operation.LIST_CONTAINER_STATS, stats - containers);
    }

    /** Says what was asked for and did not come. */
    static Optional<String> note(Result result) {
        return result.eventsEnd().isEmpty()
                ? Optional.empty()
                : Optional.of("events ended: " + result.eventsEnd());
    }
}
