// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.runtime.stream.wire.ClientConnection;
import dev.ristretto.runtime.stream.wire.ClientStream;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The streams of a remote command, by what they carry. */
final class RemoteCommandStreams {
    /** What a stream carries: its {@code streamtype}; the order is that of WebSocket channels. */
    enum Type {
        STDIN,
        STDOUT,
        STDERR,
        ERROR,
        RESIZE;

        String header() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Type> of(ClientStream stream) {
            var header = stream.header("streamtype").orElse("");
            for (var type : values()) {
                if (type.header().equals(header)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    private static final byte[] NOTHING = {};

    private final Set<Type> wanted;
    private final Map<Type, ClientStream> streams = new EnumMap<>(Type.class);
    private final List<ClientStream> strangers = new ArrayList<>();

    private RemoteCommandStreams(Set<Type> wanted) {
        this.wanted = wanted;
    }

    /** What a client must open for these streams of a process. */
    static Set<Type> typesFor(StreamStdio stdio, RemoteCommandVersion version) {
        var types = EnumSet.of(Type.ERROR);
        if (stdio.stdin()) {
            types.add(Type.STDIN);
        }
        if (stdio.stdout()) {
            types.add(Type.STDOUT);
        }
        if (stdio.stderr()) {
            types.add(Type.STDERR);
        }
        if (stdio.tty() && version.hasResize()) {
            types.add(Type.RESIZE);
        }
        return types;
    }

    static RemoteCommandStreams of(Set<Type> wanted) {
        return new RemoteCommandStreams(wanted);
    }

    /** The {@code streamtype} of each WebSocket channel. */
    static List<String> channels() {
        var channels = new ArrayList<String>();
        for (var type : Type.values()) {
            channels.add(type.header());
        }
        return channels;
    }

    /**
     * Waits until the client has opened all that is wanted.
     *
     * @throws IOException if it does not in this time, or opens something else
     */
    void accept(ClientConnection connection, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!streams.keySet().containsAll(wanted)) {
            var left = Duration.ofNanos(deadline - System.nanoTime());
            var stream = connection.accept(left).orElseThrow(() -> late(patience));
            var type = Type.of(stream).filter(t -> !streams.containsKey(t));
            if (type.isEmpty()) {
                strangers.add(stream);
                throw new IOException(
                        "the client has opened a stream of type '%s', of which there is none, or one already"
                                .formatted(stream.header("streamtype").orElse("")));
            }
            if (!reads(type.get())) {
                stream.ignoreInput();
            }
            streams.put(type.get(), stream);
        }
    }

    private IOException late(Duration patience) {
        var missing = EnumSet.copyOf(wanted);
        missing.removeAll(streams.keySet());
        return new IOException(
                "the client has not opened its streams %s within %d s"
                        .formatted(missing, patience.toSeconds()));
    }

    private boolean reads(Type type) {
        return wanted.contains(type) && (type == Type.STDIN || type == Type.RESIZE);
    }

    /** The stream of a type, if it is wanted. */
    Optional<ClientStream> find(Type type) {
        return wanted.contains(type) ? Optional.ofNullable(streams.get(type)) : Optional.empty();
    }

    /**
     * Tells the client the outcome, then ends all streams. The outcome comes first: some clients
     * stop when their output has ended.
     */
    void finish(byte[] outcome) {
        var error = streams.get(Type.ERROR);
        if (error != null) {
            error.finish(outcome);
        }
        streams.values().forEach(stream -> stream.finish(NOTHING));
        strangers.forEach(stream -> stream.finish(NOTHING));
    }
}
