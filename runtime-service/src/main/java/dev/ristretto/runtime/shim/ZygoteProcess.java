// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.PodSandboxId;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;

/**
 * The process {@code podshim --zygote}, which all pods are forks of. Its standard input is this
 * daemon's lease: it ends when that is closed, which the kernel does too. If it dies it is started
 * again when the next pod is wanted, a few times a minute at most; pods do not need it once they
 * are born.
 */
public final class ZygoteProcess implements Zygote, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ZygoteProcess.class.getName());
    private static final int MAX_STARTS = 5;
    private static final long STARTS_WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Duration END_PATIENCE = Duration.ofSeconds(2);
    private static final String READY = "ready";
    private static final int MAX_LINE = 64;

    private final Path podshim;
    private final Path runDirectory;
    private final Endpoint endpoint;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<Long> starts = new ArrayDeque<>();

    @GuardedBy("lock")
    private Process process;

    @GuardedBy("lock")
    private boolean closed;

    private ZygoteProcess(Path podshim, Path runDirectory, ShimTransport transport)
            throws IOException {
        this.podshim = podshim;
        this.runDirectory = runDirectory;
        this.endpoint = new Endpoint("the zygote", runDirectory.resolve("zygote.sock"), transport);
        this.process = launch();
    }

    /**
     * Starts the zygote and waits until it listens, which it does once no zygote of a dead daemon
     * and no pod being born of it is left.
     *
     * @param podshim the binary
     * @param runDirectory where {@code zygote.sock} and {@code zygote.lock} are made; exists
     * @throws RuntimeFault {@code BUSY} if it is not ready within the transport's patience, {@code
     *     INTERNAL} if it cannot run
     */
    public static ZygoteProcess start(Path podshim, Path runDirectory, ShimTransport transport)
            throws IOException {
        return new ZygoteProcess(podshim, runDirectory, transport);
    }

    /** Its process id now; another after it died and was started again. */
    public long pid() {
        lock.lock();
        try {
            return process.pid();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int createPod(PodSandboxId podSandboxId, Path podDirectory, Program program)
            throws IOException {
        try (var conversation = connect()) {
            Exchange.send(
                    conversation,
                    WireWriter.frame(FrameType.POD_CREATE)
                            .str(podSandboxId.value())
                            .str(podDirectory.toString()),
                    program);
            return Exchange.answer(conversation, FrameType.CREATED, WireReader::smallU32, program);
        }
    }

    /** Ends the zygote. Its pods live on. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            end(process);
        } finally {
            lock.unlock();
        }
    }

    private Conversation connect() throws IOException {
        try {
            return Conversation.open(endpoint);
        } catch (PodGoneException e) {
            restart(e);
            return Conversation.open(endpoint);
        }
    }

    private void restart(PodGoneException why) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw why;
            }
            if (answers()) {
                return; // another thread has done it
            }
            end(process);
            LOG.warning(
                    "the zygote ended with code " + process.exitValue() + "; starting it again");
            process = launch();
        } finally {
            lock.unlock();
        }
    }

    private boolean answers() throws IOException {
        try (var _ = Conversation.open(endpoint)) {
            return true;
        } catch (PodGoneException e) {
            return false;
        }
    }

    @GuardedBy("lock")
    private Process launch() throws IOException {
        long now = System.nanoTime();
        while (!starts.isEmpty() && now - starts.peek() > STARTS_WINDOW_NANOS) {
            starts.remove();
        }
        if (starts.size() == MAX_STARTS) {
            throw RuntimeFault.internal(
                    null,
                    "start the zygote %s: it died %d times within a minute; its last words are in"
                            + " the daemon's log",
                    podshim,
                    MAX_STARTS);
        }
        starts.add(now);
        var started = spawn();
        try {
            awaitReady(started);
            return started;
        } catch (IOException | RuntimeException e) {
            started.destroyForcibly();
            throw e;
        }
    }

    private Process spawn() throws IOException {
        var builder =
                new ProcessBuilder(podshim.toString(), "--zygote", runDirectory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .directory(Path.of("/").toFile());
        // What is in our environment is no business of what runs in pods.
        builder.environment().clear();
        try {
            return builder.start();
        } catch (IOException e) {
            throw RuntimeFault.internal(
                    e,
                    "start the zygote %s: %s; check the podshim key of the configuration",
                    podshim,
                    e.getMessage());
        }
    }

    private void awaitReady(Process started) throws IOException {
        var line = new FutureTask<>(() -> firstLine(started.getInputStream()));
        Thread.ofPlatform().daemon().name("zygote-ready").start(line);
        var patience = endpoint.transport().patience();
        try {
            var words = line.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (!words.equals(READY)) {
                throw RuntimeFault.internal(
                        null,
                        "start the zygote %s: it said '%s' instead of 'ready'; its last words are"
                                + " in the daemon's log",
                        podshim,
                        words);
            }
        } catch (TimeoutException e) {
            throw RuntimeFault.busy(
                    "start the zygote %s: not ready within %d ms; does another daemon use %s?",
                    podshim, patience.toMillis(), runDirectory);
        } catch (ExecutionException e) {
            throw new IOException("start the zygote " + podshim + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the zygote started");
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n' && line.length() < MAX_LINE) {
            line.append((char) c);
            c = in.read();
        }
        return line.toString();
    }

    /** Takes the lease away and waits for the end. */
    private static void end(Process process) throws IOException {
        try (var lease = process.getOutputStream()) {
            lease.flush();
        } catch (IOException e) {
            // EPIPE: it has ended and does not read its lease any more.
            process.destroy();
        }
        try {
            if (!process.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the zygote ended");
        }
    }
}
