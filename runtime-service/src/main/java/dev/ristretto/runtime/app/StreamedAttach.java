// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.exec.ContainerAttach;
import dev.ristretto.runtime.stream.AttachStreamRequest;
import dev.ristretto.runtime.stream.AttachTarget;
import dev.ristretto.runtime.stream.StreamProcess;
import dev.ristretto.runtime.stream.TerminalSize;

import java.io.IOException;

/** Binds the streaming server to the processes of containers. */
final class StreamedAttach implements AttachTarget {
    private final ContainerAttach attach;

    StreamedAttach(ContainerAttach attach) {
        this.attach = attach;
    }

    @Override
    public void check(AttachStreamRequest request) {
        var _ = attach.requireRunning(request.containerId());
    }

    @Override
    public StreamProcess attach(AttachStreamRequest request, TerminalSize size) throws IOException {
        var process =
                new ConversationStream(
                        "attach to container " + request.containerId(),
                        attach.start(request.containerId(), request.stdio().stdin()));
        if (!size.equals(TerminalSize.UNKNOWN)) {
            try {
                process.resize(size);
            } catch (IOException e) {
                // It has just ended; what it printed is still to be read.
                return process;
            }
        }
        return process;
    }
}
