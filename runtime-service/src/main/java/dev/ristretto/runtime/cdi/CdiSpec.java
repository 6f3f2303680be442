// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.cdi;

import dev.ristretto.runtime.spec.CdiEdits;

import java.nio.file.Path;
import java.util.Map;

/**
 * A specification.
 *
 * @param kind {@code vendor/class}
 * @param edits for any of its devices
 * @param devices by name
 */
record CdiSpec(Path file, String kind, CdiEdits edits, Map<String, CdiEdits> devices) {
    CdiSpec {
        devices = Map.copyOf(devices);
    }
}
