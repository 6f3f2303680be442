// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.exec.ContainerExec;
import dev.ristretto.runtime.spec.StdioConfig;
import dev.ristretto.runtime.stream.ExecStreamRequest;
import dev.ristretto.runtime.stream.ExecTarget;
import dev.ristretto.runtime.stream.StreamProcess;
import dev.ristretto.runtime.stream.TerminalSize;

import java.io.IOException;

/** Binds the streaming server to commands in containers. */
final class StreamedExec implements ExecTarget {
    private final ContainerExec exec;

    StreamedExec(ContainerExec exec) {
        this.exec = exec;
    }

    @Override
    public StreamProcess start(ExecStreamRequest request, TerminalSize size) throws IOException {
        var stdio = new StdioConfig(request.stdio().stdin(), false, request.stdio().tty());
        return new ConversationStream(
                "exec in container " + request.containerId(),
                exec.start(
                        request.containerId(),
                        request.command(),
                        stdio,
                        ConversationStream.shimSize(size)));
    }
}
