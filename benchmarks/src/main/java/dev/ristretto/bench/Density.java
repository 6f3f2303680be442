// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.bench.RuntimeProcesses.Memory;
import dev.ristretto.cli.proc.ProcessTable;

import runtime.v1.CreateContainerRequest;
import runtime.v1.RunPodSandboxRequest;
import runtime.v1.StartContainerRequest;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Many pods at once: how fast they start and what memory the runtime takes beside them. */
final class Density {
    private final PodConfigs configs;
    private final Interruption interruption;
    private final ProcessTable processes;
    private final Duration settling;

    /**
     * What was found.
     *
     * @param seconds until the last container was started
     * @param monitors of the runtime's processes beside the daemon
     * @param daemonRssBefore bytes, before the first pod
     * @param daemonRssWith bytes, with all pods running
     */
    record Result(
            int pods, double seconds, Memory monitors, long daemonRssBefore, long daemonRssWith) {
        double podsPerSecond() {
            return pods / seconds;
        }

        double pssPerPodBytes() {
            return (double) monitors.pssBytes() / pods;
        }
    }

    /**
     * @param settling time between the last start and the look at memory
     */
    Density(
            PodConfigs configs,
            Interruption interruption,
            ProcessTable processes,
            Duration settling) {
        this.settling = settling;
        this.configs = configs;
        this.interruption = interruption;
        this.processes = processes;
    }

    /** Leaves the pods running; they are removed as what the run left over. */
    Result measure(Target target, int pods, int atOnce, int daemonPid)
            throws IOException, InterruptedException {
        long rssBefore = processes.rssBytes(daemonPid).orElse(0);
        long begin = System.nanoTime();
        var ids = start(target, pods, atOnce);
        double seconds = (System.nanoTime() - begin) / 1e9;
        settle();
        var monitors = new RuntimeProcesses(processes).of(ids);
        long rssWith = processes.rssBytes(daemonPid).orElse(0);
        return new Result(pods, seconds, monitors, rssBefore, rssWith);
    }

    /** Until what only helped to start is gone. */
    private void settle() throws InterruptedException {
        boolean woken = new CountDownLatch(1).await(settling.toNanos(), TimeUnit.NANOSECONDS);
        assert !woken;
    }

    /** Ids of the pods and of their containers. */
    List<String> start(Target target, int pods, int atOnce)
            throws IOException, InterruptedException {
        var slots = new Semaphore(atOnce);
        var starts = new ArrayList<Future<List<String>>>();
        var names = Thread.ofVirtual().name("density-", 0).factory();
        try (var threads = Executors.newThreadPerTaskExecutor(names)) {
            for (int i = 0; i < pods; i++) {
                starts.add(threads.submit(startOne(target, slots)));
            }
        }
        var ids = new ArrayList<String>();
        for (var start : starts) {
            try {
                ids.addAll(start.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IOException("start a pod", e);
            }
        }
        return ids;
    }

    private Callable<List<String>> startOne(Target target, Semaphore slots) {
        return () -> {
            slots.acquire();
            try {
                interruption.check();
                return startOne(target);
            } finally {
                slots.release();
            }
        };
    }

    private List<String> startOne(Target target) {
        var connection = target.connection();
        var pod = configs.pod(PodNetwork.HOST);
        var run = RunPodSandboxRequest.newBuilder().setConfig(pod).build();
        var podId = connection.acting().runPodSandbox(run).getPodSandboxId();
        var create =
                CreateContainerRequest.newBuilder()
                        .setPodSandboxId(podId)
                        .setConfig(configs.container(pod, PodNetwork.HOST))
                        .setSandboxConfig(pod)
                        .build();
        var containerId = connection.acting().createContainer(create).getContainerId();
        connection
                .acting()
                .startContainer(
                        StartContainerRequest.newBuilder().setContainerId(containerId).build());
        return List.of(podId, containerId);
    }
}
