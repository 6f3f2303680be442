// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/** A process of the test's host, with nothing kept between its pipes and who asks for the next. */
final class LocalProcess implements StreamProcess {
    private final Process process;
    private final SynchronousQueue<StreamEvent> events = new SynchronousQueue<>();
    private final CountDownLatch outputs = new CountDownLatch(2);
    private volatile boolean closed;

    LocalProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command).start();
        pump(process.getInputStream(), StreamEvent.Source.STDOUT);
        pump(process.getErrorStream(), StreamEvent.Source.STDERR);
        var _ =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        outputs.await();
                                        offer(new StreamEvent.Exited(process.waitFor()));
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
    }

    private void pump(InputStream from, StreamEvent.Source source) {
        var _ =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try (from) {
                                        var buffer = new byte[32 << 10];
                                        int n = from.read(buffer);
                                        while (n >= 0 && !closed) {
                                            var bytes = Arrays.copyOf(buffer, n);
                                            offer(new StreamEvent.Output(source, bytes));
                                            n = from.read(buffer);
                                        }
                                    } catch (IOException | InterruptedException e) {
                                        // The process was killed: its output ends here.
                                    } finally {
                                        outputs.countDown();
                                    }
                                });
    }

    private void offer(StreamEvent event) throws InterruptedException {
        while (!closed && !events.offer(event, 100, TimeUnit.MILLISECONDS)) {
            // Nobody asks: neither the pipe nor this thread goes on.
        }
    }

    @Override
    public StreamEvent next() throws IOException {
        try {
            while (!closed) {
                var event = events.poll(100, TimeUnit.MILLISECONDS);
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
        process.getOutputStream().write(bytes);
        process.getOutputStream().flush();
    }

    @Override
    public void closeStdin() throws IOException {
        process.getOutputStream().close();
    }

    @Override
    public void resize(TerminalSize size) {}

    @Override
    public void close() {
        closed = true;
        process.destroyForcibly();
    }

    boolean isAlive() {
        return process.isAlive();
    }
}
