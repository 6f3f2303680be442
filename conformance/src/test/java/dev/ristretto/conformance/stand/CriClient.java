// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.stand;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;

import runtime.v1.ImageServiceGrpc;
import runtime.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The CRI itself, for requests that crictl would not send. Safe from any thread. */
public final class CriClient implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 120;

    /** Held, since a logger nobody holds forgets its level. */
    private static final Logger BOOTSTRAP =
            Logger.getLogger("io.netty.bootstrap.AbstractBootstrap");

    static {
        // grpc-java asks for TCP keep-alive, which a unix socket has not; Netty warns each time.
        BOOTSTRAP.setLevel(Level.SEVERE);
    }

    private final EventLoopGroup loop = new EpollEventLoopGroup(1);
    private final ManagedChannel channel;

    CriClient(Path socket) {
        this.channel =
                NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                        .eventLoopGroup(loop)
                        .channelType(EpollDomainSocketChannel.class)
                        .overrideAuthority("localhost")
                        .usePlaintext()
                        .build();
    }

    public RuntimeServiceBlockingStub runtime() {
        return RuntimeServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    public ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
