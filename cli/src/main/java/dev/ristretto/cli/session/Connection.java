// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.cli.session;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

import ristretto.v1.RistrettoServiceGrpc;
import ristretto.v1.RistrettoServiceGrpc.RistrettoServiceBlockingStub;

import runtime.v1.ImageServiceGrpc;
import runtime.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import runtime.v1.RuntimeServiceGrpc;
import runtime.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;

import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP/2 connection to a CRI endpoint, made at the first call. Any thread may use it.
 *
 * <p>The JDK's own unix sockets, not Netty's epoll ones: those unpack a native library at each
 * start, which costs more than all calls of a command and fails where /tmp is not executable.
 */
public final class Connection implements AutoCloseable {
    /** What ExecSync may answer, both outputs at their limit of 16 MiB, and room for the rest. */
    private static final int MAX_MESSAGE_BYTES = 40 << 20;

    private final EventLoopGroup loop;
    private final ManagedChannel channel;
    private final Patience patience;

    private Connection(EventLoopGroup loop, ManagedChannel channel, Patience patience) {
        this.loop = loop;
        this.channel = channel;
        this.patience = patience;
    }

    public static Connection open(Endpoint endpoint, Patience patience) {
        var loop = new NioEventLoopGroup(1, new DefaultThreadFactory("cri-connection", true));
        var channel =
                NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(endpoint.socket()))
                        .eventLoopGroup(loop)
                        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                        // The kubelet's client sends this too; a path is refused by some servers.
                        .overrideAuthority("localhost")
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .disableRetry()
                        .directExecutor()
                        .usePlaintext()
                        .build();
        return new Connection(loop, channel, patience);
    }

    public Patience patience() {
        return patience;
    }

    /** For calls that only read. */
    public RuntimeServiceBlockingStub runtime() {
        return runtime(patience.reading());
    }

    /** For calls that change something. */
    public RuntimeServiceBlockingStub acting() {
        return runtime(patience.acting());
    }

    public RuntimeServiceBlockingStub runtime(Duration atMost) {
        return within(RuntimeServiceGrpc.newBlockingStub(channel), atMost);
    }

    /** For calls that only read. */
    public ImageServiceBlockingStub images() {
        return images(patience.reading());
    }

    public ImageServiceBlockingStub images(Duration atMost) {
        return within(ImageServiceGrpc.newBlockingStub(channel), atMost);
    }

    /** For a call that takes as long as it takes: a pull. */
    public ImageServiceBlockingStub patientImages() {
        return ImageServiceGrpc.newBlockingStub(channel);
    }

    /** The calls the CRI has not, without a limit: loading takes as long as it takes. */
    public RistrettoServiceBlockingStub ristretto() {
        return RistrettoServiceGrpc.newBlockingStub(channel);
    }

    private static <T extends AbstractStub<T>> T within(T stub, Duration atMost) {
        return stub.withDeadlineAfter(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var ended = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        // The loop's thread is a daemon thread: nothing has to wait until it is gone.
        assert ended != null;
    }
}
