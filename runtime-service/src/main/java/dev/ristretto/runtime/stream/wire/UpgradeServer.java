// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP/1.1 server whose connections become streams: one request each, then the protocol it asks
 * for. Start and stop it once.
 */
public final class UpgradeServer implements AutoCloseable {
    private static final int IO_THREADS = 2;

    /** Far above what a node's pods have open at once; a bound for what a stranger can open. */
    private static final int MAX_CONNECTIONS = 4096;

    private static final int MAX_REQUEST_LINE_BYTES = 4 << 10;
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int MAX_CHUNK_BYTES = 8 << 10;

    /**
     * What the kernel holds for a client that is not read; otherwise it grows by itself to MiBs.
     */
    private static final int RECEIVE_BUFFER_BYTES = 256 << 10;

    /**
     * A client that dies while its connection is not read (the process does not read its input) is
     * noticed by nothing else: its FIN waits behind what it has sent, until its kernel gives up.
     */
    private static final int KEEPALIVE_IDLE_SECONDS = 60;

    private static final int KEEPALIVE_PROBE_SECONDS = 10;
    private static final int KEEPALIVE_PROBES = 6;

    private final ListenSettings settings;
    private final StreamEndpoints endpoints;
    private final EventLoopGroup loops;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Sessions sessions = new Sessions();
    private final Executor actions =
            action -> {
                var _ = Thread.ofVirtual().name("stream-end").start(action);
            };
    private final Channel listener;

    private UpgradeServer(ListenSettings settings, StreamEndpoints endpoints) throws IOException {
        this.settings = settings;
        this.endpoints = endpoints;
        this.loops =
                new EpollEventLoopGroup(IO_THREADS, new DefaultThreadFactory("stream-io", true));
        this.listener = bind();
    }

    /**
     * Binds and serves.
     *
     * @throws IOException naming the address, if it cannot be bound
     */
    public static UpgradeServer start(ListenSettings settings, StreamEndpoints endpoints)
            throws IOException {
        return new UpgradeServer(settings, endpoints);
    }

    /** Where it listens, with the port that was free. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Stops accepting, tells connections to end, and closes those that have not in time. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        sessions.stop(settings.stopPatience());
        clients.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private Channel bind() throws IOException {
        var address = new InetSocketAddress(settings.address(), settings.port());
        var bound =
                new ServerBootstrap()
                        .group(loops)
                        .channelFactory(() -> new EpollServerSocketChannel(family()))
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, 1024)
                        .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS)
                        .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_PROBE_SECONDS)
                        .childOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel client) {
                                        welcome(client);
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            throw new IOException(
                    "listen on %s for streaming: %s; see streaming.address and streaming.port"
                            .formatted(address, bound.cause().getMessage()),
                    bound.cause());
        }
        return bound.channel();
    }

    /** Without this, Netty makes an IPv6 socket, and 0.0.0.0 would mean :: as well. */
    private InternetProtocolFamily family() {
        return settings.address() instanceof Inet6Address
                ? InternetProtocolFamily.IPv6
                : InternetProtocolFamily.IPv4;
    }

    private void welcome(SocketChannel client) {
        if (clients.size() >= MAX_CONNECTIONS) {
            var _ = client.close();
            return;
        }
        clients.add(client);
        var pipeline = client.pipeline();
        pipeline.addLast(
                new ReadTimeoutHandler(
                        settings.requestPatience().toMillis(), TimeUnit.MILLISECONDS));
        settings.tls().ifPresent(tls -> pipeline.addLast(tls.newHandler(client.alloc())));
        pipeline.addLast(
                new HttpServerCodec(MAX_REQUEST_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES),
                new UpgradeHandler(endpoints, sessions, actions, settings.idleTimeout()));
    }
}
