// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.fake;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A gRPC server on a real unix socket. */
public final class FakeCriServer implements AutoCloseable {
    private final EventLoopGroup loop =
            new NioEventLoopGroup(1, new DefaultThreadFactory("fake-cri", true));
    private final Server server;
    private final Path socket;

    public FakeCriServer(Path socket, BindableService... services) throws IOException {
        this.socket = socket;
        var builder =
                NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                        .channelType(NioServerDomainSocketChannel.class)
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        for (var service : services) {
            builder.addService(service);
        }
        this.server = builder.build().start();
    }

    public String endpoint() {
        return "unix://" + socket;
    }

    @Override
    public void close() {
        server.shutdownNow();
        boolean ended = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
        assert ended;
    }
}
