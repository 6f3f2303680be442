// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.conformance.critest;

import com.google.protobuf.InvalidProtocolBufferException;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;

import org.jspecify.annotations.Nullable;

import runtime.v1.ContainerState;
import runtime.v1.ContainerStatusResponse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A daemon with a fault, to see that a suite notices: a socket that passes every call on to a real
 * daemon and its answers back, but for the one that it falsifies.
 */
final class BrokenDaemon implements AutoCloseable {
    private static final int MAX_MESSAGE = 64 << 20;

    private final Path socket;
    private final EventLoopGroup loop;
    private final ManagedChannel channel;
    private final Server server;

    private BrokenDaemon(Path socket, EventLoopGroup loop, ManagedChannel channel, Server server) {
        this.socket = socket;
        this.loop = loop;
        this.channel = channel;
        this.server = server;
    }

    /**
     * Starts one.
     *
     * @param fault {@code exit-code}: a container's exit code is one more than it was
     * @param daemon socket of the real one
     */
    static BrokenDaemon start(String fault, Path daemon, Path socket) throws IOException {
        if (!fault.equals("exit-code")) {
            throw new IllegalArgumentException("fault '%s' is not exit-code".formatted(fault));
        }
        var loop = new EpollEventLoopGroup(2);
        var channel =
                NettyChannelBuilder.forAddress(new DomainSocketAddress(daemon.toString()))
                        .eventLoopGroup(loop)
                        .channelType(EpollDomainSocketChannel.class)
                        .overrideAuthority("localhost")
                        .maxInboundMessageSize(MAX_MESSAGE)
                        .usePlaintext()
                        .build();
        var server =
                NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                        .bossEventLoopGroup(loop)
                        .workerEventLoopGroup(loop)
                        .channelType(EpollServerDomainSocketChannel.class)
                        .maxInboundMessageSize(MAX_MESSAGE)
                        .fallbackHandlerRegistry(everyMethod(channel))
                        .build()
                        .start();
        return new BrokenDaemon(socket, loop, channel, server);
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        server.shutdownNow();
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static byte[] falsified(String method, byte[] answer) {
        if (!method.equals("runtime.v1.RuntimeService/ContainerStatus")) {
            return answer;
        }
        try {
            var response = ContainerStatusResponse.parseFrom(answer).toBuilder();
            var status = response.getStatusBuilder();
            if (status.getState() == ContainerState.CONTAINER_EXITED) {
                status.setExitCode(status.getExitCode() + 1);
            }
            return response.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HandlerRegistry everyMethod(ManagedChannel channel) {
        return new HandlerRegistry() {
            @Override
            public ServerMethodDefinition<?, ?> lookupMethod(
                    String name, @Nullable String authority) {
                var method =
                        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                                .setType(MethodDescriptor.MethodType.UNKNOWN)
                                .setFullMethodName(name)
                                .build();
                return ServerMethodDefinition.create(
                        method, (call, headers) -> passOn(channel, call, headers));
            }
        };
    }

    /** The deadline and the end of the incoming call come along in its context. */
    private static ServerCall.Listener<byte[]> passOn(
            ManagedChannel channel, ServerCall<byte[], byte[]> incoming, Metadata headers) {
        var outgoing = channel.newCall(incoming.getMethodDescriptor(), CallOptions.DEFAULT);
        outgoing.start(new Answers(incoming), headers);
        outgoing.request(Integer.MAX_VALUE);
        incoming.request(Integer.MAX_VALUE);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] request) {
                outgoing.sendMessage(request);
            }

            @Override
            public void onHalfClose() {
                outgoing.halfClose();
            }

            @Override
            public void onCancel() {
                outgoing.cancel("the client is gone", null);
            }
        };
    }

    private static final class Answers extends ClientCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> incoming;

        Answers(ServerCall<byte[], byte[]> incoming) {
            this.incoming = incoming;
        }

        @Override
        public void onHeaders(Metadata headers) {
            incoming.sendHeaders(headers);
        }

        @Override
        public void onMessage(byte[] answer) {
            var method = incoming.getMethodDescriptor().getFullMethodName();
            incoming.sendMessage(falsified(method, answer));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            incoming.close(status, trailers);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
