// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import java.time.Instant;
import java.util.Optional;

/** Something that was done for a subject, or happened to it. */
public sealed interface Entry permits Call, Event {
    /** When it began. */
    Instant at();

    /** The RPC's name, or what happened. */
    String what();

    /** Why it came to nothing, or what is wrong since then. */
    Optional<Failure> failure();
}
