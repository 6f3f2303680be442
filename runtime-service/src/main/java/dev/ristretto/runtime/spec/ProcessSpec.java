// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import java.util.List;

/**
 * A container's process, resolved from its config and its image. What is looked up in the image's
 * files is looked up once, when the container is made.
 *
 * @param argv program and arguments; never empty
 * @param environment each {@code NAME=value}, each name once, with {@code PATH} and {@code HOME}
 * @param workingDir absolute
 * @param stopSignal number of the signal that asks it to end, see signal(7)
 */
public record ProcessSpec(
        List<String> argv,
        List<String> environment,
        String workingDir,
        ProcessIdentity identity,
        int stopSignal) {

    public ProcessSpec {
        argv = List.copyOf(argv);
        environment = List.copyOf(environment);
    }
}
