// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.spec.ContainerId;

import java.util.List;

/** {@code ExecRequest}: a command to run in a container, with a client's streams. */
public record ExecStreamRequest(ContainerId containerId, List<String> command, StreamStdio stdio) {
    public ExecStreamRequest {
        command = List.copyOf(command);
        if (command.isEmpty()) {
            throw RuntimeFault.invalidArgument("cmd is empty");
        }
    }
}
