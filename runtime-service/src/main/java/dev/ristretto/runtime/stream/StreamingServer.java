// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.runtime.config.RistrettoConfig;
import dev.ristretto.runtime.spec.PodSandboxId;
import dev.ristretto.runtime.stream.wire.StreamEndpoint;
import dev.ristretto.runtime.stream.wire.StreamEndpoints;
import dev.ristretto.runtime.stream.wire.UpgradeServer;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The HTTP server of {@code Exec}, {@code Attach} and {@code PortForward}: gives out URLs and
 * serves who comes to them. Start and close it once; safe from any thread.
 *
 * <p>A URL is all a client needs, so its token is as good as a password: it cannot be guessed,
 * counts once and for one minute.
 */
public final class StreamingServer implements AutoCloseable {
    private final StreamingSettings settings;
    private final ExecTarget execTarget;
    private final Map<Kind, Tokens<StreamEndpoint>> waiting = new EnumMap<>(Kind.class);
    private final UpgradeServer server;

    private StreamingServer(StreamingSettings settings, ExecTarget execTarget) throws IOException {
        this.settings = settings;
        this.execTarget = execTarget;
        for (var kind : Kind.values()) {
            waiting.put(kind, new Tokens<>(settings.tokenLife(), System::nanoTime));
        }
        this.server = UpgradeServer.start(settings.listen(), new Urls(waiting));
    }

    /**
     * Binds and serves.
     *
     * @param execTarget starts the processes
     * @throws IOException if the address cannot be bound or the certificate not be read
     */
    public static StreamingServer start(RistrettoConfig.Streaming config, ExecTarget execTarget)
            throws IOException {
        return start(StreamingSettings.of(config), execTarget);
    }

    static StreamingServer start(StreamingSettings settings, ExecTarget execTarget)
            throws IOException {
        return new StreamingServer(settings, execTarget);
    }

    /**
     * {@code Exec}: where a client can run the command, once, within a minute. Whether the
     * container runs is for the caller to look at first, and looked at again when the client comes.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code EXHAUSTED} if 1000 requests wait already
     */
    public URI openExec(ExecStreamRequest request) {
        var what = "exec %s in container %s".formatted(request.command(), request.containerId());
        var command =
                new RemoteCommand(
                        what, request.stdio(), size -> execTarget.start(request, size), settings);
        return url(Kind.EXEC, command);
    }

    /**
     * {@code Attach}: where a client can be attached to the container, once, within a minute.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code EXHAUSTED} if 1000 requests wait already; as
     *     {@link AttachTarget#check}
     */
    public URI openAttach(AttachStreamRequest request, AttachTarget target) {
        target.check(request);
        var what = "attach to container " + request.containerId();
        var command =
                new RemoteCommand(
                        what, request.stdio(), size -> target.attach(request, size), settings);
        return url(Kind.ATTACH, command);
    }

    /**
     * {@code PortForward}: where a client can reach the pod's ports, once, within a minute.
     *
     * @throws dev.ristretto.fault.RuntimeFault {@code EXHAUSTED} if 1000 requests wait already; as
     *     {@link PortForwardTarget#check}
     */
    public URI openPortForward(PodSandboxId podSandboxId, PortForwardTarget target) {
        target.check(podSandboxId);
        return url(Kind.PORT_FORWARD, new PortForward(podSandboxId, target));
    }

    /** Tells every client that the runtime stops, ends their processes, and closes. */
    @Override
    public void close() {
        server.close();
    }

    private URI url(Kind kind, StreamEndpoint endpoint) {
        var path = kind.path() + Objects.requireNonNull(waiting.get(kind)).keep(endpoint);
        var scheme = settings.listen().tls().isPresent() ? "https" : "http";
        var host = reachable(settings.listen().address());
        var literal =
                host instanceof Inet6Address
                        ? "[" + host.getHostAddress() + "]"
                        : host.getHostAddress();
        return URI.create(
                "%s://%s:%d%s".formatted(scheme, literal, server.address().getPort(), path));
    }

    /** The kubelet, which goes to the URL, is on this node. */
    private static InetAddress reachable(InetAddress listening) {
        if (!listening.isAnyLocalAddress()) {
            return listening;
        }
        return InetAddress.ofLiteral(listening instanceof Inet6Address ? "::1" : "127.0.0.1");
    }

    /** Each kind of request has its own tokens, so that one's cannot be used for another. */
    private enum Kind {
        EXEC("/exec/"),
        ATTACH("/attach/"),
        PORT_FORWARD("/portforward/");

        private final String path;

        Kind(String path) {
            this.path = path;
        }

        String path() {
            return path;
        }
    }

    private record Urls(Map<Kind, Tokens<StreamEndpoint>> waiting) implements StreamEndpoints {
        @Override
        public Optional<StreamEndpoint> find(String path) {
            return tokens(path, Tokens::find).flatMap(found -> found);
        }

        @Override
        public boolean claim(String path) {
            return tokens(path, Tokens::claim).orElse(false);
        }

        private <R> Optional<R> tokens(
                String path, BiFunction<Tokens<StreamEndpoint>, String, R> use) {
            return waiting.entrySet().stream()
                    .filter(kind -> path.startsWith(kind.getKey().path()))
                    .findFirst()
                    .map(
                            kind ->
                                    use.apply(
                                            kind.getValue(),
                                            path.substring(kind.getKey().path().length())));
        }
    }
}
