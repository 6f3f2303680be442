// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import dev.ristretto.image.manifest.Descriptor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A blob's bytes, which go on by a range request where a connection broke off. Its reader sees one
 * stream of exactly the right length, or an exception. Used by one thread.
 */
final class BlobStream extends InputStream {
    /** However much each of them brought: a registry that breaks off this often is broken. */
    private static final int MAX_CONNECTIONS = 50;

    private final RegistrySession session;
    private final Descriptor blob;
    private final RetryPolicy retry;
    private final Cancellation cancellation;
    private @Nullable InputStream connection;
    private long position;
    private int connections;
    private int failuresWithoutProgress;
    private boolean closed;

    BlobStream(
            RegistrySession session,
            Descriptor blob,
            long offset,
            RetryPolicy retry,
            Cancellation cancellation) {
        this.session = session;
        this.blob = blob;
        this.position = Objects.checkIndex(offset, blob.sizeBytes() + 1);
        this.retry = retry;
        this.cancellation = cancellation;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the blob's stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        while (position < blob.sizeBytes()) {
            cancellation.check();
            int count = readOnce(target, offset, length);
            if (count > 0) {
                position += count;
                failuresWithoutProgress = 0;
                return count;
            }
        }
        checkEnd();
        return -1;
    }

    /** Some bytes, or 0 after a failure that is worth another connection. */
    private int readOnce(byte[] target, int offset, int length) throws IOException {
        int wanted = (int) Math.min(length, blob.sizeBytes() - position);
        var current = connection == null ? connect() : connection;
        try {
            int count = current.read(target, offset, wanted);
            if (count < 0) {
                throw new IOException("the connection ended early");
            }
            return count;
        } catch (IOException e) {
            disconnect();
            failuresWithoutProgress++;
            boolean hopeless =
                    !HttpExchanges.mayPass(e)
                            || failuresWithoutProgress >= retry.attempts()
                            || connections >= MAX_CONNECTIONS;
            if (hopeless) {
                throw session.torn(blob, position, e);
            }
            cancellation.pause(
                    retry.pauseAfter(failuresWithoutProgress, ThreadLocalRandom.current()));
            return 0;
        }
    }

    private InputStream connect() {
        connections++;
        var opened = session.openBlob(blob, position);
        connection = opened;
        return opened;
    }

    /** A body without a length could go on behind the blob's end. */
    private void checkEnd() throws IOException {
        var current = connection;
        if (current == null) {
            return;
        }
        try {
            if (current.read() >= 0) {
                throw session.tooLong(blob);
            }
        } finally {
            disconnect();
        }
    }

    private void disconnect() throws IOException {
        var current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        disconnect();
    }
}
