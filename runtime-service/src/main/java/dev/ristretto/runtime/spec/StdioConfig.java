// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.spec;

import dev.ristretto.fault.RuntimeFault;

/**
 * {@code stdin}, {@code stdin_once} and {@code tty}.
 *
 * @param stdinOnce whether standard input ends with the first attached client
 */
public record StdioConfig(boolean stdin, boolean stdinOnce, boolean tty) {
    public StdioConfig {
        if (stdinOnce && !stdin) {
            throw RuntimeFault.invalidArgument("config.stdin_once is set, but config.stdin is not");
        }
    }
}
