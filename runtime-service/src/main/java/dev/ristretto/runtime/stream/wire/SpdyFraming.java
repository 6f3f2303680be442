// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream.wire;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyGoAwayFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdySessionStatus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Streams as SPDY/3.1 frames.
 *
 * <p>The library that kubectl, crictl and the API server use (moby/spdystream) has no flow control:
 * it neither sends {@code WINDOW_UPDATE} nor looks at it. To hold such a client to the protocol's
 * 64 KiB would stop every output there for good. So windows count for what is sent only once the
 * client has spoken of them; until then TCP alone slows it. What is consumed is acknowledged to
 * every client.
 */
final class SpdyFraming implements Framing {
    /** The window of the session, id 0, and of each stream until the client sets another. */
    private static final int INITIAL_WINDOW_BYTES = 64 << 10;

    private static final int ACKNOWLEDGE_BYTES = INITIAL_WINDOW_BYTES / 2;
    private static final int SESSION = 0;

    private final Map<Integer, Window> windows = new HashMap<>();
    private final Map<Integer, Window> acknowledgeable = new LinkedHashMap<>();
    private final Window session = new Window(INITIAL_WINDOW_BYTES);
    private int initialWindowBytes = INITIAL_WINDOW_BYTES;
    private boolean clientKeepsWindows;
    private int lastStreamId;

    /** The client's {@code SETTINGS_INITIAL_WINDOW_SIZE}; counts for open streams as well. */
    void initialWindow(int bytes) {
        clientKeepsWindows = true;
        windows.values().forEach(window -> window.sendableBytes += bytes - initialWindowBytes);
        initialWindowBytes = bytes;
    }

    /** The client's {@code WINDOW_UPDATE}; id 0 is the session's. */
    void windowUpdate(int streamId, int bytes) {
        clientKeepsWindows = true;
        var window = streamId == SESSION ? session : windows.get(streamId);
        if (window != null) {
            window.sendableBytes += bytes;
        }
    }

    @Override
    public void opened(int streamId) {
        lastStreamId = Math.max(lastStreamId, streamId);
        windows.put(streamId, new Window(initialWindowBytes));
    }

    @Override
    public void forget(int streamId) {
        windows.remove(streamId);
        acknowledgeable.remove(streamId);
    }

    @Override
    public Object data(int streamId, ByteBuf bytes) {
        return new DefaultSpdyDataFrame(streamId, bytes);
    }

    @Override
    public Optional<Object> last(int streamId, ByteBuf bytes) {
        return Optional.of(new DefaultSpdyDataFrame(streamId, bytes).setLast(true));
    }

    @Override
    public int sendable(int streamId, int wantedBytes) {
        var window = windows.get(streamId);
        if (!clientKeepsWindows || window == null) {
            return wantedBytes;
        }
        long allowed = Math.min(session.sendableBytes, window.sendableBytes);
        return Math.clamp(allowed, 0, wantedBytes);
    }

    @Override
    public void sent(int streamId, int bytes) {
        session.sendableBytes -= bytes;
        var window = windows.get(streamId);
        if (window != null) {
            window.sendableBytes -= bytes;
        }
    }

    @Override
    public void consumed(int streamId, int bytes) {
        consumed(SESSION, session, bytes);
        var window = windows.get(streamId);
        if (window != null) {
            consumed(streamId, window, bytes);
        }
    }

    private void consumed(int streamId, Window window, int bytes) {
        window.consumedBytes += bytes;
        if (window.consumedBytes >= ACKNOWLEDGE_BYTES) {
            acknowledgeable.put(streamId, window);
        }
    }

    @Override
    public List<Object> acknowledgements() {
        if (acknowledgeable.isEmpty()) {
            return List.of();
        }
        var frames = new ArrayList<Object>();
        acknowledgeable.forEach(
                (streamId, window) -> {
                    frames.add(new DefaultSpdyWindowUpdateFrame(streamId, window.consumedBytes));
                    window.consumedBytes = 0;
                });
        acknowledgeable.clear();
        return frames;
    }

    /** Nothing: a client that reads GOAWAY stops before it has read the ends of its streams. */
    @Override
    public Optional<Object> farewell() {
        return Optional.empty();
    }

    @Override
    public Optional<Object> goodbye() {
        return Optional.of(new DefaultSpdyGoAwayFrame(lastStreamId, SpdySessionStatus.OK));
    }

    @Override
    public Optional<Object> reproach(Throwable violation) {
        return Optional.of(
                new DefaultSpdyGoAwayFrame(lastStreamId, SpdySessionStatus.PROTOCOL_ERROR));
    }

    private static final class Window {
        private long sendableBytes;
        private int consumedBytes;

        private Window(long sendableBytes) {
            this.sendableBytes = sendableBytes;
        }
    }
}
