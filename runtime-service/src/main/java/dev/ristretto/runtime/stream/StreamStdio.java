// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.fault.RuntimeFault;

/**
 * Which of a process's streams a client is connected to: {@code stdin}, {@code stdout}, {@code
 * stderr} and {@code tty} of the CRI's requests.
 */
public record StreamStdio(boolean tty, boolean stdin, boolean stdout, boolean stderr) {
    public StreamStdio {
        if (tty && stderr) {
            throw RuntimeFault.invalidArgument(
                    "tty and stderr are both set; a terminal has one output, ask for stdout only");
        }
        if (!stdin && !stdout && !stderr) {
            throw RuntimeFault.invalidArgument("none of stdin, stdout and stderr is set");
        }
    }
}
