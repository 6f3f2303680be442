// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.shim.Conversation.Header;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The streams of a process: one that runs in a container for as long as this is open, or that of a
 * container, which outlives this. Whoever does not call {@link #next} slows the process down, not
 * the daemon: nothing is collected. One thread calls {@link #next}, others may write; writers wait
 * while the process does not read. Any thread may close it; the others then get a {@link
 * java.nio.channels.ClosedChannelException}.
 */
public final class ExecConversation implements AutoCloseable {
    private final ShimTransport transport;
    private final Conversation conversation;
    private final Optional<Started> started;

    /** Held by whoever uses the buffer, so that it is given back only after the last read. */
    private final ReentrantLock reading = new ReentrantLock();

    private @Nullable ByteBuffer buffer;

    /** The frame whose payload is being read, and how much of it is left. */
    private ExecEvent.Stream stream = ExecEvent.Stream.STDOUT;

    private int left;
    private boolean ended;

    private ExecConversation(
            ShimTransport transport,
            Conversation conversation,
            Optional<Started> started,
            ByteBuffer buffer) {
        this.transport = transport;
        this.conversation = conversation;
        this.started = started;
        this.buffer = buffer;
    }

    /** What is said until the streams are connected. */
    @FunctionalInterface
    private interface Opening {
        Optional<Started> run(Conversation conversation) throws IOException;
    }

    /** Runs a program in a container. */
    static ExecConversation exec(Endpoint endpoint, WireWriter request, Program program)
            throws IOException {
        return open(
                endpoint,
                conversation -> {
                    Exchange.send(conversation, request, program);
                    return Optional.of(
                            Exchange.answer(
                                    conversation, FrameType.STARTED, ShimClient::started, program));
                });
    }

    /** Connects to the process of a container. */
    static ExecConversation attach(Endpoint endpoint, WireWriter request) throws IOException {
        return open(
                endpoint,
                conversation -> {
                    Exchange.send(conversation, request, null);
                    var answer = conversation.receive();
                    if (answer.type() == FrameType.REFUSED) {
                        throw outdated(conversation.name());
                    }
                    if (answer.type() != FrameType.ATTACHED) {
                        throw Exchange.failure(conversation, answer, null);
                    }
                    conversation.unlimited();
                    return Exchange.parse(conversation, answer, _ -> Optional.empty());
                });
    }

    /** Podshims live as long as their pods, also when a newer daemon takes over. */
    private static RuntimeFault outdated(String name) {
        return RuntimeFault.unsupported(
                "attach in %s: its podshim is of an older release, which cannot attach; recreate the"
                        + " pod",
                name);
    }

    private static ExecConversation open(Endpoint endpoint, Opening opening) throws IOException {
        var buffer = endpoint.transport().buffer();
        try {
            var conversation = Conversation.open(endpoint, buffer);
            try {
                var started = opening.run(conversation);
                return new ExecConversation(endpoint.transport(), conversation, started, buffer);
            } catch (IOException | RuntimeException e) {
                try (conversation) {
                    throw e;
                }
            }
        } catch (IOException | RuntimeException e) {
            endpoint.transport().release(buffer);
            throw e;
        }
    }

    /** The process that was started for this; empty for that of a container. */
    public Optional<Started> started() {
        return started;
    }

    /**
     * Kills the process this long from now, unless it has ended; {@link #next} then throws a {@link
     * RuntimeFault} of kind {@code TIMED_OUT}. Replaces an earlier limit.
     */
    public void limit(Duration time) {
        conversation.limit(
                time,
                () ->
                        RuntimeFault.timedOut(
                                "exec in %s: not done within %d ms",
                                conversation.name(), time.toMillis()));
    }

    /**
     * Waits for the next event. Nothing comes after {@link ExecEvent.Exited} or {@link
     * ExecEvent.Detached}.
     *
     * @throws PodGoneException if the pod ended before the process's end was told
     * @throws PodErrorException {@code ETIMEDOUT}, {@code ENOBUFS} if who is attached to a
     *     container did not keep up with it, {@code ESRCH} if the container was removed
     */
    public ExecEvent next() throws IOException {
        reading.lock();
        try {
            if (buffer == null) {
                throw new ClosedChannelException();
            }
            if (ended) {
                throw new IllegalStateException("the process has ended");
            }
            while (left == 0) {
                var header = conversation.receiveHeader();
                switch (header.type()) {
                    case STDOUT -> begin(ExecEvent.Stream.STDOUT, header);
                    case STDERR -> begin(ExecEvent.Stream.STDERR, header);
                    case EXITED -> {
                        return exited(header);
                    }
                    case DETACHED -> {
                        return detached(header);
                    }
                    default ->
                            throw Exchange.failure(
                                    conversation, conversation.receive(header), null);
                }
            }
            var bytes = conversation.receiveSome(left);
            left -= bytes.remaining();
            return new ExecEvent.Output(stream, bytes);
        } finally {
            reading.unlock();
        }
    }

    /** Writes to the process's standard input. Waits until the podshim has taken all of it. */
    public void writeStdin(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int size = Math.min(bytes.remaining(), FrameType.MAX_DATA);
            conversation.send(
                    WireWriter.frame(FrameType.STDIN).endFrame(size),
                    bytes.slice(bytes.position(), size));
            bytes.position(bytes.position() + size);
        }
    }

    /**
     * Ends the process's standard input. A container's may stay open for others: then {@link
     * ExecEvent.Detached} follows.
     */
    public void closeStdin() throws IOException {
        conversation.send(WireWriter.frame(FrameType.STDIN_END).endFrame(0));
    }

    /** Changes the size of the process's terminal. */
    public void resize(TerminalSize size) throws IOException {
        conversation.send(
                WireWriter.frame(FrameType.RESIZE)
                        .u32(size.rows())
                        .u32(size.columns())
                        .endFrame(0));
    }

    /** Sends a signal to the process's group. */
    public void signal(int signal) throws IOException {
        conversation.send(WireWriter.frame(FrameType.SIGNAL).u32(signal).endFrame(0));
    }

    /** Ends the lease: a process that was started for this is killed if it still runs. */
    @Override
    public void close() throws IOException {
        try {
            conversation.close();
        } finally {
            reading.lock();
            try {
                var unused = buffer;
                buffer = null;
                if (unused != null) {
                    transport.release(unused);
                }
            } finally {
                reading.unlock();
            }
        }
    }

    private void begin(ExecEvent.Stream of, Header header) {
        stream = of;
        left = header.length();
    }

    private ExecEvent detached(Header header) throws IOException {
        var event =
                Exchange.parse(
                        conversation, conversation.receive(header), _ -> new ExecEvent.Detached());
        ended = true;
        return event;
    }

    private ExecEvent exited(Header header) throws IOException {
        var event =
                Exchange.parse(
                        conversation,
                        conversation.receive(header),
                        in -> new ExecEvent.Exited(WireReader.exitStatus(in.u32()), in.time()));
        conversation.unlimited();
        ended = true;
        return event;
    }
}
