// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import java.util.List;

/**
 * {@code Capability}: changes to the default set, by name, with or without {@code CAP_}; {@code
 * ALL} means every one. Names are checked when the sets are made.
 *
 * @param addAmbient also raised in the ambient set, see capabilities(7)
 */
public record CapabilityRequest(List<String> add, List<String> drop, List<String> addAmbient) {
    public CapabilityRequest {
        add = List.copyOf(add);
        drop = List.copyOf(drop);
        addAmbient = List.copyOf(addAmbient);
    }

    /** The default set as it is. */
    public static CapabilityRequest none() {
        return new CapabilityRequest(List.of(), List.of(), List.of());
    }
}
