// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.shim.ExecConversation;
import dev.ristretto.runtime.shim.ExecEvent;
import dev.ristretto.runtime.shim.PodException;
import dev.ristretto.runtime.shim.ShimFailureText;
import dev.ristretto.runtime.stream.StreamEvent;
import dev.ristretto.runtime.stream.StreamProcess;
import dev.ristretto.runtime.stream.TerminalSize;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A podshim's conversation as what the streaming server serves.
 *
 * @param what names it in faults, for example {@code exec in container 1234}
 */
record ConversationStream(String what, ExecConversation conversation) implements StreamProcess {
    @Override
    public StreamEvent next() throws IOException {
        try {
            return switch (conversation.next()) {
                case ExecEvent.Output(var stream, var bytes) ->
                        new StreamEvent.Output(source(stream), content(bytes));
                // How a container ends is told by its status, not to who was attached to it.
                case ExecEvent.Exited(var status, _) ->
                        new StreamEvent.Exited(
                                conversation.started().isPresent() ? status.exitCode() : 0);
                case ExecEvent.Detached _ -> new StreamEvent.Exited(0);
            };
        } catch (PodException e) {
            throw ShimFailureText.toFault(what, e);
        }
    }

    @Override
    public void writeStdin(byte[] bytes) throws IOException {
        conversation.writeStdin(ByteBuffer.wrap(bytes));
    }

    @Override
    public void closeStdin() throws IOException {
        conversation.closeStdin();
    }

    @Override
    public void resize(TerminalSize size) throws IOException {
        conversation.resize(shimSize(size));
    }

    @Override
    public void close() {
        try {
            conversation.close();
        } catch (IOException e) {
            // The podshim is gone, and the process with it.
            return;
        }
    }

    static dev.ristretto.runtime.shim.TerminalSize shimSize(TerminalSize size) {
        return new dev.ristretto.runtime.shim.TerminalSize(size.rows(), size.columns());
    }

    private static StreamEvent.Source source(ExecEvent.Stream stream) {
        return switch (stream) {
            case STDOUT -> StreamEvent.Source.STDOUT;
            case STDERR -> StreamEvent.Source.STDERR;
        };
    }

    private static byte[] content(ByteBuffer bytes) {
        var content = new byte[bytes.remaining()];
        bytes.get(content);
        return content;
    }
}
