// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.fault;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;

/**
 * What must be taken back, last first, if a use case does not reach its end.
 *
 * <p>Use it in try-with-resources: push the undo of a step before or right after the step, call
 * {@link #commit()} as the last statement. Every step is run even if one throws; the first failure
 * is thrown (or suppressed under the original one by try-with-resources), the rest are attached to
 * it. Confined to one thread.
 */
public final class Undo implements AutoCloseable {
    private final Deque<Step> steps = new ArrayDeque<>();

    /** Adds a step, to be run before those added earlier. */
    public void push(Step step) {
        steps.push(step);
    }

    /** Forgets all steps: the use case is done and nothing below may fail. */
    public void commit() {
        steps.clear();
    }

    @Override
    public void close() throws IOException {
        var failures = new ArrayList<Exception>();
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (IOException | RuntimeException e) {
                failures.add(e);
            }
        }
        if (failures.isEmpty()) {
            return;
        }
        var first = failures.removeFirst();
        failures.forEach(first::addSuppressed);
        switch (first) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new AssertionError(first);
        }
    }

    /** One thing to take back. */
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }
}
