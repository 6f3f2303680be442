// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.linux.syscall.Errno;
import dev.ristretto.runtime.spec.ContainerId;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A pod's podshim without processes: listens on {@code shim.sock} of a pod directory, keeps the
 * state of containers as docs/wire.md says, and remembers what it was asked. Without being told
 * otherwise every program succeeds, SIGTERM (15) and SIGKILL (9) end a container, and an exec ends
 * with 0 at once. Written from the page, not from the client, so that the two check each other.
 */
public final class FakeShim implements AutoCloseable {
    private static final int NO_PROCESS = 1000;
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final Path podDirectory;
    private final ServerSocketChannel server;
    private final Thread acceptor;
    private final FakeContainers containers;
    private final List<FakeRequest> requests = new CopyOnWriteArrayList<>();
    private final List<FakeConnection> connections = new CopyOnWriteArrayList<>();
    private final Deque<FakeFailure> failures = new ArrayDeque<>();
    private final Deque<FakeAnswer> answers = new ArrayDeque<>();
    private final Map<Class<?>, FakeAnswer> answersOf = new HashMap<>();
    private final Set<Integer> ignored = new HashSet<>();
    private final Map<ContainerId, Set<Integer>> ignoredBy = new HashMap<>();
    private final Optional<FakePodProcess> process;
    private FakeExec exec = FakeExec.printing("", "", 0);
    private Gate gate = _ -> {};

    /** Answers a request in a way of its own. */
    @FunctionalInterface
    public interface FakeAnswer {
        void answer(FakeRequest request, FakeConnection connection) throws IOException;
    }

    /** Is passed by every request before it has an effect. */
    @FunctionalInterface
    public interface Gate {
        /**
         * @throws IOException if the request is to fail: the podshim answers {@code EIO}
         */
        void pass(FakeRequest request) throws IOException;
    }

    private FakeShim(
            Path podDirectory,
            InstantSource clock,
            ServerSocketChannel server,
            Optional<FakePodProcess> process) {
        this.process = process;
        this.podDirectory = podDirectory;
        this.containers = new FakeContainers(podDirectory, clock);
        this.server = server;
        this.acceptor = Thread.ofVirtual().name("fake-shim").unstarted(this::accept);
    }

    /** Listens in this directory, which is made if it does not exist. */
    public static FakeShim in(Path podDirectory, InstantSource clock) throws IOException {
        return in(podDirectory, clock, Optional.empty());
    }

