// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stats;

/** What went through a network interface since it was made, seen from the pod. */
public record InterfaceCounters(String name, Direction received, Direction transmitted) {
    /** What went one way. */
    public record Direction(long bytes, long packets, long errors, long dropped) {}
}
