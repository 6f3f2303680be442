// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a {@link FakeShim} does with the containers that it is asked about. */
final class FakeBehaviour {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final FakeContainers containers;
    private final Deque<FakeFailure> failures = new ArrayDeque<>();
    private final Set<Integer> ignored = new HashSet<>();
    private final Map<ContainerId, Set<Integer>> ignoredBy = new HashMap<>();
    private FakeExec exec = FakeExec.printing("", "", 0);

    FakeBehaviour(FakeContainers containers) {
        this.containers = containers;
    }

    synchronized void failing(FakeFailure failure) {
        failures.add(failure);
    }

    synchronized void ignoring(int signal) {
        ignored.add(signal);
    }

    synchronized void ignoring(ContainerId containerId, int signal) {
        ignoredBy.computeIfAbsent(containerId, _ -> new HashSet<>()).add(signal);
    }

    synchronized void executing(FakeExec process) {
        exec = process;
    }

    void answer(FakeRequest request, FakeConnection connection) throws IOException {
        switch (request) {
            case FakeRequest.Start start -> start(start, connection);
            case FakeRequest.Signal signal -> signal(signal, connection);
            case FakeRequest.ReopenLog(var id, _) -> okIf(started(id), connection);
            case FakeRequest.Forget(var id) -> {
                if (running(id)) {
                    connection.error(Errno.EBUSY, "it is running");
                } else {
                    containers.forget(id);
                    connection.ok();
                }
            }
            case FakeRequest.Exec run -> exec(run, connection);
            case FakeRequest.Attach(var id, _, _) -> attach(id, connection);
            default -> throw new AssertionError(request + " is about no container");
        }
    }

    private void start(FakeRequest.Start start, FakeConnection connection) throws IOException {
        if (started(start.containerId())) {
            connection.error(Errno.EALREADY, "already started");
        } else if (fails(start.program(), connection)) {
            containers.forget(start.containerId());
        } else {
            var running = containers.start(start.containerId());
            connection.started(running.pid(), running.startedAt());
        }
    }

    private void signal(FakeRequest.Signal signal, FakeConnection connection) throws IOException {
        boolean running = running(signal.containerId());
        boolean deadly;
        synchronized (this) {
            deadly =
                    (signal.signal() == SIGTERM || signal.signal() == SIGKILL)
                            && !ignored.contains(signal.signal())
                            && !ignoredBy
                                    .getOrDefault(signal.containerId(), Set.of())
                                    .contains(signal.signal());
        }
        if (running && deadly) {
            containers.end(signal.containerId(), new ExitStatus.Signaled(signal.signal()));
        }
        okIf(running, connection);
    }

    /** Prints nothing, reads until the other side hangs up. */
    private void attach(ContainerId containerId, FakeConnection connection) throws IOException {
        if (!running(containerId)) {
            connection.error(Errno.ESRCH, "no such running container");
            return;
        }
        connection.attached();
        while (running(containerId)) {
            var _ = connection.receive();
        }
    }

    private void exec(FakeRequest.Exec run, FakeConnection connection) throws IOException {
        if (!running(run.containerId())) {
            connection.error(Errno.ESRCH, "no such running container");
        } else if (!fails(run.program(), connection)) {
            FakeExec process;
            synchronized (this) {
                process = exec;
            }
            connection.started(containers.nextPid(), containers.now());
            var status = process.run(run, connection);
            connection.exited(FakeConnection.waitStatus(status), containers.now());
        }
    }

    private boolean fails(List<ShimOp> program, FakeConnection connection) throws IOException {
        FakeFailure failure;
        int step;
        synchronized (this) {
            failure = failures.peek();
            step = failure == null ? -1 : indexOf(program, failure.operation());
            if (step < 0) {
                return false;
            }
            failures.remove();
        }
        int code = OpsDef.codeOf(program.get(step));
        connection.failed(step, code, failure);
        return true;
    }

    private static int indexOf(List<ShimOp> program, Class<? extends ShimOp> operation) {
        return new ArrayList<>(program.stream().map(Object::getClass).toList()).indexOf(operation);
    }

    private boolean running(ContainerId containerId) {
        return containers.report(containerId).orElse(null) instanceof ContainerReport.Running;
    }

    private boolean started(ContainerId containerId) {
        return containers
                .report(containerId)
                .filter(report -> !(report instanceof ContainerReport.Starting))
                .isPresent();
    }

    private static void okIf(boolean running, FakeConnection connection) throws IOException {
        if (running) {
            connection.ok();
        } else {
            connection.error(Errno.ESRCH, "no such running container");
        }
    }
}
