// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import java.time.Instant;

/**
 * A process that runs its command.
 *
 * @param pid as the host sees it
 */
public record Started(int pid, Instant at) {}
