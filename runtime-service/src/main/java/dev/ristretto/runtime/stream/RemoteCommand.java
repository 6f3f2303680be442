// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.stream.RemoteCommandStreams.Type;
import dev.ristretto.runtime.stream.wire.ClientConnection;
import dev.ristretto.runtime.stream.wire.ClientStream;
import dev.ristretto.runtime.stream.wire.StreamEndpoint;
import dev.ristretto.runtime.stream.wire.WebSocketProtocol;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Connects a process with a client's streams until one of them ends, and tells the client the
 * outcome. What the process is, is its {@link Source}'s matter.
 *
 * <p>A client that goes ends the process, since nobody is left to read its output or to stop it.
 */
final class RemoteCommand implements StreamEndpoint {
    /** Where the process comes from. */
    @FunctionalInterface
    interface Source {
        /** As {@link ExecTarget#start}. */
        StreamProcess start(TerminalSize size) throws IOException;
    }

    private static final Logger LOG = Logger.getLogger(RemoteCommand.class);

    private final String what;
    private final StreamStdio stdio;
    private final Source source;
    private final StreamingSettings settings;

    /** {@code what} names it in logs, for example {@code exec of sh in container 1234}. */
    RemoteCommand(String what, StreamStdio stdio, Source source, StreamingSettings settings) {
        this.what = what;
        this.stdio = stdio;
        this.source = source;
        this.settings = settings;
    }

    @Override
    public List<String> spdyProtocols() {
        return RemoteCommandVersion.SPDY;
    }

    @Override
    public List<WebSocketProtocol> webSocketProtocols() {
        return RemoteCommandVersion.WEB_SOCKET;
    }

    @Override
    public List<String> webSocketChannels() {
        return RemoteCommandStreams.channels();
    }

    /** The first that this client reads; some wait for it. */
    @Override
    public int webSocketGreeting() {
        if (stdio.stdout()) {
            return Type.STDOUT.ordinal();
        }
        return stdio.stderr() ? Type.STDERR.ordinal() : Type.ERROR.ordinal();
    }

    @Override
    public int maxStreams() {
        return Type.values().length;
    }

    @Override
    public void serve(ClientConnection connection) {
        var version = RemoteCommandVersion.of(connection.protocol());
        var streams = RemoteCommandStreams.of(RemoteCommandStreams.typesFor(stdio, version));
        var outcome = outcomeOf(connection, streams);
        streams.finish(outcome.onErrorStream(version));
        connection.close(settings.linger());
    }

    private Outcome outcomeOf(ClientConnection connection, RemoteCommandStreams streams) {
        try {
            streams.accept(connection, settings.streamPatience());
            return converse(connection, streams);
        } catch (RuntimeFault fault) {
            LOG.debugf("%s: %s", what, fault.getMessage());
            return Outcome.failed(fault);
        } catch (IOException e) {
            // The process is lost also because its connection was: then that is the reason.
            var words = connection.endReason().orElse(String.valueOf(e.getMessage()));
            LOG.debugf("%s: %s", what, words);
            return Outcome.failed("%s: %s".formatted(what, words));
        } catch (RuntimeException e) {
            LOG.error(what, e);
            return Outcome.failed("%s: %s".formatted(what, e));
        }
    }

    private Outcome converse(ClientConnection connection, RemoteCommandStreams streams)
            throws IOException {
        var firstSize = new CompletableFuture<TerminalSize>();
        var started = new CompletableFuture<StreamProcess>();
        streams.find(Type.RESIZE)
                .ifPresentOrElse(
                        resize -> start(() -> passSizes(resize, firstSize, started)),
                        () -> firstSize.complete(TerminalSize.UNKNOWN));
        var size =
                firstSize
                        .completeOnTimeout(
                                TerminalSize.UNKNOWN,
                                settings.sizePatience().toMillis(),
                                TimeUnit.MILLISECONDS)
                        .join();
        try (var process = source.start(size)) {
            connection.onEnd(process::close);
            started.complete(process);
            streams.find(Type.STDIN).ifPresent(stdin -> start(() -> passInput(stdin, process)));
            return passOutput(process, streams);
        } finally {
            started.cancel(false);
        }
    }

    private static Outcome passOutput(StreamProcess process, RemoteCommandStreams streams)
            throws IOException {
        while (true) {
            switch (process.next()) {
                case StreamEvent.Output(var from, var bytes) -> {
                    var to = streams.find(typeOf(from));
                    if (to.isPresent()) {
                        to.get().write(bytes);
                    }
                }
                case StreamEvent.Exited(var exitCode) -> {
                    return new Outcome.Exited(exitCode);
                }
            }
        }
    }

    private static Type typeOf(StreamEvent.Source source) {
        return switch (source) {
            case STDOUT -> Type.STDOUT;
            case STDERR -> Type.STDERR;
        };
    }

    private static void passInput(ClientStream stdin, StreamProcess process) throws IOException {
        for (var bytes = stdin.read(); bytes.length > 0; bytes = stdin.read()) {
            process.writeStdin(bytes);
        }
        process.closeStdin();
    }

    private static void passSizes(
            ClientStream resize,
            CompletableFuture<TerminalSize> first,
            CompletableFuture<StreamProcess> started)
            throws IOException {
        var events = new ResizeEvents(resize);
        for (var size = events.next(); size.isPresent(); size = events.next()) {
            if (!first.complete(size.get())) {
                started.join().resize(size.get());
            }
        }
    }

    /** A pump ends with its stream or its process; who waits for the output tells the client. */
    private void start(Pump pump) {
        var _ =
                Thread.ofVirtual()
                        .name("stream-pump")
                        .start(
                                () -> {
                                    try {
                                        pump.run();
                                    } catch (IOException | RuntimeException e) {
                                        LOG.debugf("%s: %s", what, e);
                                    }
                                });
    }

    @FunctionalInterface
    private interface Pump {
        void run() throws IOException;
    }
}
