// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The streams of a connection, between the event loop, which brings what the client sends, and the
 * threads that read and write them. One lock guards all; what Netty is asked for under it only adds
 * to a queue.
 */
final class UpgradedConnection implements ClientConnection {
    /** What is handed to the event loop at once, so that streams take turns. */
    private static final int CHUNK_BYTES = 32 << 10;

    private final Channel channel;
    private final String protocol;
    private final Framing framing;
    private final Executor actions;
    private final Intake intake;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition writable = lock.newCondition();
    private final Condition opened = lock.newCondition();

    // All below is guarded by the lock, which locked() takes: a checker cannot see through that.
    private final Map<Integer, OpenStream> streams = new HashMap<>();
    private final Deque<OpenStream> unaccepted = new ArrayDeque<>();
    private final List<Runnable> endActions = new ArrayList<>();
    private @Nullable String endReason;
    private boolean gone;
    private boolean closing;

    UpgradedConnection(Channel channel, String protocol, Framing framing, Executor actions) {
        this.channel = channel;
        this.protocol = protocol;
        this.framing = framing;
        this.actions = actions;
        this.intake = new Intake(channel.config());
        channel.pipeline().addFirst(intake);
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public Optional<ClientStream> accept(Duration patience) throws IOException {
        return locked(
                () -> {
                    long nanos = patience.toNanos();
                    while (unaccepted.isEmpty()) {
                        requireOpen();
                        if (nanos <= 0) {
                            return Optional.empty();
                        }
                        nanos = awaitOpened(nanos);
                    }
                    return Optional.of(unaccepted.remove());
                });
    }

    private long awaitOpened(long nanos) throws IOException {
        try {
            return opened.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the client's streams", e);
        }
    }

    @Override
    public void onEnd(Runnable action) {
        locked(
                () -> {
                    if (gone || endReason != null) {
                        actions.execute(action);
                    } else {
                        endActions.add(action);
                    }
                });
    }

    @Override
    public void end(String reason) {
        locked(
                () -> {
                    if (endReason == null) {
                        endReason = reason;
                        announceEnd();
                    }
                });
    }

    @Override
    public Optional<String> endReason() {
        return locked(() -> Optional.ofNullable(endReason));
    }

    @Override
    public void close(Duration linger) {
        boolean first =
                locked(
                        () -> {
                            if (closing || gone) {
                                return false;
                            }
                            closing = true;
                            streams.values().forEach(OpenStream::ignoreInput);
                            wakeAll();
                            framing.farewell().ifPresent(this::post);
                            return true;
                        });
        if (first
                && !channel.closeFuture()
                        .awaitUninterruptibly(linger.toNanos(), TimeUnit.NANOSECONDS)) {
            locked(() -> framing.goodbye().ifPresent(this::post));
        }
        var _ = channel.close();
    }

    /** Whether this side has taken leave, so that the client's leaving is the last that happens. */
    boolean closing() {
        return locked(() -> closing);
    }

    /** A stream the client has opened; the headers' names are in lower case. */
    OpenStream open(int id, Map<String, String> headers) {
        return locked(
                () -> {
                    var stream = new OpenStream(this, id, headers);
                    if (closing) {
                        stream.ignoreInput();
                    }
                    streams.put(id, stream);
                    framing.opened(id);
                    unaccepted.add(stream);
                    opened.signalAll();
                    return stream;
                });
    }

    Optional<OpenStream> find(int id) {
        return locked(() -> Optional.ofNullable(streams.get(id)));
    }

    int openStreams() {
        return locked(streams::size);
    }

    /** The client has closed the connection, or it broke. */
    void gone() {
        locked(
                () -> {
                    gone = true;
                    announceEnd();
                });
    }

    /** The client reads again; or its windows have changed. */
    void writableChanged() {
        locked(
                () -> {
                    acknowledge();
                    wakeWriters();
                });
    }

    /** A client that breaks the protocol is told so, and its connection is closed. */
    void violated(Throwable violation) {
        locked(() -> framing.reproach(violation).ifPresent(this::post));
        var _ = channel.close();
    }

    void requireOpen() throws IOException {
        if (endReason != null) {
            throw new IOException(endReason);
        }
        if (gone || closing) {
            throw new IOException("the client has gone");
        }
    }

    /** Sends some bytes from an offset on; waits until the client can take any. */
    int send(OpenStream stream, byte[] bytes, int offset) throws IOException {
        return locked(
                () -> {
                    int wanted = Math.min(bytes.length - offset, CHUNK_BYTES);
                    while (true) {
                        requireOpen();
                        if (!stream.takesOutput()) {
                            return bytes.length - offset;
                        }
                        int length = framing.sendable(stream.id(), wanted);
                        if (length > 0 && channel.isWritable()) {
                            framing.sent(stream.id(), length);
                            var data = Unpooled.wrappedBuffer(bytes, offset, length);
                            post(framing.data(stream.id(), data));
                            return length;
                        }
                        writable.awaitUninterruptibly();
                    }
                });
    }

    void sendLast(OpenStream stream, byte[] last) {
        locked(
                () -> {
                    if (stream.finished() && !gone) {
                        framing.last(stream.id(), Unpooled.wrappedBuffer(last))
                                .ifPresent(this::post);
                    }
                });
    }

    void received(int bytes) {
        intake.received(bytes);
    }

    void consumed(int streamId, int bytes) {
        intake.consumed(bytes);
        locked(
                () -> {
                    framing.consumed(streamId, bytes);
                    acknowledge();
                });
    }

    void forget(OpenStream stream) {
        locked(
                () -> {
                    if (streams.remove(stream.id(), stream)) {
                        unaccepted.remove(stream);
                        framing.forget(stream.id());
                    }
                });
    }

    Condition newCondition() {
        return lock.newCondition();
    }

    void wakeWriters() {
        writable.signalAll();
    }

    /** Runs something under the lock of this connection. */
    <T, E extends Exception> T locked(Work<T, E> work) throws E {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Runs something under the lock of this connection. */
    void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    // A client that does not read must not make acknowledgements pile up.
    private void acknowledge() {
        if (channel.isWritable()) {
            framing.acknowledgements().forEach(this::post);
        }
    }

    private void announceEnd() {
        endActions.forEach(actions::execute);
        endActions.clear();
        wakeAll();
    }

    private void wakeAll() {
        opened.signalAll();
        wakeWriters();
        streams.values().forEach(OpenStream::wakeReader);
    }

    private void post(Object frame) {
        var _ = channel.writeAndFlush(frame);
    }

    /** Something that is done under the lock. */
    @FunctionalInterface
    interface Work<T, E extends Exception> {
        T run() throws E;
    }
}
