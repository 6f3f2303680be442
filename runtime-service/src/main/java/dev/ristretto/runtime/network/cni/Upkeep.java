// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.network.cni;

import org.jboss.logging.Logger;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** One thing to be done again and again, on a thread of its own, never twice at once. */
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Upkeep.class);

    private final ExecutorService thread;
    private final Runnable work;
    private final AtomicBoolean asked = new AtomicBoolean();

    Upkeep(String name, Runnable work) {
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name(name).daemon().factory());
        this.work = work;
    }

    /** Has it done soon: once, however often it is asked for until then. */
    void ask() {
        if (!thread.isShutdown() && asked.compareAndSet(false, true)) {
            thread.execute(this::run);
        }
    }

    private void run() {
        asked.set(false);
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.errorf(e, "the upkeep of CNI networks: %s", e.getMessage());
        }
    }

    /** What is being done is given up: it is done by the next daemon. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
