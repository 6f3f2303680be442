// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;

import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A client on a unix socket, as the kubelet is one. */
final class CriClient implements AutoCloseable {
    private final EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
    private final ManagedChannel channel;

    CriClient(Path socket, String authority) {
        channel =
                NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                        .channelType(EpollDomainSocketChannel.class)
                        .eventLoopGroup(loop)
                        .overrideAuthority(authority)
                        .usePlaintext()
                        .build();
    }

    ManagedChannel channel() {
        return channel;
    }

    RuntimeServiceBlockingStub stub() {
        return RuntimeServiceGrpc.newBlockingStub(channel);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
