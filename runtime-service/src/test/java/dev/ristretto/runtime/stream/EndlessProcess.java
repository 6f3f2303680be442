// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A process that has output as often as it is asked, and counts how much was taken. */
final class EndlessProcess implements StreamProcess {
    private static final int CHUNK_BYTES = 16 << 10;

    private final AtomicLong takenBytes = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** How much was taken, once nothing more is for half a second. */
    long untilItStops() throws InterruptedException {
        long before = -1;
        long now = takenBytes.get();
        while (now != before || now == 0) {
            if (closed.await(500, TimeUnit.MILLISECONDS)) {
                return takenBytes.get();
            }
            before = now;
            now = takenBytes.get();
        }
        return now;
    }

    void awaitClosed() throws InterruptedException {
        if (!closed.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the process was not let go within 20 s");
        }
    }

    @Override
    public StreamEvent next() throws IOException {
        if (closed.getCount() == 0) {
            throw new IOException("the process was let go");
        }
        takenBytes.addAndGet(CHUNK_BYTES);
        return new StreamEvent.Output(StreamEvent.Source.STDOUT, new byte[CHUNK_BYTES]);
    }

    @Override
    public void writeStdin(byte[] bytes) {}

    @Override
    public void closeStdin() {}

    @Override
    public void resize(TerminalSize size) {}

    @Override
    public void close() {
        closed.countDown();
    }
}
