// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;

/** A stream of an {@link UpgradedConnection}, whose lock guards every field. */
final class OpenStream implements ClientStream {
    private static final byte[] NOTHING = {};

    private final UpgradedConnection connection;
    private final int id;
    private final Map<String, String> headers;
    private final Condition readable;
    private final ArrayDeque<byte[]> received = new ArrayDeque<>();
    private boolean receivedAll;
    private boolean ignoring;
    private boolean reset;
    private boolean finished;

    /** The headers' names are in lower case. */
    OpenStream(UpgradedConnection connection, int id, Map<String, String> headers) {
        this.connection = connection;
        this.id = id;
        this.headers = Map.copyOf(headers);
        this.readable = connection.newCondition();
    }

    int id() {
        return id;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public byte[] read() throws IOException {
        var chunk =
                connection.locked(
                        () -> {
                            while (received.isEmpty() && !receivedAll) {
                                connection.requireOpen();
                                if (reset) {
                                    throw new IOException("the client has reset the stream");
                                }
                                readable.awaitUninterruptibly();
                            }
                            return received.isEmpty() ? NOTHING : received.remove();
                        });
        if (chunk.length > 0) {
            connection.consumed(id, chunk.length);
        }
        return chunk;
    }

    @Override
    public void ignoreInput() {
        connection.locked(
                () -> {
                    ignoring = true;
                    while (!received.isEmpty()) {
                        connection.consumed(id, received.remove().length);
                    }
                });
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        int sent = 0;
        while (sent < bytes.length) {
            sent += connection.send(this, bytes, sent);
        }
    }

    @Override
    public void finish(byte[] last) {
        connection.sendLast(this, last);
    }

    /** Bytes from the client; false if its side has ended before. */
    boolean receive(byte[] bytes) {
        return connection.locked(
                () -> {
                    if (receivedAll) {
                        return false;
                    }
                    connection.received(bytes.length);
                    if (ignoring) {
                        connection.consumed(id, bytes.length);
                    } else {
                        received.add(bytes);
                        readable.signalAll();
                    }
                    return true;
                });
    }

    /** The client's side has ended. */
    void receiveEnd() {
        connection.locked(
                () -> {
                    receivedAll = true;
                    readable.signalAll();
                    forgetIfOver();
                });
    }

    /** The client wants nothing more of this stream, in either direction. */
    void receiveReset() {
        connection.locked(
                () -> {
                    reset = true;
                    connection.wakeWriters();
                    readable.signalAll();
                    forgetIfOver();
                });
    }

    void wakeReader() {
        readable.signalAll();
    }

    boolean takesOutput() {
        return !reset && !finished;
    }

    /** Notes that this side has sent its last; false if it had before. */
    boolean finished() {
        if (!takesOutput()) {
            return false;
        }
        finished = true;
        forgetIfOver();
        return true;
    }

    private void forgetIfOver() {
        if (reset || finished && receivedAll) {
            connection.forget(this);
        }
    }
}
