// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.explain;

import dev.ristretto.runtime.flight.Call;
import dev.ristretto.runtime.flight.Flight;
import dev.ristretto.runtime.flight.Subject;

import java.util.List;

/**
 * What became of a pod or a container.
 *
 * @param subject what was meant
 * @param state in words: {@code ready}, {@code exited}, {@code removed}
 * @param flights its own, then those of its containers
 * @param running calls for it that go on
 * @param failed whether something failed that was not made good since
 * @param cause why it is as it is, in a line
 */
public record Explanation(
        Subject subject,
        String state,
        List<Flight> flights,
        List<Call> running,
        boolean failed,
        String cause) {
    public Explanation {
        flights = List.copyOf(flights);
        running = List.copyOf(running);
    }
}
