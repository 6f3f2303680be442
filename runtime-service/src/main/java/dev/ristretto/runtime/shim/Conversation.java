// SPDX-License-Identifier: Apache-2.0
package dev.ristretto.runtime.shim;

import dev.ristretto.fault.RuntimeFault;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Frames over one connection to a podshim. One thread may read while another writes; any may close
 * it, and the others then get a {@link ClosedChannelException}.
 */
final class Conversation implements AutoCloseable {
    private static final int CONTROL_BUFFER_BYTES = 1024;

    private final Endpoint endpoint;
    private final SocketChannel socket;
    private final Alarm alarm;
    private final ReentrantLock writing = new ReentrantLock();

    /** Holds what has been received and not yet read, between its position and its limit. */
    private final ByteBuffer in;

    /** What a header says. */
    record Header(FrameType type, int length) {}

    /** A frame that was received whole. */
    record Frame(FrameType type, WireReader payload) {}

    private Conversation(Endpoint endpoint, SocketChannel socket, ByteBuffer in) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.alarm = new Alarm(endpoint.transport().timer(), socket);
        this.in = in.limit(0);
    }

    /** Connects, for frames that are small as a rule. */
    static Conversation open(Endpoint endpoint) throws IOException {
        return open(
                endpoint, ByteBuffer.allocate(CONTROL_BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Connects.
     *
     * @param buffer for what is received, little endian, of 8 bytes or more; in use until the last
     *     read has ended
     */
    static Conversation open(Endpoint endpoint, ByteBuffer buffer) throws IOException {
        return new Conversation(endpoint, endpoint.connect(), buffer);
    }

    /** Closes the connection after this time; whoever waits then gets the fault. */
    void limit(Duration time, Supplier<RuntimeFault> fault) {
        alarm.set(time, fault);
    }

    void unlimited() {
        alarm.clear();
    }

    /** Sends a frame made of these parts, whole. Waits while the podshim does not read. */
    void send(ByteBuffer... parts) throws IOException {
        writing.lock();
        try {
            long left = 0;
            for (var part : parts) {
                left += part.remaining();
            }
            while (left > 0) {
                left -= socket.write(parts);
            }
        } catch (IOException e) {
            throw translate(e);
        } finally {
            writing.unlock();
        }
    }

    /** Waits for the next frame, whole. */
    Frame receive() throws IOException {
        return receive(receiveHeader());
    }

    /** Waits for the rest of the frame that the header announced. */
    Frame receive(Header header) throws IOException {
        return new Frame(header.type(), receivePayload(header));
    }

    /** Waits for the header of the next frame. */
    Header receiveHeader() throws IOException {
        fill(WireWriter.HEADER_BYTES);
        int length = in.getInt();
        int code = Short.toUnsignedInt(in.getShort());
        int version = Short.toUnsignedInt(in.getShort());
        if (version != WireWriter.VERSION) {
            throw protocol("it answered in version %d, not %d", version, WireWriter.VERSION);
        }
        @Nullable FrameType type = FrameType.of(code);
        if (type == null) {
            throw protocol("it sent a frame of unknown type %d", code);
        }
        if (length < 0 || length > type.maxPayload()) {
            throw protocol("it sent %s of %d bytes", type, Integer.toUnsignedLong(length));
        }
        return new Header(type, length);
    }

    private WireReader receivePayload(Header header) throws IOException {
        // Grows with what arrives, so that a length alone costs nothing.
        var content = new byte[Math.min(header.length(), FrameType.MAX_DATA)];
        int have = 0;
        while (have < header.length()) {
            if (have == content.length) {
                content = Arrays.copyOf(content, Math.min(header.length(), 2 * have));
            }
            fill(1);
            int more = Math.min(in.remaining(), content.length - have);
            in.get(content, have, more);
            have += more;
        }
        return new WireReader(content);
    }

    /** Waits for a part of a payload: at least one byte, at most this many. */
    ByteBuffer receiveSome(int atMost) throws IOException {
        fill(1);
        var some = new byte[Math.min(in.remaining(), atMost)];
        in.get(some);
        return ByteBuffer.wrap(some);
    }

    /** The podshim did not answer in time. */
    RuntimeFault silent() {
        endpoint.transport().faults().silent();
        return RuntimeFault.busy(
                "ask %s: no answer within %d ms; retry", name(), patience().toMillis());
    }

    /** How long the podshim may take to answer. */
    Duration patience() {
        return endpoint.transport().patience();
    }

    String name() {
        return endpoint.name();
    }

    PodProtocolException protocol(String format, @Nullable Object... args) {
        endpoint.transport().faults().protocol();
        return new PodProtocolException(endpoint.name(), format.formatted(args));
    }

    @Override
    public void close() throws IOException {
        alarm.clear();
        socket.close();
    }

    private void fill(int needed) throws IOException {
        while (in.remaining() < needed) {
            in.compact();
            try {
                if (socket.read(in) < 0) {
                    throw new EOFException();
                }
            } catch (IOException e) {
                throw translate(e);
            } finally {
                in.flip();
            }
        }
    }

    /** What an error of the socket means. */
    private IOException translate(IOException e) {
        @Nullable RuntimeFault over = alarm.fault();
        if (over != null) {
            over.addSuppressed(e);
            throw over;
        }
        return switch (e) {
            case ClosedChannelException closed -> closed;
            case EOFException _ -> gone("it ended without an answer");
            default -> gone("it hung up: " + e.getMessage());
        };
    }

    private PodGoneException gone(String how) {
        return new PodGoneException(endpoint.name(), how);
    }
}
