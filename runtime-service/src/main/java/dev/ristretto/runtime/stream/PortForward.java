// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.stream.wire.ClientConnection;
import dev.ristretto.runtime.stream.wire.ClientStream;
import dev.ristretto.runtime.stream.wire.StreamEndpoint;
import dev.ristretto.runtime.stream.wire.WebSocketProtocol;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Forwards a client's connections to ports of a pod. For each the client opens two streams with the
 * same {@code requestID} and {@code port}: {@code error}, on which a failure is told, and {@code
 * data}. Confined to the thread that serves the client, but for the forwarding itself.
 */
final class PortForward implements StreamEndpoint {
    /** At once, of one client. */
    static final int MAX_CONNECTIONS = 512;

    private static final Logger LOG = Logger.getLogger(PortForward.class);
    private static final String PROTOCOL = "portforward.k8s.io";
    private static final Duration A_WHILE = Duration.ofHours(1);
    private static final byte[] NOTHING = {};

    private final PodSandboxId podSandboxId;
    private final PortForwardTarget target;

    PortForward(PodSandboxId podSandboxId, PortForwardTarget target) {
        this.podSandboxId = podSandboxId;
        this.target = target;
    }

    @Override
    public List<String> spdyProtocols() {
        return List.of(PROTOCOL);
    }

    /** SPDY in the messages of a WebSocket: by the name of today's clients, and of the first. */
    @Override
    public List<WebSocketProtocol> webSocketProtocols() {
        return List.of(
                WebSocketProtocol.tunnel("SPDY/3.1+" + PROTOCOL),
                WebSocketProtocol.tunnel("v2." + PROTOCOL));
    }

    @Override
    public List<String> webSocketChannels() {
        return List.of();
    }

    @Override
    public int webSocketGreeting() {
        throw new IllegalStateException("a tunnel has no channels");
    }

    @Override
    public int maxStreams() {
        return 2 * MAX_CONNECTIONS;
    }

    @Override
    public void serve(ClientConnection connection) {
        var sockets = new OpenSockets();
        connection.onEnd(sockets::closeAll);
        var errors = new HashMap<String, ClientStream>();
        var data = new HashMap<String, ClientStream>();
        try {
            while (true) {
                var stream = connection.accept(A_WHILE);
                if (stream.isPresent()) {
                    take(stream.get(), errors, data, sockets);
                }
            }
        } catch (IOException e) {
            LOG.debugf("port-forward to pod sandbox %s ends: %s", podSandboxId, e.getMessage());
        } finally {
            sockets.closeAll();
        }
    }

    /** A stream waits for its other half, in whichever order they come. */
    private void take(
            ClientStream stream,
            Map<String, ClientStream> errors,
            Map<String, ClientStream> data,
            OpenSockets sockets) {
        var port = stream.header("port").orElse("");
        // Clients of before Kubernetes 1.2 open one pair for a port at a time and do not number it.
        var key = stream.header("requestid").orElse("of port " + port);
        boolean isError = stream.header("streamtype").orElse("").equals("error");
        if (isError) {
            stream.ignoreInput(); // it is for us to write
        }
        var previous = (isError ? errors : data).put(key, stream);
        if (previous != null) {
            previous.finish(NOTHING);
        }
        if (errors.containsKey(key) && data.containsKey(key)) {
            var error = errors.remove(key);
            var forward =
                    new ForwardedConnection(
                            error,
                            data.remove(key),
                            sockets,
                            () -> target.connect(podSandboxId, ForwardedConnection.port(port)));
            var _ = Thread.ofVirtual().name("stream-forward").start(forward);
        }
    }
}
