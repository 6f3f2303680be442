// SPDX-License-Identifier: Apache-2.0
/**
 * The flight recorder: what was done for each pod, container and image, step by step, with the time
 * each took and how it failed. {@link dev.ristretto.runtime.flight.FlightRecorder} keeps it, in
 * memory and bounded; {@link dev.ristretto.runtime.flight.Steps} is what code calls that does a
 * step of a call. Always on: a step costs less than a microsecond.
 *
 * <p>Nothing here takes a lock that a call could hold, nothing throws, and nothing of the runtime
 * is known here, so that every package may note what it does.
 */
@NullMarked
package dev.ristretto.runtime.flight;

import org.jspecify.annotations.NullMarked;
