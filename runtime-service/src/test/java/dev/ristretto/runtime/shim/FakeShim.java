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
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A pod's podshim without processes: listens on {@code shim.sock} of a pod directory, keeps the
 * state of containers as docs/wire.md says, and remembers what it was asked. Without being told
 * otherwise every program succeeds, SIGTERM (15) and SIGKILL (9) end a container, and an exec ends
 * with 0 at once. Written from the page, not from the client, so that the two check each other.
 */
public final class FakeShim implements AutoCloseable {
    private static final int NO_PROCESS = 1000;

    private final Path podDirectory;
    private final ServerSocketChannel server;
    private final Thread acceptor;
    private final FakeContainers containers;
    private final FakeBehaviour behaviour;
    private final List<FakeRequest> requests = new CopyOnWriteArrayList<>();
    private final List<FakeConnection> connections = new CopyOnWriteArrayList<>();
    private final Deque<FakeAnswer> answers = new ArrayDeque<>();
    private final Map<Class<?>, FakeAnswer> answersOf = new HashMap<>();
    private final Optional<FakePodProcess> process;
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
        this.behaviour = new FakeBehaviour(containers);
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
        behaviour.failing(failure);
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

    /** The program of a container runs, its command not yet. */
    void starting(ContainerId containerId) throws IOException {
        containers.starting(containerId);
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
        behaviour.ignoring(signal);
        return this;
    }

    /** One container takes no notice of this signal. */
    public synchronized FakeShim ignoring(ContainerId containerId, int signal) {
        behaviour.ignoring(containerId, signal);
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
        behaviour.executing(process);
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
            case FakeRequest.Watch _ -> containers.watch(connection);
            case FakeRequest.Shutdown _ -> {
                connection.ok();
                close();
            }
            default -> behaviour.answer(request, connection);
        }
    }
}
