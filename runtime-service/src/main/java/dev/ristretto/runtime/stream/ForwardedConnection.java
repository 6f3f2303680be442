// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.stream;

import dev.ristretto.fault.RuntimeFault;
import dev.ristretto.runtime.stream.wire.ClientStream;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One connection of a client's, and the one to the pod that carries it on. Either side may end its
 * direction alone; a client that resets its stream ends both.
 */
final class ForwardedConnection implements Runnable {
    /** Where the pod's side comes from. */
    @FunctionalInterface
    interface Source {
        /** As {@link PortForwardTarget#connect}. */
        SocketChannel connect() throws IOException;
    }

    private static final Logger LOG = Logger.getLogger(ForwardedConnection.class);
    private static final byte[] NOTHING = {};
    private static final int CHUNK_BYTES = 32 << 10;
    private static final int MAX_PORT = 65535;

    private final ClientStream error;
    private final ClientStream data;
    private final OpenSockets sockets;
    private final Source source;

    ForwardedConnection(ClientStream error, ClientStream data, OpenSockets sockets, Source source) {
        this.error = error;
        this.data = data;
        this.sockets = sockets;
        this.source = source;
    }

    /**
     * Reads a port.
     *
     * @throws RuntimeFault {@code INVALID_ARGUMENT}
     */
    static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            LOG.debugf("port '%s': %s", text, e.getMessage());
        }
        throw RuntimeFault.invalidArgument("port '%s' is not a number from 1 to 65535", text);
    }

    @Override
    public void run() {
        try {
            var socket = source.connect();
            sockets.add(socket);
            try {
                forward(socket);
            } finally {
                sockets.close(socket);
            }
        } catch (ClosedChannelException e) {
            end(NOTHING); // the client has let go: nobody asks why
        } catch (IOException | RuntimeFault e) {
            LOG.debugf("port-forward: %s", e.getMessage());
            end(String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            LOG.error("port-forward", e);
            end(String.valueOf(e).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void forward(SocketChannel socket) throws IOException {
        var upload = Thread.ofVirtual().name("stream-forward-up").start(() -> passUp(data, socket));
        passDown(socket);
        end(NOTHING);
        boolean interrupted = false;
        while (true) {
            try {
                upload.join(); // until the client has ended its side too
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Clients wait for the end of both; what failed is told before the data end. */
    private void end(byte[] failure) {
        error.finish(failure);
        data.finish(NOTHING);
        if (failure.length > 0) {
            data.ignoreInput();
        }
    }

    private void passDown(SocketChannel socket) throws IOException {
        var buffer = ByteBuffer.allocate(CHUNK_BYTES);
        while (socket.read(buffer) >= 0) {
            data.write(Arrays.copyOf(buffer.array(), buffer.position()));
            buffer.clear();
        }
    }

    private void passUp(ClientStream from, SocketChannel socket) {
        try {
            for (var bytes = from.read(); bytes.length > 0; bytes = from.read()) {
                if (!write(socket, bytes)) {
                    from.ignoreInput(); // what it sends may still be read
                    return;
                }
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            LOG.debugf("port-forward ends: %s", e.getMessage());
            sockets.close(socket);
        }
    }

    /** False if the pod's side takes no more. */
    private static boolean write(SocketChannel socket, byte[] bytes) {
        try {
            var left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                socket.write(left);
            }
            return true;
        } catch (IOException e) {
            LOG.debugf("port-forward: the pod reads no more: %s", e.getMessage());
            return false;
        }
    }
}
