// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A process that says what the test puts in, and notes what it is told. */
final class ScriptedProcess implements StreamProcess {
    private static final long PATIENCE_SECONDS = 20;

    /** What it says next. */
    final BlockingQueue<StreamEvent> says = new LinkedBlockingQueue<>();

    /** What it was told: bytes of stdin as text, {@code EOF}, {@code 24x80}, {@code CLOSED}. */
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /** How many bytes of stdin it has read, when it reads them. */
    final AtomicLong stdinBytes = new AtomicLong();

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean deaf;

    ScriptedProcess say(String text) {
        return say(StreamEvent.Source.STDOUT, text);
    }

    ScriptedProcess say(StreamEvent.Source source, String text) {
        says.add(new StreamEvent.Output(source, text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    ScriptedProcess exit(int code) {
        says.add(new StreamEvent.Exited(code));
        return this;
    }

    /** From now on it does not read its standard input. */
    ScriptedProcess deaf() {
        deaf = true;
        return this;
    }

    void hearAgain() {
        deaf = false;
    }

    String nextTold() throws InterruptedException {
        var word = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (word == null) {
            throw new AssertionError("the process was told nothing for 20 s");
        }
        return word;
    }

    @Override
    public StreamEvent next() throws IOException {
        try {
            while (closed.getCount() > 0) {
                var event = says.poll(20, TimeUnit.MILLISECONDS);
                if (event != null) {
                    return event;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new IOException("the process was let go");
    }

    @Override
    public void writeStdin(byte[] bytes) throws IOException {
        while (deaf) {
            awaitClosed(20);
        }
        stdinBytes.addAndGet(bytes.length);
        if (bytes.length < 100) {
            told.add(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private void awaitClosed(long millis) throws IOException {
        try {
            if (closed.await(millis, TimeUnit.MILLISECONDS)) {
                throw new IOException("the process was let go");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void closeStdin() {
        told.add("EOF");
    }

    @Override
    public void resize(TerminalSize size) {
        told.add(size.rows() + "x" + size.columns());
    }

    @Override
    public void close() {
        if (closed.getCount() > 0) {
            closed.countDown();
            told.add("CLOSED");
        }
    }
}
