// SPDX-License-Identifier: Apache-2.0
/**
 * The lines that the daemon writes of its own work: {@link dev.ristretto.runtime.log.LogOutput}
 * chooses their form, and each carries whom it is about, from the thread's {@link
 * dev.ristretto.runtime.flight.Task}. Not the logs of containers: those are the podshim's. Safe
 * from any thread.
 */
@NullMarked
package dev.ristretto.runtime.log;

import org.jspecify.annotations.NullMarked;
