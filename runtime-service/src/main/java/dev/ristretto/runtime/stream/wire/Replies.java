// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.channel.ChannelOutboundInvoker;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Sends what the protocol itself answers (pings, refusals). A client that goes on asking without
 * reading the answers is cut off before they pile up. Confined to the channel's event loop.
 */
final class Replies {
    private static final int MAX_PENDING = 1024;

    private final ChannelOutboundInvoker to;
    private final Consumer<Throwable> violated;
    private int pending;

    Replies(ChannelOutboundInvoker to, Consumer<Throwable> violated) {
        this.to = to;
        this.violated = violated;
    }

    void send(Object frame) {
        if (pending >= MAX_PENDING) {
            violated.accept(
                    new IOException(MAX_PENDING + " answers wait for a client that does not read"));
            return;
        }
        pending++;
        var _ = to.writeAndFlush(frame).addListener(_ -> pending--);
    }
}
