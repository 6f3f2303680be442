// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.exec;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.image.registry.Cancellation;
import dev.ristretto.runtime.shim.ExecConversation;
import dev.ristretto.runtime.shim.ExecEvent;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.shim.TerminalSize;
import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.StdioConfig;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;

/** {@code ExecSync}: runs a command and answers with what it printed and how it ended. */
public final class ExecSync {
    /** What the kubelet receives at most in one message, less room for the rest of it. */
    private static final int MAX_OUTPUT_BYTES = (16 << 20) - (64 << 10);

    private final ContainerExec exec;

    public ExecSync(ContainerExec exec) {
        this.exec = exec;
    }

    /** What a command printed and its exit code. */
    public record Result(byte[] stdout, byte[] stderr, int exitCode) {}

    /**
     * Runs a command.
     *
     * @param timeout after which the command is killed; 0 for never
     * @param caller cancelled when nobody waits any more, which kills the command too
     * @throws RuntimeFault {@code TIMED_OUT}; {@code EXHAUSTED} if it prints more than 16 MiB;
     *     otherwise as {@link ContainerExec#start}
     */
    public Result run(ContainerId id, List<String> command, Duration timeout, Cancellation caller)
            throws IOException {
        var stdio = new StdioConfig(false, false, false);
        try (var process = exec.start(id, command, stdio, TerminalSize.NONE);
                var _ = caller.onCancel(() -> closeQuietly(process))) {
            if (timeout.isPositive()) {
                process.limit(timeout);
            }
            return collect(process);
        } catch (PodException e) {
            throw ShimFailureText.toFault("exec in container " + id, e);
        } catch (IOException e) {
            if (caller.isCancelled()) {
                throw new CancellationException("the caller left");
            }
            throw e;
        }
    }

    private static Result collect(ExecConversation process) throws IOException {
        var stdout = new ByteArrayOutputStream();
        var stderr = new ByteArrayOutputStream();
        while (true) {
            switch (process.next()) {
                case ExecEvent.Output(var stream, var bytes) ->
                        append(
                                stream == ExecEvent.Stream.STDOUT ? stdout : stderr,
                                bytes,
                                stdout.size() + stderr.size());
                case ExecEvent.Exited(var status, _) -> {
                    return new Result(
                            stdout.toByteArray(), stderr.toByteArray(), status.exitCode());
                }
                case ExecEvent.Detached _ ->
                        throw new IllegalStateException("detached from a process of its own");
            }
        }
    }

    private static void append(ByteArrayOutputStream to, ByteBuffer bytes, int before) {
        if (before + bytes.remaining() > MAX_OUTPUT_BYTES) {
            throw RuntimeFault.exhausted(
                    null,
                    "the command printed more than %d bytes, the most that ExecSync can answer;"
                            + " use Exec, or print to a file",
                    MAX_OUTPUT_BYTES);
        }
        to.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    private static void closeQuietly(ExecConversation process) {
        try {
            process.close();
        } catch (IOException e) {
            // It is closed again, and reported, by whoever reads from it.
            return;
        }
    }
}
