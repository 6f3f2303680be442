// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.time.Duration;

/** What happens to a connection besides frames. Runs on the event loop. */
final class ConnectionEvents extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = Logger.getLogger(ConnectionEvents.class);

    private final UpgradedConnection connection;
    private final Duration idleTimeout;

    ConnectionEvents(UpgradedConnection connection, Duration idleTimeout) {
        this.connection = connection;
        this.idleTimeout = idleTimeout;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection.writableChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection.gone();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            connection.end(
                    "nothing moved on the connection for %d s (streaming.idleTimeoutSeconds)"
                            .formatted(idleTimeout.toSeconds()));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debugf("streaming client %s: %s", context.channel().remoteAddress(), cause);
        } else {
            LOG.infof(
                    "streaming client %s is cut off: %s",
                    context.channel().remoteAddress(), cause.getMessage());
        }
        connection.violated(cause);
    }
}
