// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import dev.ristretto.runtime.observe.CallTimes;
import dev.ristretto.runtime.trace.Tracing;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Both CRI services on one unix socket, mode 0660, each call on a virtual thread of its own.
 *
 * <p>It is our own grpc-java server on an epoll domain socket, since Quarkus's does not bind in a
 * native executable. Start and stop it once; not reusable.
 */
public final class CriServer implements AutoCloseable {
    /** What the kubelet accepts, and what it may send: a large pod's config fits by far. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private static final long PATIENCE_SECONDS = 10;

    private final Path socket;
    private final Server server;
    private final EventLoopGroup loops;
    private final ExecutorService calls;

    /** Who hear of each call that ended: the metrics and the traces. */
    public record Watchers(CallTimes times, Tracing tracing) {}

    private CriServer(Path socket, Server server, EventLoopGroup loops, ExecutorService calls) {
        this.socket = socket;
        this.server = server;
        this.loops = loops;
        this.calls = calls;
    }

    /**
     * Binds and serves.
     *
     * @param group that may use the socket, by name or number; empty for the daemon's
     * @throws IOException if another daemon answers on the socket, or it cannot be bound
     */
    public static CriServer start(Path socket, String group, List<BindableService> services)
            throws IOException {
        return start(socket, group, services, new Watchers(new CallTimes(), Tracing.off()));
    }

    /**
     * Binds and serves.
     *
     * @param group that may use the socket, by name or number; empty for the daemon's
     * @param watchers who hear of each call
     * @throws IOException if another daemon answers on the socket, or it cannot be bound
     */
    public static CriServer start(
            Path socket, String group, List<BindableService> services, Watchers watchers)
            throws IOException {
        Files.createDirectories(socket.toAbsolutePath().getParent());
        removeStale(socket);
        var loops = new EpollEventLoopGroup(1, new DefaultThreadFactory("cri-io", true));
        var calls =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cri-", 0).factory());
        var builder =
                NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                        .channelType(EpollServerDomainSocketChannel.class)
                        .bossEventLoopGroup(loops)
                        .workerEventLoopGroup(loops)
                        .executor(calls)
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES);
        var errors = new ErrorInterceptor();
        // The last is the outermost: it sees how the others end a call.
        var rpcs = new RpcInterceptor(watchers.times(), watchers.tracing());
        services.forEach(s -> builder.addService(ServerInterceptors.intercept(s, errors, rpcs)));
        var running = new CriServer(socket, builder.build(), loops, calls);
        try {
            running.server.start();
            restrict(socket, group);
            return running;
        } catch (IOException e) {
            running.close();
            throw new IOException("bind %s: %s".formatted(socket, e.getMessage()), e);
        }
    }

    /** Stops accepting, lets running calls end within a bounded time, removes the socket. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        calls.shutdown();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            // Netty has removed it already, or the directory is gone: nothing is left to do.
        }
    }

    /** A socket file nobody listens on is left by a crash; one that answers belongs to somebody. */
    private static void removeStale(Path socket) throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            Files.delete(socket);
            return;
        }
        throw new IOException("another daemon answers on it; stop that one first");
    }

    private static void restrict(Path socket, String group) throws IOException {
        if (!group.isEmpty()) {
            GroupPrincipal principal =
                    socket.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName(group);
            Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(principal);
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    }
}
