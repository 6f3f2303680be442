// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.spec.ContainerId;
import dev.ristretto.runtime.spec.StdioConfig;

import java.io.IOException;
import java.time.Duration;

/**
 * Speaks to the podshim of one pod. Every call has a connection of its own and blocks the calling
 * thread until the answer: safe from any thread, best on virtual ones. {@link ShimTransport} makes
 * it.
 *
 * <p>Besides what is said at each method, all throw {@link PodGoneException} if the pod is over,
 * {@link PodErrorException} if the podshim refuses, {@link PodProtocolException} if it speaks
 * another protocol, and a {@link dev.ristretto.fault.RuntimeFault} of kind {@code BUSY} if it does
 * not answer within the transport's patience; whether it did what it was asked is not known then.
 * An interrupted thread gets a {@link java.nio.channels.ClosedByInterruptException}.
 */
public final class ShimClient {
    private final Endpoint endpoint;

    ShimClient(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** The pod and its containers as they are. */
    public PodState status() throws IOException {
        return Exchange.ask(
                endpoint,
                WireWriter.frame(FrameType.POD_STATUS),
                FrameType.POD_STATE,
                PodState::read);
    }

    /**
     * Runs a container's program up to its command. A podshim of an older release does not tell the
     * times of its operations.
     *
     * @param logPath where its output goes; empty throws it away
     * @throws ShimException if a step failed; the container is unknown then
     */
    public Started start(
            ContainerId containerId, String logPath, StdioConfig stdio, Program program)
            throws IOException {
        try {
            return start(
                    startRequest(FrameType.CONTAINER_START_TIMED, containerId, logPath, stdio),
                    program);
        } catch (PodProtocolException e) {
            if (!e.refused()) {
                throw e;
            }
            return start(
                    startRequest(FrameType.CONTAINER_START, containerId, logPath, stdio), program);
        }
    }

    private static WireWriter startRequest(
            FrameType type, ContainerId containerId, String logPath, StdioConfig stdio) {
        return WireWriter.frame(type).str(containerId.value()).str(logPath).u32(flags(stdio));
    }

    private Started start(WireWriter request, Program program) throws IOException {
        try (var conversation = Conversation.open(endpoint)) {
            Exchange.send(conversation, request, program);
            return Exchange.started(conversation, program);
        }
    }

    /**
     * Sends a signal to a container's init.
     *
     * @throws PodErrorException {@code ESRCH} if it does not run
     */
    public void signal(ContainerId containerId, int signal) throws IOException {
        Exchange.ask(
                endpoint,
                WireWriter.frame(FrameType.CONTAINER_SIGNAL).str(containerId.value()).u32(signal));
    }

    /**
     * Goes on with a new log file, which exists when this returns.
     *
     * @throws PodErrorException {@code ESRCH} if the container was never started
     */
    public void reopenLog(ContainerId containerId, String logPath) throws IOException {
        Exchange.ask(
                endpoint,
                WireWriter.frame(FrameType.CONTAINER_REOPEN_LOG)
                        .str(containerId.value())
                        .str(logPath));
    }

    /**
     * Drops a container that has ended, with its exit record. Does nothing if it is unknown.
     *
     * @throws PodErrorException {@code EBUSY} while it runs
     */
    public void forget(ContainerId containerId) throws IOException {
        Exchange.ask(
                endpoint, WireWriter.frame(FrameType.CONTAINER_FORGET).str(containerId.value()));
    }

    /**
     * Runs a program in a container up to its command. The conversation is the process's lease:
     * closing it kills the process.
     *
     * @param terminal the first size of the terminal, if it has one
     * @throws ShimException if a step failed
     */
    public ExecConversation exec(
            ContainerId containerId, StdioConfig stdio, TerminalSize terminal, Program program)
            throws IOException {
        return ExecConversation.exec(
                endpoint,
                WireWriter.frame(FrameType.EXEC)
                        .str(containerId.value())
                        .u32(flags(stdio))
                        .u32(terminal.rows())
                        .u32(terminal.columns()),
                program);
    }

    /**
     * Connects to a container: what it prints from now on, and its standard input. It lives on when
     * the conversation is closed.
     *
     * @param stdin whether this writes to its standard input, which a container made with {@code
     *     stdin_once} loses with the first that does
     * @param patience how long this may lag behind what the container prints, and slow it, until it
     *     is cut off
     * @throws PodErrorException {@code ESRCH} if it does not run
     * @throws dev.ristretto.fault.RuntimeFault {@code UNSUPPORTED} if the pod's podshim is of an
     *     older release
     */
    public ExecConversation attach(ContainerId containerId, boolean stdin, Duration patience)
            throws IOException {
        return ExecConversation.attach(
                endpoint,
                WireWriter.frame(FrameType.ATTACH)
                        .str(containerId.value())
                        .u32(flags(new StdioConfig(stdin, false, false)))
                        .u32(Math.toIntExact(patience.toMillis())));
    }

    /** Follows the pod's containers from now on. */
    public ShimWatch watch() throws IOException {
        return ShimWatch.open(endpoint);
    }

    /**
     * Ends the pod: its podshim kills what it started and ends, a moment after this has returned.
     */
    public void shutdown() throws IOException {
        Exchange.ask(endpoint, WireWriter.frame(FrameType.SHUTDOWN));
    }

    static Started started(WireReader in) throws WireReader.Malformed {
        return new Started(in.smallU32(), in.time());
    }

    private static int flags(StdioConfig stdio) {
        return (stdio.tty() ? 1 : 0) | (stdio.stdin() ? 2 : 0) | (stdio.stdinOnce() ? 4 : 0);
    }
}
