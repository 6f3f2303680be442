// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.bench;

import dev.ristretto.bench.Samples.Summary;
import dev.ristretto.cli.proc.ProcessTable;

import runtime.v1.Container;
import runtime.v1.ExecSyncRequest;
import runtime.v1.ListContainersRequest;

import java.io.IOException;
import java.util.List;

/** What an exec probe costs: execs in one container, one after the other. */
final class ExecCost {
    private static final int WARMUPS = 300;
    private static final int TIMED = 500;

    private final RuntimeProcesses processes;
    private final Interruption interruption;

    ExecCost(ProcessTable processes, Interruption interruption) {
        this.processes = new RuntimeProcesses(processes);
        this.interruption = interruption;
    }

    /**
     * What was found.
     *
     * @param time as the client sees it
     * @param processorMillis of an exec, in the daemon, in the runtime's process of the pod and in
     *     what that has reaped, which is the command itself, too
     */
    record Result(Summary time, double processorMillis) {}

    /** Of a container that runs already. */
    Result measure(Target target, int daemonPid) throws IOException {
        var container =
                target.connection()
                        .runtime()
                        .listContainers(ListContainersRequest.getDefaultInstance())
                        .getContainersList()
                        .getFirst();
        var ofPod = processes.pids(List.of(container.getPodSandboxId(), container.getId()));
        exec(target, container, WARMUPS, new Samples());
        double before = seconds(daemonPid, ofPod);
        var samples = new Samples();
        exec(target, container, TIMED, samples);
        double used = seconds(daemonPid, ofPod) - before;
        return new Result(samples.summary(Operation.EXEC_SYNC).orElseThrow(), used * 1000 / TIMED);
    }

    private void exec(Target target, Container container, int times, Samples samples) {
        var request =
                ExecSyncRequest.newBuilder()
                        .setContainerId(container.getId())
                        .addCmd("true")
                        .build();
        for (int i = 0; i < times; i++) {
            interruption.check();
            long begin = System.nanoTime();
            int code = target.connection().acting().execSync(request).getExitCode();
            samples.add(Operation.EXEC_SYNC, System.nanoTime() - begin);
            if (code != 0) {
                throw new IllegalStateException("'true' exits with " + code);
            }
        }
    }

    private static double seconds(int daemonPid, List<Integer> ofPod) throws IOException {
        double seconds = ProcessorTime.seconds(daemonPid);
        for (int pid : ofPod) {
            seconds += ProcessorTime.secondsWithReaped(pid);
        }
        return seconds;
    }
}
