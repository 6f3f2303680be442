// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import java.util.ArrayDeque;
import java.util.Deque;

/** Steps that are run backwards, all of them, whatever one of them throws. */
final class Cleanup {
    /** One step. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    private final Deque<Step> steps = new ArrayDeque<>();

    void push(Step step) {
        steps.push(step);
    }

    /** Remembers to close it; answers it. */
    <T extends AutoCloseable> T keep(T resource) {
        push(resource::close);
        return resource;
    }

    /** Runs all steps; what they throw is added to the failure. */
    void run(Throwable failure) {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (Exception | AssertionError e) {
                failure.addSuppressed(e);
            }
        }
    }
}
