// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.trace;

import dev.ristretto.runtime.flight.Task;

/**
 * An RPC that has ended.
 *
 * @param code of gRPC, by number
 * @param codeName the same by name
 * @param message why it failed; empty if it did not
 * @param endNanos when it ended, by {@link System#nanoTime}
 */
public record EndedRpc(
        Span span, Task task, int code, String codeName, String message, long endNanos) {}
