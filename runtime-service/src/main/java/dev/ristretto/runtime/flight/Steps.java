// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Notes what the call does that this thread works for; outside of a call nothing is noted, and the
 * work is done all the same.
 */
public final class Steps {
    private static final ScopedValue<Call> CURRENT = ScopedValue.newInstance();

    private Steps() {}

    /** What a step does. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object, X extends Exception> {
        T run() throws X;
    }

    /** What a step does that has no result. */
    @FunctionalInterface
    public interface Act<X extends Exception> {
        void run() throws X;
    }

    /** Works for a call: the steps of it are noted there. */
    public static void during(Call call, Runnable work) {
        ScopedValue.where(CURRENT, call).run(work);
    }

    /**
     * Does a step of the current call.
     *
     * @param what {@code <verb> <object>}
     */
    public static <T extends @Nullable Object, X extends Exception> T step(
            String what, Work<T, X> work) throws X {
        var call = current();
        return call == null ? work.run() : timed(call, what, null, work);
    }

    /** The same for a step without a result. */
    public static <X extends Exception> void act(String what, Act<X> work) throws X {
        var _ =
                Steps.<Boolean, X>step(
                        what,
                        () -> {
                            work.run();
                            return true;
                        });
    }

    /**
     * Does a step of the current call that has a podshim run a program.
     *
     * @param words a line for each operation
     */
    public static <T extends @Nullable Object, X extends Exception> T program(
            String what, Supplier<List<String>> words, Work<T, X> work) throws X {
        var call = current();
        return call == null
                ? work.run()
                : timed(call, what, new ProgramRun(words, -1, List.of()), work);
    }

    /** Notes what was decided or found. */
    public static void note(String format, @Nullable Object... arguments) {
        var call = current();
        if (call != null) {
            call.note(format.formatted(arguments));
        }
    }

    private static <T extends @Nullable Object, X extends Exception> T timed(
            Call call, String what, @Nullable ProgramRun program, Work<T, X> work) throws X {
        long begun = call.now();
        var outer = call.enter(what, begun);
        @Nullable Object outcome = null;
        try {
            var result = work.run();
            outcome = result;
            return result;
        } catch (Throwable e) {
            outcome = e;
            throw e;
        } finally {
            call.leave(outer);
            var run = program == null ? null : program.ended(outcome);
            var failure = outcome instanceof Throwable thrown ? Failure.of(thrown) : null;
            call.step(what, begun, Optional.ofNullable(failure), Optional.ofNullable(run));
        }
    }

    private static @Nullable Call current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }
}
