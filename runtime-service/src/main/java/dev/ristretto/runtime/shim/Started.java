// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.runtime.flight.ProgramRun;

import java.time.Instant;
import java.util.List;

/**
 * A process that runs its command.
 *
 * @param pid as the host sees it
 * @param tookNanos what each operation of its program took, up to a seccomp filter; empty if the
 *     podshim did not tell
 */
public record Started(int pid, Instant at, List<Long> tookNanos) implements ProgramRun.Timed {
    public Started {
        tookNanos = List.copyOf(tookNanos);
    }

    /** One of which only the process is known. */
    public Started(int pid, Instant at) {
        this(pid, at, List.of());
    }
}
