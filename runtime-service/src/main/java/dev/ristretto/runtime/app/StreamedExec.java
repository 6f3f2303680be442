// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.app;

import dev.ristretto.runtime.exec.ContainerExec;
import dev.ristretto.runtime.shim.ExecConversation;
import dev.ristretto.runtime.shim.ExecEvent;
import dev.ristretto.runtime.spec.StdioConfig;
import dev.ristretto.runtime.stream.ExecStreamRequest;
import dev.ristretto.runtime.stream.ExecTarget;
import dev.ristretto.runtime.stream.StreamEvent;
import dev.ristretto.runtime.stream.StreamProcess;
import dev.ristretto.runtime.stream.TerminalSize;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Binds the streaming server to the podshim's conversations. */
final class StreamedExec implements ExecTarget {
    private final ContainerExec exec;

    StreamedExec(ContainerExec exec) {
        this.exec = exec;
    }

    @Override
    public StreamProcess start(ExecStreamRequest request, TerminalSize size) throws IOException {
        var stdio = new StdioConfig(request.stdio().stdin(), false, request.stdio().tty());
        return new Process(
                exec.start(request.containerId(), request.command(), stdio, shimSize(size)));
    }

    private static dev.ristretto.runtime.shim.TerminalSize shimSize(TerminalSize size) {
        return new dev.ristretto.runtime.shim.TerminalSize(size.rows(), size.columns());
    }

    private record Process(ExecConversation conversation) implements StreamProcess {
        @Override
        public StreamEvent next() throws IOException {
            return switch (conversation.next()) {
                case ExecEvent.Output(var stream, var bytes) ->
                        new StreamEvent.Output(source(stream), content(bytes));
                case ExecEvent.Exited(var status, _) -> new StreamEvent.Exited(status.exitCode());
                case ExecEvent.Detached _ ->
                        throw new IllegalStateException("detached from a process of its own");
            };
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
}
