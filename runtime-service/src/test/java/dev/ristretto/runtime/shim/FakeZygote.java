// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes {@link FakeShim}s, each with a process that can be ended. */
public final class FakeZygote implements Zygote, AutoCloseable {
    private final InstantSource clock;
    private final Map<PodSandboxId, FakeShim> pods = new LinkedHashMap<>();
    private final List<List<ShimOp>> programs = new ArrayList<>();
    private final Deque<FakeFailure> failures = new ArrayDeque<>();
    private FakeShim.Gate gate = _ -> {};

    public FakeZygote(InstantSource clock) {
        this.clock = clock;
    }

    /** The next pod whose program holds such an operation fails there. */
    public synchronized FakeZygote failing(FakeFailure failure) {
        failures.add(failure);
        return this;
    }

    /** Every request to every pod from now on passes this first. */
    public synchronized FakeZygote behind(FakeShim.Gate newGate) {
        gate = newGate;
        pods.values().forEach(pod -> pod.behind(newGate));
        return this;
    }

    /** The pods whose processes run. */
    public synchronized Set<PodSandboxId> living() {
        return pods.entrySet().stream()
                .filter(pod -> pod.getValue().isAlive())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The pod of this id; it was made. */
    public synchronized FakeShim pod(PodSandboxId podSandboxId) {
        var pod = pods.get(podSandboxId);
        if (pod == null) {
            throw new AssertionError("no pod " + podSandboxId);
        }
        return pod;
    }

    /** How many pods were made. */
    public synchronized int podCount() {
        return pods.size();
    }

    /** The programs of the pods wanted, in order. */
    public synchronized List<List<ShimOp>> programs() {
        return List.copyOf(programs);
    }

    @Override
    public synchronized int createPod(PodSandboxId podSandboxId, Path podDirectory, Program program)
            throws IOException {
        programs.add(program.operations());
        var failure = failures.peek();
        for (int step = 0; failure != null && step < program.operations().size(); step++) {
            var operation = program.operations().get(step);
            if (failure.operation().isInstance(operation)) {
                failures.remove();
                throw new ShimException(
                        "the zygote",
                        new ShimException.Failure(
                                step,
                                operation,
                                failure.detail(),
                                failure.errno().number(),
                                failure.kernelText()),
                        program);
            }
        }
        var process = FakePodProcess.start(podSandboxId);
        var pod = FakeShim.in(podDirectory, clock, Optional.of(process)).behind(gate);
        pods.put(podSandboxId, pod);
        return process.pid();
    }

    /** Ends all pods. */
    @Override
    public synchronized void close() throws IOException {
        for (var pod : pods.values()) {
            pod.close();
        }
    }
}
