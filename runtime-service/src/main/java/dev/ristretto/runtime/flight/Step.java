// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.flight;

import java.util.Optional;

/**
 * A part of a call.
 *
 * @param what {@code <verb> <object>}, with what came of it
 * @param afterNanos since the call began
 * @param tookNanos 0 for what takes no time: a decision, a figure
 */
public record Step(
        String what,
        long afterNanos,
        long tookNanos,
        Optional<Failure> failure,
        Optional<ProgramRun> program) {}
