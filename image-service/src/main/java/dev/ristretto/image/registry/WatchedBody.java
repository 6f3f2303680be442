// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.ScheduledFuture;

/**
 * A response's body that is torn when nothing comes for too long or the pull is cancelled, and says
 * which it was. One thread reads; the watch and the canceller only close.
 */
final class WatchedBody extends InputStream {
    private static final long NOT_WAITING = 0;

    private final InputStream body;
    private final StallWatch watch;
    private final Cancellation cancellation;
    private final Cancellation.Registration registration;
    private final ScheduledFuture<?> check;
    private volatile long waitingSince = NOT_WAITING;
    private volatile boolean stalled;

    WatchedBody(InputStream body, StallWatch watch, Cancellation cancellation) {
        this.body = body;
        this.watch = watch;
        this.cancellation = cancellation;
        this.registration = cancellation.onCancel(this::tear);
        this.check = watch.watch(this::tearIfStalled);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        waitingSince = System.nanoTime() | 1; // never NOT_WAITING
        int count;
        try {
            count = body.read(target, offset, length);
        } catch (IOException e) {
            explainTear();
            throw e;
        } finally {
            waitingSince = NOT_WAITING;
        }
        if (count < 0) {
            // A body torn by another thread ends as if it were whole.
            explainTear();
        }
        return count;
    }

    private void explainTear() throws HttpTimeoutException {
        cancellation.check();
        if (stalled) {
            throw new HttpTimeoutException(
                    "sent nothing for %d s".formatted(watch.patience().toSeconds()));
        }
    }

    private void tearIfStalled() {
        long since = waitingSince;
        if (since != NOT_WAITING && System.nanoTime() - since > watch.patience().toNanos()) {
            stalled = true;
            tear();
        }
    }

    private void tear() {
        try {
            body.close();
        } catch (IOException e) {
            // The reader sees the end of the body, which is all that is wanted.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        check.cancel(false);
        registration.close();
        body.close();
    }
}
