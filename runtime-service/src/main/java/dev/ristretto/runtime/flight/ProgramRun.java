// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Supplier;

/**
 * A program that a podshim ran.
 *
 * @param words a line for each operation; made when somebody asks, as nobody does for most
 * @param failedAt index of the operation that failed; -1 if none did, or none of the program
 * @param tookNanos of each operation; empty if the podshim did not tell
 */
public record ProgramRun(Supplier<List<String>> words, long failedAt, List<Long> tookNanos) {
    public ProgramRun {
        tookNanos = List.copyOf(tookNanos);
    }

    /** What came of a program, if it knows what the operations took. */
    public interface Timed {
        /** In nanoseconds, from the first on; empty if the podshim did not tell. */
        List<Long> tookNanos();
    }

    /** An exception that knows at which operation of the program it was thrown. */
    public interface AtOperation extends Timed {
        /** Index in the program, or one that is not in it. */
        long step();
    }

    /** The same, by what came of it: a result or an exception. */
    ProgramRun ended(@Nullable Object outcome) {
        return new ProgramRun(
                words,
                outcome instanceof AtOperation at ? at.step() : -1,
                outcome instanceof Timed timed ? timed.tookNanos() : tookNanos);
    }
}
