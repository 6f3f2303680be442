// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.soak;

import dev.ristretto.conformance.stand.CriClient;

import runtime.v1.ExecSyncRequest;
import runtime.v1.ListContainerStatsRequest;
import runtime.v1.ListContainersRequest;
import runtime.v1.ListPodSandboxMetricsRequest;
import runtime.v1.ListPodSandboxRequest;
import runtime.v1.ListPodSandboxStatsRequest;
import runtime.v1.ReopenContainerLogRequest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a node under load is asked: probes, statistics, the rotation of logs. */
final class Load {
    private static final int EXECS_A_SECOND = 20;

    /** The kubelet looks every ten seconds which logs have grown too long. */
    private static final int ROTATION_SECONDS = 10;

    private final CriClient client;
    private final List<String> containers;
    private final Map<String, Path> logs;
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong execs = new AtomicLong();
    private final AtomicLong polls = new AtomicLong();
    private final AtomicLong logged = new AtomicLong();

    /**
     * @param logs of each container that logs
     */
    Load(CriClient client, Map<String, Path> logs) {
        this.client = client;
        this.containers = List.copyOf(logs.keySet());
        this.logs = Map.copyOf(logs);
    }

    /** Puts it on for a while. What still runs at the end is waited for. */
    void run(Duration duration) throws InterruptedException {
        try (ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
                var pace =
                        new ScheduledThreadPoolExecutor(
                                1, Thread.ofVirtual().name("pace").factory())) {
            var turn = new AtomicLong();
            var _ =
                    pace.scheduleAtFixedRate(
                            () -> calls.execute(() -> attempt(() -> exec(turn.getAndIncrement()))),
                            0,
                            1000 / EXECS_A_SECOND,
                            TimeUnit.MILLISECONDS);
            var _ =
                    pace.scheduleAtFixedRate(
                            () -> calls.execute(() -> attempt(this::poll)), 0, 1, TimeUnit.SECONDS);
            var _ =
                    pace.scheduleAtFixedRate(
                            () ->
                                    calls.execute(
                                            () ->
                                                    logs.forEach(
                                                            (container, log) ->
                                                                    attempt(
                                                                            () ->
                                                                                    rotate(
                                                                                            container,
                                                                                            log)))),
                            ROTATION_SECONDS,
                            ROTATION_SECONDS,
                            TimeUnit.SECONDS);
            var _ = pace.schedule(pace::shutdownNow, duration.toMillis(), TimeUnit.MILLISECONDS);
            pace.awaitTermination(duration.toMillis() + 60_000, TimeUnit.MILLISECONDS);
        }
    }

    /** What went wrong; all of it must not have. */
    List<Throwable> errors() {
        return List.copyOf(errors);
    }

    long execs() {
        return execs.get();
    }

    long polls() {
        return polls.get();
    }

    /** Bytes in the logs that were rotated away. */
    long logged() {
        return logged.get();
    }

    private void exec(long turn) {
        var container = containers.get((int) (turn % containers.size()));
        var answer =
                client.runtime()
                        .execSync(
                                ExecSyncRequest.newBuilder()
                                        .setContainerId(container)
                                        .addAllCmd(List.of("sh", "-c", "echo ready"))
                                        .setTimeout(60)
                                        .build());
        if (answer.getExitCode() != 0 || !answer.getStdout().toStringUtf8().equals("ready\n")) {
            throw new IllegalStateException("exec in %s: %s".formatted(container, answer));
        }
        execs.incrementAndGet();
    }

    /** As the kubelet and cAdvisor's replacement do each second or less often. */
    private void poll() {
        var runtime = client.runtime();
        int pods =
                runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsCount();
        int listed =
                runtime.listContainers(ListContainersRequest.getDefaultInstance())
                        .getContainersCount();
        int measured =
                runtime.listContainerStats(ListContainerStatsRequest.getDefaultInstance())
                        .getStatsCount();
        runtime.listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance());
        runtime.listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance());
        if (pods != containers.size() || listed != pods || measured != pods) {
            throw new IllegalStateException(
                    "%d pods, %d containers, statistics of %d; there are %d"
                            .formatted(pods, listed, measured, containers.size()));
        }
        polls.incrementAndGet();
    }

    private void rotate(String container, Path log) {
        try {
            var old = log.resolveSibling(log.getFileName() + ".old");
            Files.move(log, old);
            client.runtime()
                    .reopenContainerLog(
                            ReopenContainerLogRequest.newBuilder()
                                    .setContainerId(container)
                                    .build());
            logged.addAndGet(Files.size(old));
            Files.delete(old);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void attempt(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            errors.add(e);
        }
    }
}
