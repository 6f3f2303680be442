// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C a request: while this is open, an interrupt runs an action that lets the main thread
 * come to its end in order, and the process ends when that is done, with the main thread's exit
 * code (which {@code Main} gives by halting).
 */
public final class ExitHook implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final CountDownLatch never = new CountDownLatch(1);
    private final Thread hook;

    public ExitHook(Runnable onInterrupt) {
        this.hook = new Thread(() -> end(onInterrupt), "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void end(Runnable onInterrupt) {
        onInterrupt.run();
        try {
            boolean released = never.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assert !released;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The interrupt has come; the hook keeps the process until the main thread halts it.
            return;
        }
    }
}