    /** The same, with a process that ends with it. */
    public static FakeShim in(
            Path podDirectory, InstantSource clock, Optional<FakePodProcess> process)
            throws IOException {
        Files.createDirectories(podDirectory.resolve("exits"));
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(podDirectory.resolve("shim.sock")));
        var shim = new FakeShim(podDirectory, clock, server, process);
        shim.acceptor.start();
        return shim;
    }

    /** What it was asked, in order. */
    public List<FakeRequest> requests() {
        return List.copyOf(requests);
    }

    /** What it was asked of one kind. */
    public <T extends FakeRequest> List<T> requests(Class<T> kind) {
        return requests.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The next program that holds such an operation fails there. */
    public synchronized FakeShim failing(Class<? extends ShimOp> operation, Errno errno) {
        return failing(new FakeFailure(operation, errno, 0, ""));
    }

    /** The next program that holds such an operation fails there. */
    public synchronized FakeShim failing(FakeFailure failure) {
        failures.add(failure);
        return this;
    }

    /** The next request is answered so, whatever it is. */
    public synchronized FakeShim answering(FakeAnswer answer) {
        answers.add(answer);
        return this;
    }

    /** The next request of this kind is answered so. */
    public synchronized FakeShim answering(FakeAnswer answer, Class<? extends FakeRequest> kind) {
        answersOf.put(kind, answer);
        return this;
    }

    /** The next request of this kind gets no answer, until the other side hangs up. */
    public FakeShim silentFor(Class<? extends FakeRequest> kind) {
        return answering((_, connection) -> connection.receive(), kind);
    }

    /** A container runs, as after a start whose answer nobody got. */
    public void startSilently(ContainerId containerId) throws IOException {
        containers.start(containerId);
    }

    /** It knows this container no more. */
    public void lose(ContainerId containerId) throws IOException {
        containers.forget(containerId);
    }

    /** The next request is answered with this error. */
    public FakeShim refusing(Errno errno, String what) {
        return answering((_, connection) -> connection.error(errno, what));
    }

    /** The next request gets no answer, until the other side hangs up. */
    public FakeShim silent() {
        return answering((_, connection) -> connection.receive());
    }

    /** Containers take no notice of this signal. */
    public synchronized FakeShim ignoring(int signal) {
        ignored.add(signal);
        return this;
    }

    /** One container takes no notice of this signal. */
    public synchronized FakeShim ignoring(ContainerId containerId, int signal) {
        ignoredBy.computeIfAbsent(containerId, _ -> new HashSet<>()).add(signal);
        return this;
    }

    /** Every request from now on passes this first. */
    public synchronized FakeShim behind(Gate newGate) {
        gate = newGate;
        return this;
    }

    /** Whether its process runs. */
    public boolean isAlive() {
        return process.map(FakePodProcess::isAlive).orElse(true);
    }

    /** The pid that it answers with. */
    public int pid() {
        return process.map(FakePodProcess::pid).orElse(NO_PROCESS);
    }

    /** Every exec from now on does this. */
    public synchronized FakeShim executing(FakeExec process) {
        exec = process;
        return this;
    }

    /** A container ends: the record is written, then it is announced. */
    public void end(ContainerId containerId, ExitStatus status) throws IOException {
        containers.end(containerId, status);
    }

    /** What it would answer to a status request; empty if the container is unknown. */
    public Optional<ContainerReport> container(ContainerId containerId) {
        return containers.report(containerId);
    }

    /** Every container that it knows. */
    public List<ContainerReport> containers() {
        return containers.reports();
    }

    /** Ends as if killed: connections break, the socket's file stays. */
    public void kill() throws IOException {
        if (process.isPresent()) {
            process.get().close();
        }
        server.close();
        try {
            // The kernel accepts connections until the last user has left the descriptor.
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a fake ended");
        }
        for (var connection : connections) {
            connection.close();
        }
    }

    /** Ends; the socket's file is removed. */
    @Override
    public void close() throws IOException {
        kill();
        Files.deleteIfExists(podDirectory.resolve("shim.sock"));
    }

    private void accept() {
        try {
            while (true) {
                var connection = new FakeConnection(server.accept());
                connections.add(connection);
                var _ =
                        Thread.ofVirtual()
                                .name("fake-shim-connection")
                                .start(() -> serve(connection));
            }
        } catch (IOException e) {
            // The fake was closed.
            return;
        }
    }

    private void serve(FakeConnection connection) {
        try (connection) {
            var frame = connection.receive();
            var request = FakeRequest.read(frame.type(), new ProgramReader(frame.payload()));
            requests.add(request);
            FakeAnswer scripted;
            Gate inFront;
            synchronized (this) {
                scripted = answersOf.remove(request.getClass());
                scripted = scripted == null ? answers.poll() : scripted;
                inFront = gate;
            }
            if (scripted == null) {
                answer(request, connection, inFront);
            } else {
                scripted.answer(request, connection);
            }
        } catch (IOException e) {
            // The other side hung up: nobody is left to be told.
            return;
        } finally {
            connections.remove(connection);
        }
    }

    private void answer(FakeRequest request, FakeConnection connection, Gate inFront)
            throws IOException {
        try {
            inFront.pass(request);
        } catch (IOException e) {
            connection.error(Errno.EIO, String.valueOf(e.getMessage()));
            return;
        }
        answer(request, connection);
    }

    private void answer(FakeRequest request, FakeConnection connection) throws IOException {
        switch (request) {
            case FakeRequest.Status _ -> containers.status(connection, pid());
            case FakeRequest.Prepare(var id, _) -> {
                containers.prepare(id);
                connection.ok();
            }
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
            case FakeRequest.Watch _ -> containers.watch(connection);
            case FakeRequest.Shutdown _ -> {
                connection.ok();
                close();
            }
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
            end(signal.containerId(), new ExitStatus.Signaled(signal.signal()));
        }
        okIf(running, connection);
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
                .filter(report -> !(report instanceof ContainerReport.Prepared))
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
