// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened without anybody asking for it.
 *
 * @param kind for those who look for it
 * @param what in words
 */
public record Event(Kind kind, Instant at, String what, Optional<Failure> failure)
        implements Entry {
    /** The kinds of events. */
    public enum Kind {
        /** A container's process ended. */
        ENDED,
        /** The podshim ended though nobody asked it to. */
        LOST,
        /** A new daemon took over. */
        RECOVERED
    }
}
